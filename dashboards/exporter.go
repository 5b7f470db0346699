// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"strconv"
	"strings"
)

// Exporter is where the committed files look for the exporter's private door.
const Exporter = "http://localhost:9911"

// WithExporter gives a file the address at which a browser reaches the private door,
// as what the DID board's variable starts with.
func WithExporter(content []byte, address string) []byte {
	return []byte(strings.ReplaceAll(string(content), strconv.Quote(Exporter), strconv.Quote(address)))
}
