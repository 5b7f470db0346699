// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"didsms_exporter/internal/store"
)

var update = flag.Bool("update", false, "write the golden files anew")

// run runs the command line in process, with nothing in its environment.
func run(ctx context.Context, arguments ...string) (code int, stdout, stderr string) {
	var out, errors bytes.Buffer
	code = Run(ctx, append([]string{"didsms_exporter"}, arguments...), Streams{
		Out: &out, Err: &errors, Getenv: func(string) string { return "" },
	})
	return code, out.String(), errors.String()
}

// golden compares text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s changed; run with -update if that is meant. got:\n%s", path, got)
	}
}

// TestHelp keeps what each command's help says, and that it ends with examples.
func TestHelp(t *testing.T) {
	for name, arguments := range map[string][]string{
		"help.txt":         {"--help"},
		"help-serve.txt":   {"serve", "--help"},
		"help-demo.txt":    {"demo", "--help"},
		"help-version.txt": {"version", "--help"},
		"help-backup.txt":  {"backup", "--help"},

		"help-export.txt":      {"export", "--help"},
		"help-healthcheck.txt": {"healthcheck", "--help"},
		"help-completion.txt":  {"completion", "--help"},
		"help-man.txt":         {"man", "--help"},
	} {
		code, out, errors := run(t.Context(), arguments...)
		if code != 0 || errors != "" {
			t.Errorf("%v: exit %d, standard error %q", arguments, code, errors)
		}
		if len(arguments) > 1 && !strings.Contains(out, "EXAMPLES:") {
			t.Errorf("%v: no examples", arguments)
		}
		if arguments[0] == "--help" {
			out = strings.ReplaceAll(out, buildVersion().inHelp(), "VERSION") // differs from build to build
		}
		golden(t, name, out)
	}
}

// TestMistakes: wrong usage exits with 2, says what to do next on standard error,
// and prints nothing on standard output.
func TestMistakes(t *testing.T) {
	folder := t.TempDir()
	broken := filepath.Join(folder, "broken.yml")
	if err := os.WriteFile(broken, []byte("accounts:\n  - name: a b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	noYAML := filepath.Join(folder, "no.yml")
	if err := os.WriteFile(noYAML, []byte("accounts:\n   @x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	show := filepath.Join(folder, "show.yml")
	if err := os.WriteFile(show, []byte("privacy: {content: show}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		arguments []string
		want      []string
	}{
		"nothing configured":  {nil, []string{"no account is configured", "DIDSMS_ACCESS_KEY", "--config.file", "didsms_exporter demo"}},
		"unknown command":     {[]string{"demmo"}, []string{`unknown command "demmo"`, `Did you mean "demo"?`, "--help"}},
		"unknown flag":        {[]string{"--confg.file", "x"}, []string{"-confg.file", `Did you mean "--config.file"?`, "serve --help"}},
		"another case":        {[]string{"SEND"}, []string{`unknown command "SEND"`, `Did you mean "send"?`}},
		"two letters wrong":   {[]string{"send", "--ulr", "x"}, []string{`Did you mean "--url"?`}},
		"time without unit":   {[]string{"demo", "--duration", "10"}, []string{"10s or 2m"}},
		"no YAML":             {[]string{"--config.file", noYAML}, []string{noYAML + ":2:4: is not valid YAML"}},
		"flag without value":  {[]string{"serve", "--web.debug"}, []string{"web.debug", "serve --help"}},
		"words behind":        {[]string{"version", "now"}, []string{"takes no arguments", `"now"`}},
		"cache too small":     {[]string{"--cache.size", "1MiB"}, []string{"--cache.size", "32MiB"}},
		"cache no size":       {[]string{"--cache.size", "much"}, []string{"--cache.size", "64MiB"}},
		"debug":               {[]string{"--web.debug", "perhaps"}, []string{"--web.debug", "auto, on or off"}},
		"log level":           {[]string{"--log.level", "loud"}, []string{"--log", "loud"}},
		"retention":           {[]string{"--storage.retention", "long"}, []string{"--storage.retention", "long"}},
		"path":                {[]string{"--receiver.path", "callback"}, []string{"--receiver.path", "/callback"}},
		"mux pattern":         {[]string{"--web.telemetry-path", "/{x}"}, []string{"--web.telemetry-path"}},
		"body bytes":          {[]string{"--receiver.max-body-bytes", "1"}, []string{"1024"}},
		"external URL":        {[]string{"--web.external-url", "didsms"}, []string{"https://didsms.example.com"}},
		"web configuration":   {[]string{"--web.config.file", "no-such-file"}, []string{"--web.config.file", "no-such-file"}},
		"no such file":        {[]string{"--config.file", "no-such-file"}, []string{"no-such-file", "cannot be read"}},
		"broken file":         {[]string{"--config.file", broken}, []string{broken + ":2: accounts[0].name", "secret_files"}},
		"privacy":             {[]string{"--config.file", show}, []string{"privacy", "--web.config.file"}},
		"backup of nothing":   {[]string{"backup"}, []string{"one new file", "backup --help"}},
		"backup of memory":    {[]string{"backup", "--storage.path", "", "x.db"}, []string{"--storage.path is empty"}},
		"backup from nowhere": {[]string{"backup", "--storage.path", filepath.Join(folder, "none"), "x.db"}, []string{"does not exist", "--storage.path"}},
		"demo rate":           {[]string{"demo", "--rate", "-1"}, []string{"--rate"}},
		"demo duration":       {[]string{"demo", "--duration", "-1s"}, []string{"--duration"}},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errors := run(t.Context(), test.arguments...)
			if code != 2 || out != "" {
				t.Errorf("exit %d, standard output %q", code, out)
			}
			for _, want := range test.want {
				if !strings.Contains(errors, want) {
					t.Errorf("standard error lacks %q:\n%s", want, errors)
				}
			}
		})
	}
}

func TestVersion(t *testing.T) {
	for _, arguments := range [][]string{{"version"}, {"--version"}, {"-v"}} {
		code, out, errors := run(t.Context(), arguments...)
		if code != 0 || errors != "" || !strings.HasPrefix(out, "didsms_exporter version ") {
			t.Errorf("%v: exit %d, %q, %q", arguments, code, out, errors)
		}
	}
}

// TestTakenPort: a door that cannot be opened ends the command with 1 and frees
// the other one.
func TestTakenPort(t *testing.T) {
	i := newTestInstance(t, "")
	defer func() { _ = i.public.listener.Close() }()
	s := *i.settings
	s.storagePath = ""
	s.receiverAddress = "127.0.0.1:0"
	s.webAddress = i.private.listener.Addr().String()
	if _, err := newInstance(&s, i.inForce.Load().config); err == nil || !strings.Contains(err.Error(), "private door") {
		t.Errorf("got %v", err)
	}
	_ = i.private.listener.Close()
}

// TestDemo runs the whole demo: what it says it sent is what the ledger has, and
// an interrupt ends it with 0.
func TestDemo(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	code, out, errors := run(ctx, "demo", "--rate", "200", "--duration", "1s",
		"--receiver.listen-address", "127.0.0.1:0", "--web.listen-address", "127.0.0.1:0")
	if code != 0 || errors != "" {
		t.Errorf("exit %d, standard error %q", code, errors)
	}
	for _, want := range []string{"/metrics", "/debug/events", "curl -sS", "stops delivering", "Traffic ended", "The exporter runs on"} {
		if !strings.Contains(out, want) {
			t.Errorf("output lacks %q:\n%s", want, out)
		}
	}
	if strings.Contains(out, "not as the contract asks") {
		t.Errorf("the contract was broken:\n%s", out)
	}
}

// TestBackup: a copy taken while the exporter runs holds what was acknowledged.
func TestBackup(t *testing.T) {
	i := newTestInstance(t, "")
	start(t, i)
	if status, _, err := i.callback("m1", oldSecret); err != nil || status != 200 {
		t.Fatalf("got %d, %v", status, err)
	}
	folder := t.TempDir()
	file := filepath.Join(folder, store.FileName)
	code, out, errors := run(t.Context(), "backup", "--storage.path", i.settings.storagePath, file)
	if code != 0 || errors != "" || !strings.Contains(out, "checked") {
		t.Fatalf("exit %d, %q, %q", code, out, errors)
	}
	if code, _, errors := run(t.Context(), "backup", "--storage.path", i.settings.storagePath, file); code != 1 || !strings.Contains(errors, "exists already") {
		t.Errorf("over an existing file: exit %d, %q", code, errors)
	}
	copied, err := store.Open(store.Config{Folder: folder, Retention: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := copied.Close(); err != nil {
			t.Error(err)
		}
	}()
	if got := copied.Restored().Totals; len(got) != 1 || got[0].Events != 1 || got[0].Spend.String() != "0.036" {
		t.Errorf("got %+v", got)
	}
}

// TestRestart: counters go on as the same series, also those of the account, and
// the debug page shows what came before.
func TestRestart(t *testing.T) {
	i := newTestInstance(t, "series_birth_hold: 0s\n")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- i.Run(ctx) }()
	for _, id := range []string{"m1", "m2"} {
		if status, _, err := i.callback(id, oldSecret); err != nil || status != 200 {
			t.Fatalf("got %d, %v", status, err)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	checked, err := loadConfig(i.settings)
	if err != nil {
		t.Fatal(err)
	}
	again, err := newInstance(i.settings, checked)
	if err != nil {
		t.Fatal(err)
	}
	start(t, again)
	for _, id := range []string{"m2", "m3"} { // one of them a duplicate of the first run
		if status, _, err := again.callback(id, oldSecret); err != nil || status != 200 {
			t.Fatalf("got %d, %v", status, err)
		}
	}
	for series, want := range map[string]string{
		`didsms_mo_messages_total{account="main",did="18184505018"}`:                              "3",
		`didsms_spend_total{account="main",currency="USD",did="18184505018",direction="inbound"}`: "0.108",
		`didsms_spend_month_to_date{account="main",currency="USD"}`:                               "0.108",
		`didsms_callbacks_total{account="main",kind="mo",result="duplicate"}`:                     "1",
		"didsms_store_up": "1",
	} {
		if got := again.sample(t, series); got != want {
			t.Errorf("%s: got %s, want %s", series, got, want)
		}
	}
	if _, page := again.get(t, "/debug/events"); strings.Count(page, `"accepted"`) != 3 || strings.Count(page, `"duplicate"`) != 1 {
		t.Errorf("debug page:\n%s", page)
	}
}

// A word that is far from all others is not answered with a guess.
func TestNoFarFetchedSuggestion(t *testing.T) {
	for _, arguments := range [][]string{{"foo"}, {"zzzzzz"}, {"--foo"}} {
		if _, _, errors := run(t.Context(), arguments...); strings.Contains(errors, "Did you mean") {
			t.Errorf("%v: %s", arguments, errors)
		}
	}
}

func TestHelpIsAWordToo(t *testing.T) {
	for _, pair := range [][2][]string{{{"help"}, {"--help"}}, {{"help", "send"}, {"send", "--help"}}} {
		code, got, _ := run(t.Context(), pair[0]...)
		_, want, _ := run(t.Context(), pair[1]...)
		if code != 0 || got != want || got == "" {
			t.Errorf("%v: exit %d, and not what %v prints:\n%s", pair[0], code, pair[1], got)
		}
	}
}
