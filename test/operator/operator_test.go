// SPDX-License-Identifier: Apache-2.0

package operator

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"sigs.k8s.io/yaml"
)

// exported is the file that `didsms_exporter export` writes for the Operator: the
// one named by PROMETHEUSRULES, else what the program of this working tree gives.
func exported(t *testing.T) []byte {
	t.Helper()
	file := os.Getenv("PROMETHEUSRULES")
	if file == "" {
		folder := t.TempDir()
		export := exec.CommandContext(t.Context(), "go", "run", ".", "export", folder)
		export.Dir = filepath.Join("..", "..")
		if output, err := export.CombinedOutput(); err != nil {
			t.Fatalf("export: %v\n%s", err, output)
		}
		file = filepath.Join(folder, "kubernetes", "prometheusrules.yml")
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// documents cuts a stream of YAML documents apart, since sigs.k8s.io/yaml reads one.
func documents(stream []byte) [][]byte { return bytes.Split(stream, []byte("\n---\n")) }

// decode is strict: a field that the Operator's type does not have is an error, as
// is one that stands twice. The API server would drop the one in silence.
func decode(document []byte) (rule monitoring.PrometheusRule, err error) {
	err = yaml.UnmarshalStrict(document, &rule)
	return rule, err
}

// TestObjectsAreTheOperators: what is exported is what the Operator's API takes, one
// object a rule file, with nothing lost on the way.
func TestObjectsAreTheOperators(t *testing.T) {
	stream := exported(t)
	var rules, objects int
	names := map[string]bool{}
	for _, document := range documents(stream) {
		object, err := decode(document)
		if err != nil {
			t.Errorf("%v\n%.200s", err, document)
			continue
		}
		objects++
		if object.Kind != monitoring.PrometheusRuleKind || object.APIVersion != monitoring.SchemeGroupVersion.String() {
			t.Errorf("%s is a %s of %s", object.Name, object.Kind, object.APIVersion)
		}
		if names[object.Name] || object.Name == "" {
			t.Errorf("the name %q is empty or stands twice: the second object would replace the first", object.Name)
		}
		names[object.Name] = true
		for _, group := range object.Spec.Groups {
			if group.Name == "" || len(group.Rules) == 0 || group.Interval == nil || *group.Interval != "1m" {
				t.Errorf("%s: group %q has %d rules and the interval %v", object.Name, group.Name, len(group.Rules), group.Interval)
			}
			for _, rule := range group.Rules {
				rules++
				if rule.Expr.String() == "" || (rule.Record == "") == (rule.Alert == "") {
					t.Errorf("%s: %q %q reads %q", object.Name, rule.Record, rule.Alert, rule.Expr.String())
				}
				if rule.Alert != "" && (rule.For == nil || rule.Labels["severity"] == "" || rule.Annotations["runbook_url"] == "") {
					t.Errorf("%s: %s lost its for, severity or runbook_url", object.Name, rule.Alert)
				}
			}
		}
	}
	if objects < 5 {
		t.Errorf("%d objects, want one an area", objects)
	}
	if want := strings.Count(string(stream), "- record:") + strings.Count(string(stream), "- alert:"); rules != want || want == 0 {
		t.Errorf("%d rules decoded of %d", rules, want)
	}
}

// TestWhatTheOperatorRefuses proves that the test above can fail: each fault is put
// into the exported objects, and each must be refused.
func TestWhatTheOperatorRefuses(t *testing.T) {
	good := documents(exported(t))[0]
	if _, err := decode(good); err != nil {
		t.Fatal(err)
	}
	for fault, change := range map[string][2]string{
		"a misspelt field of a rule":  {"keep_firing_for: ", "keepFiringFor: "},
		"a misspelt field of a group": {"interval: 1m", "intervall: 1m"},
		"a field twice":               {"interval: 1m", "interval: 1m\n      interval: 2m"},
		"a list where a map belongs":  {"labels: {severity: critical}", "labels: [critical]"},
		"groups outside of spec":      {"spec:\n", "spec: {}\n"},
		"a label that is no text":     {"release: prometheus", "release: [prometheus]"},
	} {
		bad := strings.ReplaceAll(string(good), change[0], change[1])
		if bad == string(good) {
			t.Errorf("%s: %q is not in the object: the test changes nothing", fault, change[0])
		} else if _, err := decode([]byte(bad)); err == nil {
			t.Errorf("%s was accepted", fault)
		}
	}
}
