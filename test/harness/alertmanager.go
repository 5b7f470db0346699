// SPDX-License-Identifier: Apache-2.0

package harness

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Alertmanager is a running Alertmanager.
type Alertmanager struct {
	*Process
	Address string
}

// StartAlertmanager starts the system's Alertmanager with a configuration file; the
// templates that the file names lie beside it.
func StartAlertmanager(t *testing.T, config string) *Alertmanager {
	t.Helper()
	program, err := exec.LookPath("prometheus-alertmanager")
	if err != nil {
		t.Fatalf("%v: install Debian's package prometheus-alertmanager", err)
	}
	a := &Alertmanager{Address: FreeAddress(t)}
	a.Process = StartProcess(t, program, []string{
		"--config.file=" + config,
		"--storage.path=" + filepath.Join(t.TempDir(), "data"),
		"--web.listen-address=" + a.Address,
		"--web.external-url=https://alertmanager.example.com",
		"--cluster.listen-address=", // no gossip
	}, nil)
	Eventually(t, 30*time.Second, func() error {
		if a.Ended() {
			t.Fatal("the Alertmanager ended before it was ready")
		}
		return ready(a.Address)
	})
	return a
}

// Alert is what Prometheus tells an Alertmanager.
type Alert struct {
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	StartsAt    time.Time         `json:"startsAt"`
	EndsAt      time.Time         `json:"endsAt"` // in the future while it fires
}

// Take hands alerts over, as Prometheus does.
func (a *Alertmanager) Take(t *testing.T, alerts ...Alert) {
	t.Helper()
	body, err := json.Marshal(alerts)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.Post("http://"+a.Address+"/api/v2/alerts", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("the Alertmanager answers %s to %s", response.Status, body)
	}
}

// Silent gives the labels of the alerts that others keep back now.
func (a *Alertmanager) Silent(t *testing.T) []map[string]string {
	t.Helper()
	response, err := http.Get("http://" + a.Address + "/api/v2/alerts")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var alerts []struct {
		Labels map[string]string `json:"labels"`
		Status struct {
			InhibitedBy []string `json:"inhibitedBy"`
		} `json:"status"`
	}
	if err := json.NewDecoder(response.Body).Decode(&alerts); err != nil {
		t.Fatal(err)
	}
	var silent []map[string]string
	for _, alert := range alerts {
		if len(alert.Status.InhibitedBy) > 0 {
			silent = append(silent, alert.Labels)
		}
	}
	return silent
}
