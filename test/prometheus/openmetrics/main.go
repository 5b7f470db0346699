// SPDX-License-Identifier: Apache-2.0

// Command openmetrics reads an OpenMetrics exposition from its standard input
// with the parser of the Prometheus server and prints one JSON object a line for
// each sample. It stands in a program of its own, because the parser drags the
// server's dependencies along, which the end-to-end tests do not need otherwise.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
)

// sample is one line of the output. The value is text, since JSON has no NaN.
type sample struct {
	Labels map[string]string `json:"labels"`
	Value  string            `json:"value"`
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "openmetrics:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	exposition, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	parser := textparse.NewOpenMetricsParser(exposition, labels.NewSymbolTable())
	encoder := json.NewEncoder(out)
	for {
		entry, err := parser.Next()
		if errors.Is(err, io.EOF) {
			return nil // the parser gives EOF only after "# EOF"
		}
		if err != nil {
			return err
		}
		if entry != textparse.EntrySeries {
			continue
		}
		_, _, value := parser.Series()
		var series labels.Labels
		parser.Labels(&series)
		line := sample{Labels: series.Map(), Value: strconv.FormatFloat(value, 'g', -1, 64)}
		if err := encoder.Encode(line); err != nil {
			return err
		}
	}
}
