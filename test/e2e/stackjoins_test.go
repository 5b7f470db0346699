// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"didsms_exporter/test/harness"
)

// TestStackJoins: what the files of the stack say about each other is so.
func TestStackJoins(t *testing.T) {
	s, err := readStack(exportTo(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range s.faults(t) {
		t.Error(fault)
	}
}

// TestStackJoinsNotices breaks a file in one place at a time.
func TestStackJoinsNotices(t *testing.T) {
	const (
		compose     = "compose/compose.yml"
		prometheus  = "compose/prometheus.yml"
		dashboards  = "grafana/provisioning/dashboards/didsms.yml"
		datasources = "grafana/provisioning/datasources/didsms.yml"
	)
	for _, c := range []struct{ file, old, new string }{
		{compose, "depends_on:", "dependson:"},
		{compose, "exporter: {condition", "exporters: {condition"},
		{compose, "service_healthy", "service_well"},
		{compose, "volumes: [exporter:/data]", "volumes: [state:/data]"},
		{compose, "\n  grafana:\n", "\n"},
		{compose, "http://exporter:8080/callback", "http://exporter:8081/callback"},
		{compose, "http://exporter:8080/callback", "http://didsms:8080/callback"},
		{compose, "127.0.0.1:9911:9911", "127.0.0.1:9912:9911"},
		{compose, "127.0.0.1:9090:9090", "9090:9090"},
		{prometheus, "scrape_native_histograms", "scrape_native_histogram"},
		{prometheus, "exporter:9911", "exporter:9910"},
		{prometheus, "alertmanager:9093", "alerts:9093"},
		{prometheus, "job_name: didsms-exporter", "job_name: didsms"},
		{dashboards, "apiVersion: 1", "apiVersion: 2"},
		{dashboards, "type: file", "type: files"},
		{dashboards, "allowUiUpdates", "allowUIUpdates"},
		{datasources, "apiVersion: 1", "apiVersion: 2"},
		{datasources, "type: prometheus", "type: loki"},
		{datasources, "url: http://prometheus:9090", "url: http://prometheus:9091"},
		{datasources, "$${__value.raw}", "${__value.raw}"},
		{datasources, "http://localhost:9911/debug", "http://localhost:9912/debug"},
	} {
		folder := exportTo(t)
		path := filepath.Join(folder, filepath.FromSlash(c.file))
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		broken := bytes.Replace(content, []byte(c.old), []byte(c.new), 1)
		if bytes.Equal(broken, content) {
			t.Errorf("%s: no %q to break", c.file, c.old)
			continue
		}
		if err := os.WriteFile(path, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		if s, err := readStack(folder); err == nil && len(s.faults(t)) == 0 {
			t.Errorf("%s passes with %q for %q", c.file, c.new, c.old)
		}
	}
}

// faults are the names and addresses that lead nowhere.
func (s stack) faults(t *testing.T) []string {
	t.Helper()
	var list []string
	fault := func(format string, values ...any) { list = append(list, fmt.Sprintf(format, values...)) }
	s.composed(fault)
	for _, address := range s.addresses() {
		host, port, err := net.SplitHostPort(address)
		if service, found := s.compose.Services[host]; err != nil || !found || !slices.Contains(listens(t, service), port) {
			fault("nothing listens at %s (%v)", address, err)
		}
	}
	for _, scrape := range s.prometheus.Scrapes {
		if scrape.Job != "didsms-exporter" { // the default of export --job, which the rules name
			fault("the rules know no job %s", scrape.Job)
		}
	}
	s.provisioned(fault)
	return list
}

// composed looks at what compose.yml says about itself.
func (s stack) composed(fault func(string, ...any)) {
	used := map[string]bool{}
	for name, service := range s.compose.Services {
		for other, how := range service.DependsOn {
			switch needed, found := s.compose.Services[other]; {
			case !found:
				fault("%s waits for %s, which is no service", name, other)
			case how.Condition != "service_healthy" || needed.Healthcheck.Disable:
				fault("%s waits for %s to be %q, which it never says", name, other, how.Condition)
			}
		}
		for _, volume := range service.Volumes {
			source, _, _ := strings.Cut(volume, ":")
			if _, found := s.compose.Volumes[source]; !found && !strings.HasPrefix(source, ".") {
				fault("%s keeps its data in %s, which is no volume", name, source)
			}
			used[source] = true
		}
		for _, port := range service.Ports {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				fault("%s is open to the network: %s", name, port)
			}
		}
	}
	for volume := range s.compose.Volumes {
		if !used[volume] {
			fault("the volume %s is not used", volume)
		}
	}
}

// provisioned looks at what Grafana is given.
func (s stack) provisioned(fault func(string, ...any)) {
	if s.dashboards.APIVersion != 1 || s.datasources.APIVersion != 1 {
		fault("Grafana reads version 1, not %d and %d", s.dashboards.APIVersion, s.datasources.APIVersion)
	}
	for _, provider := range s.dashboards.Providers {
		if provider.Type != "file" {
			fault("a provider of type %s", provider.Type)
		}
	}
	for _, source := range s.datasources.Datasources {
		if source.Type != "prometheus" || len(source.JSONData.Exemplars) != 1 {
			fault("a data source of type %s, with %d kinds of exemplars", source.Type, len(source.JSONData.Exemplars))
		}
		for _, e := range source.JSONData.Exemplars {
			// Grafana takes one dollar for a variable of its environment.
			if !strings.HasSuffix(e.URL, "$${__value.raw}") {
				fault("the exemplar's address does not end with its value: %s", e.URL)
			}
			if address, _, _ := strings.Cut(strings.TrimPrefix(e.URL, "http://"), "/"); !s.published(address) {
				fault("no browser reaches %s", address)
			}
		}
	}
	if len(s.dashboards.Providers) == 0 || len(s.datasources.Datasources) == 0 {
		fault("Grafana is given nothing")
	}
}

// addresses are those at which containers look for each other.
func (s stack) addresses() (list []string) {
	var targets []staticTargets
	for _, scrape := range s.prometheus.Scrapes {
		targets = append(targets, scrape.Targets...)
	}
	for _, manager := range s.prometheus.Alerting.Alertmanagers {
		targets = append(targets, manager.Targets...)
	}
	for _, target := range targets {
		list = append(list, target.Targets...)
	}
	for _, source := range s.datasources.Datasources {
		list = append(list, hostOf(source.URL))
	}
	for _, service := range s.compose.Services {
		for _, argument := range service.Command {
			if strings.HasPrefix(argument, "http://") && !strings.Contains(argument, "localhost") {
				list = append(list, hostOf(argument))
			}
		}
	}
	return list
}

func hostOf(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return err.Error()
	}
	return parsed.Host
}

// listens are the ports of a service in its container: those that it publishes and, of
// our own image, those that it exposes.
func listens(t *testing.T, service composeService) (ports []string) {
	t.Helper()
	for _, port := range service.Ports {
		ports = append(ports, port[strings.LastIndex(port, ":")+1:])
	}
	if strings.Contains(service.Image, "didsms_exporter") && slices.Contains(service.Command, "serve") {
		dockerfile, err := os.ReadFile(filepath.Join("..", "..", "Dockerfile"))
		if err != nil {
			t.Fatal(err)
		}
		exposed := regexp.MustCompile(`(?m)^EXPOSE (.+)$`).FindSubmatch(dockerfile)
		if exposed == nil {
			t.Fatal("the image exposes no port")
		}
		ports = append(ports, strings.Fields(string(exposed[1]))...)
	}
	return ports
}

// published says whether a browser on the same machine reaches an address.
func (s stack) published(address string) bool {
	for _, service := range s.compose.Services {
		for _, port := range service.Ports {
			if host, _, _ := strings.Cut(strings.TrimPrefix(port, "127.0.0.1:"), ":"); address == "localhost:"+host {
				return true
			}
		}
	}
	return false
}

// TestExemplarLeads follows an exemplar as Grafana does: the label that the data
// source names is on it, and the address with its value finds the message.
func TestExemplarLeads(t *testing.T) {
	s, err := readStack(exportTo(t))
	if err != nil {
		t.Fatal(err)
	}
	exporter := harness.StartExporter(t, harness.Start{Binary: binary, Config: configuration(t, "series_birth_hold: 0s")})
	exporter.AwaitReady(t)
	exporter.Send(t, harness.Receipt("18184505018", "DELIVRD"))
	scrape, err := harness.Get(t.Context(), exporter.MetricsURL(), harness.AcceptOpenMetrics, "identity")
	if err != nil {
		t.Fatal(err)
	}
	destination := s.datasources.Datasources[0].JSONData.Exemplars[0]
	found := regexp.MustCompile(` # \{` + regexp.QuoteMeta(destination.Name) + `="([^"]+)"\}`).FindSubmatch(scrape.Body)
	if found == nil {
		t.Fatalf("no exemplar has the label %s:\n%s", destination.Name, scrape.Body)
	}
	id := string(found[1])
	address := strings.NewReplacer("$${__value.raw}", id, "localhost:9911", exporter.Web).Replace(destination.URL)
	page, err := harness.Get(t.Context(), address, "application/json", "identity")
	if err != nil || !bytes.Contains(page.Body, []byte(`"`+id+`"`)) {
		t.Errorf("%s does not show the message: %v\n%s", address, err, page.Body)
	}
	exporter.Stop(t)
}
