// SPDX-License-Identifier: Apache-2.0

package harness

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// What a scraper asks for.
const (
	AcceptText        = "text/plain;version=0.0.4"
	AcceptOpenMetrics = "application/openmetrics-text;version=1.0.0"
	AcceptProtobuf    = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
)

// Scrape is one answer of a metrics page, as it came over the wire.
type Scrape struct {
	ContentType string
	Encoding    string
	Body        []byte
}

// Get scrapes a metrics page in a format and with a content coding; identity asks
// for none.
func Get(ctx context.Context, url, accept, encoding string) (Scrape, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return Scrape{}, err
	}
	request.Header.Set("Accept", accept)
	request.Header.Set("Accept-Encoding", encoding) // set by hand: the client decodes nothing
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return Scrape{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return Scrape{}, err
	}
	if response.StatusCode != http.StatusOK {
		return Scrape{}, fmt.Errorf("scrape %s: %s: %s", url, response.Status, body)
	}
	return Scrape{response.Header.Get("Content-Type"), response.Header.Get("Content-Encoding"), body}, nil
}

// Samples are the values of an exposition by series, each series written
// name{label="value",...} with its labels in order.
type Samples map[string]float64

// Series writes a series the way Samples name it.
func Series(name string, labels map[string]string) string {
	var text strings.Builder
	text.WriteString(name + "{")
	for i, label := range slices.Sorted(maps.Keys(labels)) {
		if i > 0 {
			text.WriteByte(',')
		}
		value := labels[label]
		// The formats write bounds differently: 1 here, 1.0 there.
		if number, err := strconv.ParseFloat(value, 64); err == nil && (label == "le" || label == "quantile") {
			value = strconv.FormatFloat(number, 'g', -1, 64)
		}
		text.WriteString(label + "=" + strconv.Quote(value))
	}
	text.WriteByte('}')
	return text.String()
}

// Sum adds up the series of a name that carry all of these labels. It is 0 where
// there is none, as for a counter that was never born.
func (s Samples) Sum(name string, labels ...string) float64 {
	var sum float64
	for series, value := range s {
		if strings.HasPrefix(series, name+"{") && hasLabels(series, labels) {
			sum += value
		}
	}
	return sum
}

func hasLabels(series string, labels []string) bool {
	for i := 0; i+1 < len(labels); i += 2 {
		pair := labels[i] + "=" + strconv.Quote(labels[i+1])
		if !strings.Contains(series, "{"+pair) && !strings.Contains(series, ","+pair) {
			return false
		}
	}
	return true
}

// Text reads the classic text format with the official parser.
func Text(exposition []byte) (Samples, error) {
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(string(exposition)))
	if err != nil {
		return nil, err
	}
	return flatten(slices.Collect(maps.Values(families)))
}

// Protobuf reads the delimited protobuf format with the official decoder.
func Protobuf(exposition []byte) (Samples, error) {
	decoder := expfmt.NewDecoder(strings.NewReader(string(exposition)), expfmt.NewFormat(expfmt.TypeProtoDelim))
	var families []*dto.MetricFamily
	for {
		family := &dto.MetricFamily{}
		err := decoder.Decode(family)
		if errors.Is(err, io.EOF) {
			return flatten(families)
		}
		if err != nil {
			return nil, err
		}
		families = append(families, family)
	}
}

// flatten turns families into the series that the text formats write.
func flatten(families []*dto.MetricFamily) (Samples, error) {
	samples := Samples{}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			if err := flattenMetric(samples, family, metric); err != nil {
				return nil, err
			}
		}
	}
	return samples, nil
}

func flattenMetric(samples Samples, family *dto.MetricFamily, metric *dto.Metric) error {
	labels := map[string]string{}
	for _, pair := range metric.GetLabel() {
		labels[pair.GetName()] = pair.GetValue()
	}
	name := family.GetName()
	switch family.GetType() {
	case dto.MetricType_COUNTER:
		samples[Series(name, labels)] = metric.GetCounter().GetValue()
	case dto.MetricType_GAUGE:
		samples[Series(name, labels)] = metric.GetGauge().GetValue()
	case dto.MetricType_UNTYPED:
		samples[Series(name, labels)] = metric.GetUntyped().GetValue()
	case dto.MetricType_HISTOGRAM:
		flattenHistogram(samples, name, labels, metric.GetHistogram())
	case dto.MetricType_SUMMARY:
		summary := metric.GetSummary()
		samples[Series(name+"_sum", labels)] = summary.GetSampleSum()
		samples[Series(name+"_count", labels)] = float64(summary.GetSampleCount())
		for _, quantile := range summary.GetQuantile() {
			labels["quantile"] = strconv.FormatFloat(quantile.GetQuantile(), 'g', -1, 64)
			samples[Series(name, labels)] = quantile.GetValue()
		}
	default:
		return fmt.Errorf("family %s is of type %v", name, family.GetType())
	}
	return nil
}

func flattenHistogram(samples Samples, name string, labels map[string]string, histogram *dto.Histogram) {
	samples[Series(name+"_sum", labels)] = histogram.GetSampleSum()
	samples[Series(name+"_count", labels)] = float64(histogram.GetSampleCount())
	for _, bucket := range histogram.GetBucket() {
		labels["le"] = strconv.FormatFloat(bucket.GetUpperBound(), 'g', -1, 64)
		samples[Series(name+"_bucket", labels)] = float64(bucket.GetCumulativeCount())
	}
	// Protobuf leaves the last bucket to its reader, which knows the count.
	labels["le"] = strconv.FormatFloat(math.Inf(1), 'g', -1, 64)
	samples[Series(name+"_bucket", labels)] = float64(histogram.GetSampleCount())
}

// Samples scrapes the exporter as text; the test fails if that is not possible.
func (e *Exporter) Samples(t *testing.T) Samples {
	t.Helper()
	scrape, err := Get(t.Context(), e.MetricsURL(), AcceptText, "identity")
	if err != nil {
		t.Fatal(err)
	}
	samples, err := Text(scrape.Body)
	if err != nil {
		t.Fatal(err)
	}
	return samples
}
