// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"bytes"
	"fmt"
	"net/url"
)

// dump writes the request of a shot as the bytes of HTTP/1.1. One after the other
// they read like a connection on which nobody waited for an answer.
func (s *Simulator) dump(shot *shot) error {
	if s.config.Dump == nil {
		return nil
	}
	target, err := url.Parse(s.config.URL)
	if err != nil {
		return withoutURL(err)
	}
	var request bytes.Buffer
	fmt.Fprintf(&request, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n", target.RequestURI(), target.Host, len(shot.body))
	if err := shot.header.Write(&request); err != nil { // in the order of their names
		return err
	}
	request.WriteString("\r\n")
	request.Write(shot.body)
	if _, err := s.config.Dump.Write(request.Bytes()); err != nil {
		return fmt.Errorf("traffic: write the dump: %w", err)
	}
	return nil
}
