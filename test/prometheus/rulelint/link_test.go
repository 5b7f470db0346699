// SPDX-License-Identifier: Apache-2.0

package rulelint

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// runbookExists: an alert's link leads to its own section.
func runbookExists(r *rule) (all []finding) {
	if r.Alert == "" {
		return nil
	}
	if !r.world.runbooks[r.Alert] {
		all = append(all, found("docs/runbooks.md has no heading %q", "## "+r.Alert)...)
	}
	if _, anchor, _ := strings.Cut(r.Annotations["runbook_url"], "#"); anchor != strings.ToLower(r.Alert) {
		all = append(all, found("the runbook_url leads to %q, not to the alert's own section", anchor)...)
	}
	return all
}

// aView is the beginning of a range that ends now.
var aView = regexp.MustCompile(`^now-[0-9]+[hd]$`)

// dashboardExists: so does the one to its dashboard, and it fills in what the alert
// is about.
func dashboardExists(r *rule) (all []finding) {
	if r.Alert == "" {
		return nil
	}
	address, err := url.Parse(r.Annotations["dashboard_url"])
	if err != nil {
		return found("dashboard_url: %v", err)
	}
	_, uid, _ := strings.Cut(address.Path, "/d/")
	variables, ok := r.world.boards[uid]
	if !ok {
		return found("no file in dashboards has the uid %q", uid)
	}
	query := address.Query()
	if !aView.MatchString(query.Get("from")) || query.Get("to") != "now" {
		all = append(all, found("the dashboard opens over its own range, in which what is new may be lost: from=%q, to=%q", query.Get("from"), query.Get("to"))...)
	}
	query.Del("from")
	query.Del("to")
	for name, values := range query {
		label, isVariable := strings.CutPrefix(name, "var-")
		if !isVariable || !variables[label] {
			all = append(all, found("the dashboard %s has no variable for %s", uid, name)...)
		}
		if want := "{{ $labels." + label + " }}"; values[0] != want {
			all = append(all, found("%s=%s, want %s", name, values[0], want)...)
		}
	}
	return all
}

// TestEveryRunbookHasItsAlert: a section that nobody is led to was forgotten, or its
// alert was renamed.
func TestEveryRunbookHasItsAlert(t *testing.T) {
	w := theWorld(t)
	if len(w.runbooks) == 0 {
		t.Fatal("docs/runbooks.md has no heading of an alert")
	}
	alerts := map[string]bool{}
	for _, r := range committed(t, w) {
		alerts[r.Alert] = true
	}
	for heading := range w.runbooks {
		if !alerts[heading] {
			t.Errorf("docs/runbooks.md: ## %s is the name of no alert", heading)
		}
	}
}
