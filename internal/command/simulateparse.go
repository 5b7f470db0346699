// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"didsms_exporter/internal/sms"
)

// Bounds of a page: ten thousand numbers take half of it, and a line of ours some
// hundred bytes.
const (
	maxMetricsPage = 16 << 20
	maxMetricsLine = 64 << 10
)

// maxCounter is more than anybody counts. Up to it whole numbers are exact, and sums
// of all that fits a page stay finite.
const maxCounter = 1 << 53

// metricsParser takes in a page line by line and keeps what is compared: a page can be
// anything.
type metricsParser struct {
	source  *metricsSource
	text    expfmt.TextParser
	page    *metricsPage
	counted map[string]float64 // by number
	active  map[string]bool    // numbers of which something was counted
}

// parse keeps the counters of the account and of unknown callers.
func (m *metricsSource) parse(body io.Reader) (*metricsPage, error) {
	p := &metricsParser{
		source:  m,
		text:    expfmt.NewTextParser(model.UTF8Validation),
		page:    &metricsPage{values: map[string]float64{}, names: map[string]bool{}, dids: map[string]bool{}, codes: map[string]bool{}},
		counted: map[string]float64{},
		active:  map[string]bool{},
	}
	lines, size := bufio.NewReaderSize(body, maxMetricsLine), 0
	for number := 1; ; number++ {
		line, err := lines.ReadSlice('\n')
		switch size += len(line); {
		case errors.Is(err, io.EOF) && len(line) == 0:
			for did := range p.active {
				p.page.held = p.page.held || p.counted[did] == 0
			}
			return p.page, nil
		case errors.Is(err, io.EOF):
			return nil, fmt.Errorf("line %d breaks off", number)
		case errors.Is(err, bufio.ErrBufferFull):
			return nil, fmt.Errorf("line %d is longer than %d KiB", number, maxMetricsLine>>10)
		case err != nil:
			return nil, err
		case size > maxMetricsPage:
			return nil, fmt.Errorf("it is larger than %d MiB", maxMetricsPage>>20)
		}
		if err := p.line(line); err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
	}
}

// line takes in one line. Each sample stands for itself; of types nobody needs to
// know.
func (p *metricsParser) line(line []byte) error {
	if line = bytes.TrimLeft(line, " \t"); line[0] == '#' || len(bytes.TrimSpace(line)) == 0 {
		return nil
	}
	families, err := p.text.TextToMetricFamilies(bytes.NewReader(line))
	if err != nil {
		// The parser counts lines of its own.
		return errors.New(strings.TrimPrefix(err.Error(), "text format parsing error in line 1: "))
	}
	for name, family := range families {
		for _, metric := range family.GetMetric() {
			if err := p.sample(name, metric); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *metricsParser) sample(name string, metric *dto.Metric) error {
	if !reconciled[name] && name != lastEvents {
		return nil
	}
	p.page.names[name] = true
	labels := map[string]string{}
	for _, label := range metric.GetLabel() {
		labels[label.GetName()] = label.GetValue()
	}
	if account, labelled := labels["account"]; labelled && account != p.source.account && account != unknownAccount {
		return nil
	}
	value := metric.GetUntyped().GetValue()
	if name == lastEvents {
		p.active[labels["did"]] = true
		return nil
	}
	if !(math.Abs(value) <= maxCounter) { // written so that NaN is refused as well
		return fmt.Errorf("%s is %v, which is no count", name, value)
	}
	p.notice(name, labels, value)
	// One account has one currency; a change of it is none of ours.
	delete(labels, "currency")
	p.page.values[seriesOf(name, labels)] += value
	return nil
}

// lastEvents tells of which numbers something was counted.
const lastEvents = "didsms_did_last_event_timestamp_seconds"

// notice gathers which labels are there, and what may be held at 0.
func (p *metricsParser) notice(name string, labels map[string]string, value float64) {
	did := labels["did"]
	switch name {
	case "didsms_mo_messages_total":
		p.page.dids[did] = true
		p.counted[did] += value
	case "didsms_dr_receipts_total":
		p.counted[did] += value
		// Beyond the two that the vendor documents, a status appears with its first
		// receipt.
		status := labels["status"]
		p.page.held = p.page.held || value == 0 && status != sms.StatusDelivered.String() && status != sms.StatusUndelivered.String()
	case overflowEvents:
		if value > 0 {
			p.active[otherLabel] = true
		}
	case "didsms_destination_receipts_total":
		p.page.codes[labels["calling_code"]] = true
	}
}

// seriesOf writes a series as PromQL does, its labels in order. Whatever a label is
// called, nothing in it moves a terminal.
func seriesOf(name string, labels map[string]string) string {
	var b strings.Builder
	b.WriteString(name)
	for i, label := range slices.Sorted(maps.Keys(labels)) {
		b.WriteString(map[bool]string{true: "{", false: ","}[i == 0])
		written := label
		if !model.LegacyValidation.IsValidLabelName(label) {
			written = fmt.Sprintf("%q", label)
		}
		fmt.Fprintf(&b, "%s=%q", written, labels[label])
	}
	if len(labels) > 0 {
		b.WriteByte('}')
	}
	return b.String()
}
