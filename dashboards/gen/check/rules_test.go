// SPDX-License-Identifier: Apache-2.0

package check_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"didsms_exporter/dashboards/gen/check"
)

// TestAlertsLead follows the links of the alerts: a renamed board or variable would
// send whoever was woken to an empty page.
func TestAlertsLead(t *testing.T) {
	known := suite(t).Boards
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "alerts", "rules", "*.yml"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`dashboard_url: \S+/d/([\w-]+)(.*)`).FindAllStringSubmatch(string(content), -1) {
			n++
			for _, fault := range leads(known, found[1], found[2]) {
				t.Errorf("%s: %s", filepath.Base(file), fault)
			}
		}
	}
	if n < 20 {
		t.Errorf("only %d links found", n)
	}
	for _, broken := range [][2]string{{"didsms-none", ""}, {"didsms-overview", "?var-did=1"}} {
		if len(leads(known, broken[0], broken[1])) == 0 {
			t.Errorf("%v passes", broken)
		}
	}
}

func leads(known []check.Board, uid, query string) []string {
	i := slices.IndexFunc(known, func(b check.Board) bool { return b.UID == uid })
	if i < 0 {
		return []string{"there is no board " + uid}
	}
	var faults []string
	for _, found := range regexp.MustCompile(`[?&]var-(\w+)=`).FindAllStringSubmatch(query, -1) {
		if !slices.ContainsFunc(known[i].Templating.List, func(v check.Variable) bool { return v.Name == found[1] }) {
			faults = append(faults, strings.Join([]string{uid, "has no variable", found[1]}, " "))
		}
	}
	return faults
}
