// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"didsms_exporter/test/harness"
)

// startBusyExporter starts an exporter and sends it some of everything, so that
// every family has something to show.
func startBusyExporter(t *testing.T) *harness.Exporter {
	t.Helper()
	exporter := harness.StartExporter(t, harness.Start{
		Binary: binary,
		Config: configuration(t, "series_birth_hold: 0s", "dids:",
			`  - {number: "18184505018", name: Support US, account: main, max_silence: {mo: 6h}}`),
	})
	exporter.AwaitReady(t)
	for _, status := range []string{"DELIVRD", "UNDELIVR", "REJECTD", "ENROUTE", "no such status"} {
		callback := harness.Receipt("18184505018", status)
		exporter.Send(t, callback)
		exporter.Send(t, callback) // a duplicate
	}
	for _, did := range []string{"18184505018", "447700900003", "+8613800138000", ""} {
		exporter.Send(t, harness.Inbound(did))
	}
	for change, to := range map[string]string{
		`"0.0360"`:  `"-1"`,        // a price that is none
		`"size":"`:  `"size":"x`,   // a size that is none
		`"receiveT`: `"noReceiveT`, // no time
		`{`:         `[`,           // no object
	} {
		callback := harness.Receipt("18184505018", "DELIVRD")
		callback.Body = bytes.Replace(callback.Body, []byte(change), []byte(to), 1)
		exporter.Send(t, callback)
	}
	stale := harness.Receipt("18184505018", "DELIVRD")
	stale.At = time.Now().Add(-25 * time.Hour)
	exporter.Send(t, stale)
	return exporter
}

func TestPromtoolFindsNothing(t *testing.T) {
	exporter := startBusyExporter(t)
	scrape, err := harness.Get(t.Context(), exporter.MetricsURL(), harness.AcceptText, "identity")
	if err != nil {
		t.Fatal(err)
	}
	for _, server := range harness.Servers(t) {
		t.Run(server.Name, func(t *testing.T) {
			check := exec.CommandContext(t.Context(), server.Promtool, "check", "metrics")
			check.Stdin = bytes.NewReader(scrape.Body)
			if findings, err := check.CombinedOutput(); err != nil || len(findings) > 0 {
				t.Errorf("promtool check metrics: %v\n%s", err, findings)
			}
		})
	}
	exporter.Stop(t)
}

// TestFormatsAgree reads the three formats with the official parsers and wants
// the same series and values in each.
func TestFormatsAgree(t *testing.T) {
	exporter := startBusyExporter(t)
	// A value may change between two scrapes on its own account (an answer that is
	// still being written, a second that passes): compare between two equal reads.
	harness.Eventually(t, 20*time.Second, func() error {
		before := ours(exporter.Samples(t))
		openMetrics, err := scrapeAs(t, exporter, harness.AcceptOpenMetrics, parseOpenMetrics)
		if err != nil {
			t.Fatalf("OpenMetrics: %v", err)
		}
		protobuf, err := scrapeAs(t, exporter, harness.AcceptProtobuf, harness.Protobuf)
		if err != nil {
			t.Fatalf("protobuf: %v", err)
		}
		if after := ours(exporter.Samples(t)); !maps.Equal(before, after) {
			return errors.New("values change without a callback:\n" + difference(before, after))
		}
		if len(before) < 50 {
			t.Fatalf("only %d series", len(before))
		}
		if text := difference(before, openMetrics); text != "" {
			t.Fatalf("text and OpenMetrics differ:\n%s", text)
		}
		if text := difference(before, protobuf); text != "" {
			t.Fatalf("text and protobuf differ:\n%s", text)
		}
		t.Logf("%d series agree in three formats", len(before))
		return nil
	})
	exporter.Stop(t)
}

// scrapeAs scrapes in one format, makes sure that it is that format, and reads it.
func scrapeAs(t *testing.T, exporter *harness.Exporter, accept string, parse func([]byte) (harness.Samples, error)) (harness.Samples, error) {
	t.Helper()
	scrape, err := harness.Get(t.Context(), exporter.MetricsURL(), accept, "identity")
	if err != nil {
		return nil, err
	}
	if want, _, _ := strings.Cut(accept, ";"); !strings.HasPrefix(scrape.ContentType, want) {
		return nil, fmt.Errorf("content type %q, want %s", scrape.ContentType, want)
	}
	samples, err := parse(scrape.Body)
	return ours(samples), err
}

// parseOpenMetrics has the parser of the Prometheus server read the exposition;
// it lives in a program of its own because of what it depends on.
func parseOpenMetrics(exposition []byte) (harness.Samples, error) {
	program := os.Getenv("OPENMETRICS")
	if program == "" {
		return nil, errors.New("OPENMETRICS does not name the parser: run `make e2e`")
	}
	parse := exec.Command(program)
	parse.Stdin = bytes.NewReader(exposition)
	parse.Stderr = os.Stderr
	printed, err := parse.Output()
	if err != nil {
		return nil, err
	}
	samples := harness.Samples{}
	decoder := json.NewDecoder(bytes.NewReader(printed))
	for {
		var line struct {
			Labels map[string]string `json:"labels"`
			Value  string            `json:"value"`
		}
		if err := decoder.Decode(&line); errors.Is(err, io.EOF) {
			return samples, nil
		} else if err != nil {
			return nil, err
		}
		name := line.Labels["__name__"]
		delete(line.Labels, "__name__")
		value, err := strconv.ParseFloat(line.Value, 64)
		if err != nil {
			return nil, err
		}
		samples[harness.Series(name, line.Labels)] = value
	}
}

// ours keeps the product's own families: the runtime's change with every scrape.
func ours(samples harness.Samples) harness.Samples {
	kept := harness.Samples{}
	for series, value := range samples {
		if strings.HasPrefix(series, "didsms_") {
			kept[series] = value
		}
	}
	return kept
}

// difference lists the series that are not the same in both, "" if there is none.
func difference(a, b harness.Samples) string {
	var lines []string
	for series, value := range a {
		if other, ok := b[series]; !ok || other != value {
			lines = append(lines, fmt.Sprintf("%s: %v and %v (there: %v)", series, value, other, ok))
		}
	}
	for series, value := range b {
		if _, ok := a[series]; !ok {
			lines = append(lines, fmt.Sprintf("%s: only in the second, %v", series, value))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func TestCompressedAnswersDecode(t *testing.T) {
	exporter := startBusyExporter(t)
	want := ours(exporter.Samples(t))
	for encoding, decode := range map[string]func([]byte) ([]byte, error){"gzip": gunzip, "zstd": unzstd} {
		for _, accept := range []string{harness.AcceptText, harness.AcceptProtobuf} {
			scrape, err := harness.Get(t.Context(), exporter.MetricsURL(), accept, encoding)
			if err != nil {
				t.Fatal(err)
			}
			if scrape.Encoding != encoding {
				t.Errorf("asked for %s, content encoding is %q", encoding, scrape.Encoding)
				continue
			}
			exposition, err := decode(scrape.Body)
			if err != nil {
				t.Errorf("%s: %v", encoding, err)
				continue
			}
			parse := harness.Text
			if accept == harness.AcceptProtobuf {
				parse = harness.Protobuf
			}
			got, err := parse(exposition)
			if err != nil {
				t.Errorf("%s: %v", encoding, err)
			}
			if !slices.Equal(slices.Sorted(maps.Keys(ours(got))), slices.Sorted(maps.Keys(want))) {
				t.Errorf("%s of %s shows other series:\n%s", encoding, accept, difference(want, ours(got)))
			}
		}
	}
	exporter.Stop(t)
}

func gunzip(b []byte) ([]byte, error) {
	reader, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(reader)
}

func unzstd(b []byte) ([]byte, error) {
	reader, err := zstd.NewReader(nil)
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	return reader.DecodeAll(b, nil)
}
