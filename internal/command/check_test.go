// SPDX-License-Identifier: Apache-2.0

package command

import (
	"encoding/json"
	"errors"
	"flag"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"

	"didsms_exporter/internal/store"
)

// checking is a folder to check, and what the machine is like.
type checking struct {
	t           *testing.T
	folder      string
	free        uint64
	environment map[string]string
}

func newChecking(t *testing.T) *checking {
	t.Helper()
	c := &checking{t: t, folder: t.TempDir(), free: 10 << 30}
	c.write("secret", "a secret long enough\n")
	return c
}

func (c *checking) path(name string) string { return filepath.Join(c.folder, name) }

func (c *checking) write(name, content string) string {
	c.t.Helper()
	writeFile(c.t, c.path(name), content)
	return c.path(name)
}

// run checks with these flags, those of a free machine before them. The folder
// stands as DIR in what comes back.
func (c *checking) run(arguments ...string) (text string, err error) {
	c.t.Helper()
	var out strings.Builder
	streams := Streams{Out: &out, Err: c.t.Output(), Getenv: func(name string) string { return c.environment[name] }, Environ: func() (variables []string) {
		for name, value := range c.environment {
			variables = append(variables, name+"="+value)
		}
		return variables
	}}
	set := flag.NewFlagSet("check", flag.ContinueOnError)
	for _, f := range checkCommand(streams).Flags {
		if err := f.Apply(set); err != nil {
			c.t.Fatal(err)
		}
	}
	arguments = append([]string{
		"--storage.path", c.path("data"), "--receiver.listen-address", "127.0.0.1:0", "--web.listen-address", "127.0.0.1:0",
	}, arguments...)
	if err := set.Parse(arguments); err != nil {
		c.t.Fatal(err)
	}
	context := cli.NewContext(cli.NewApp(), set, nil)
	context.Context = c.t.Context()
	err = runCheck(context, streams, func(string) (uint64, error) {
		if c.free == 0 {
			return 0, errors.ErrUnsupported
		}
		return c.free, nil
	})
	return strings.ReplaceAll(out.String(), c.folder, "DIR"), err
}

const goodFile = `accounts:
  - name: main
    access_key: key
    secret_files: [secret]
    currency: USD
    time_zone: "+08:00"
    budget: {monthly: 500}
dids:
  - {number: "18184505018", name: Support}
`

// checkCases are what check can find, one thing each; the golden file shows the
// lines of all.
var checkCases = []struct {
	name string
	bad  bool // exit 1
	make func(c *checking) []string
}{
	{"nothing to mention", false, func(c *checking) []string { return []string{"--config.file", c.write("didsms.yml", goodFile)} }},
	{"no account", true, func(*checking) []string { return nil }},
	{"no such file", true, func(c *checking) []string { return []string{"--config.file", c.path("absent.yml")} }},
	{"every problem of a file", true, func(c *checking) []string {
		return []string{"--config.file", c.write("didsms.yml", strings.Replace(strings.Replace(goodFile, "500", "-5", 1), "secret]", "secret, absent]", 1)+"max_dids: 0\n")}
	}},
	{"secrets to look at", false, func(c *checking) []string {
		c.write("secret", "short \n")
		if err := os.Chmod(c.path("secret"), 0o640); err != nil {
			c.t.Fatal(err)
		}
		return []string{"--config.file", c.write("didsms.yml", goodFile)}
	}},
	{"currency and zone left open", false, func(c *checking) []string {
		return []string{"--config.file", c.write("didsms.yml", strings.NewReplacer("currency: USD", "max_age: 24h", "    time_zone: \"+08:00\"\n", "").Replace(goodFile))}
	}},
	{"account of the environment", false, func(c *checking) []string {
		c.environment = map[string]string{"DIDSMS_ACCESS_KEY": "key", "DIDSMS_ACCESS_SECRET": "short"}
		return nil
	}},
	{"misspelt variables", true, func(c *checking) []string {
		c.environment = map[string]string{
			"DIDSMS_ACCESS_KEY": "key", "DIDSMS_ACCES_SECRET": "hunter2hunter2hunter2", "DIDSMS_LOUD": "yes", "DIDSMS_CURRENCY": "USD",
		}
		return nil
	}},
	{"broken web configuration", true, func(c *checking) []string {
		return []string{"--config.file", c.write("didsms.yml", goodFile+"privacy: {content: show}\n"), "--web.debug", "on", "--web.config.file", c.write("web.yml", "basic_users: {}\n")}
	}},
	{"text shown to everybody", true, func(c *checking) []string {
		return []string{"--config.file", c.write("didsms.yml", goodFile+"privacy: {content: show}\n")}
	}},
	{"debug pages for everybody", false, func(c *checking) []string {
		return []string{"--config.file", c.write("didsms.yml", goodFile), "--web.debug", "on", "--web.listen-address", ":0"}
	}},
	{"debug pages for this machine", false, func(c *checking) []string {
		return []string{"--config.file", c.write("didsms.yml", goodFile), "--web.debug", "on"}
	}},
	{"memory only", false, func(c *checking) []string {
		return []string{"--config.file", c.write("didsms.yml", goodFile), "--storage.path", ""}
	}},
	{"little space", false, func(c *checking) []string {
		c.free = 255 << 20
		return []string{"--config.file", c.write("didsms.yml", goodFile)}
	}},
	{"too little space", true, func(c *checking) []string {
		c.free = 31 << 20
		return []string{"--config.file", c.write("didsms.yml", goodFile)}
	}},
	{"space that nobody knows", false, func(c *checking) []string {
		c.free = 0
		return []string{"--config.file", c.write("didsms.yml", goodFile)}
	}},
	{"folder that is a file", true, func(c *checking) []string {
		return []string{"--config.file", c.write("didsms.yml", goodFile), "--storage.path", c.path("secret/data")}
	}},
	{"folder of a stopped exporter", false, func(c *checking) []string {
		sitting(c.t, c.path("data"), "2025-11-01T00:00:00Z", "2025-11-02T00:00:00Z")
		return []string{"--config.file", c.write("didsms.yml", goodFile)}
	}},
	{"damaged store", true, func(c *checking) []string {
		if err := os.Mkdir(c.path("data"), 0o700); err != nil {
			c.t.Fatal(err)
		}
		c.write("data/"+store.FileName, strings.Repeat("no store at all\n", 512))
		return []string{"--config.file", c.write("didsms.yml", goodFile)}
	}},
	{"address that is none", true, func(c *checking) []string {
		return []string{"--config.file", c.write("didsms.yml", goodFile), "--web.listen-address", "127.0.0.1:99999"}
	}},
}

func TestCheckGolden(t *testing.T) {
	var all strings.Builder
	for _, test := range checkCases {
		c := newChecking(t)
		arguments := test.make(c)
		text, err := c.run(arguments...)
		if errors.Is(err, errFindings) != test.bad || err != nil && !test.bad {
			t.Errorf("%s: %v", test.name, err)
		}
		if errorLine := strings.HasPrefix(text, "error "); errorLine != test.bad {
			t.Errorf("%s: the first line is no error:\n%s", test.name, text)
		}
		all.WriteString("== " + test.name + "\n" + text)

		machine, _ := c.run(append(arguments, "--json")...)
		var got struct {
			Findings []finding
			Errors   int
		}
		if err := json.Unmarshal([]byte(machine), &got); err != nil || (got.Errors > 0) != test.bad {
			t.Errorf("%s: %v, %d errors", test.name, err, got.Errors)
		}
		found, _, _ := strings.Cut(text, "Without fault:\n")
		lines := strings.Count(found, "\n") - 1
		if len(got.Findings) > 0 && len(got.Findings) != lines {
			t.Errorf("%s: %d findings in JSON, %d lines", test.name, len(got.Findings), lines)
		}
		for n, f := range got.Findings {
			if line := strings.Split(text, "\n")[n]; f.String() != line {
				t.Errorf("%s: JSON has %q, the text %q", test.name, f.String(), line)
			}
		}
	}
	golden(t, "check.txt", all.String())
}

// TestCheckDoors: an address that is taken is an error, unless it seems to be the
// running exporter's.
func TestCheckDoors(t *testing.T) {
	i := newTestInstance(t, "")
	start(t, i)
	public, private := i.public.listener.Addr().String(), i.private.listener.Addr().String()
	c := newChecking(t)
	file := c.write("didsms.yml", goodFile)
	text, err := c.run("--config.file", file, "--storage.path", i.settings.storagePath, "--receiver.listen-address", public, "--web.listen-address", private)
	if err != nil || strings.Count(text, "as it seems by the running exporter") != 2 || !strings.Contains(text, "in use by a running exporter") {
		t.Errorf("beside the running exporter: %v\n%s", err, text)
	}
	text, err = c.run("--config.file", file, "--web.listen-address", private)
	if err == nil || !strings.Contains(text, private+" is in use by another program") {
		t.Errorf("with another folder: %v\n%s", err, text)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	text, err = c.run("--config.file", file, "--receiver.listen-address", address, "--web.listen-address", address)
	if err == nil || !strings.Contains(text, "--web.listen-address: "+address+" is the port of the public door") {
		t.Errorf("one address for both: %v\n%s", err, text)
	}
}

// TestCheckReadOnlyFolder: permissions alone do not tell, root least of all.
func TestCheckReadOnlyFolder(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs a file system that takes no files")
	}
	c := newChecking(t)
	text, err := c.run("--config.file", c.write("didsms.yml", goodFile), "--storage.path", "/proc/didsms")
	if err == nil || !strings.Contains(text, "the folder /proc/didsms cannot be written") {
		t.Errorf("%v\n%s", err, text)
	}
}

// TestCheckLeavesNothing: check makes no folder and no file.
func TestCheckLeavesNothing(t *testing.T) {
	c := newChecking(t)
	file := c.write("didsms.yml", goodFile)
	if _, err := c.run("--config.file", file); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(c.folder); err != nil || len(entries) != 2 {
		t.Errorf("found %v, %v", entries, err)
	}
}

func TestCheckMistakes(t *testing.T) {
	for name, arguments := range map[string][]string{
		"flag":  {"check", "--storge.path", "x"},
		"value": {"check", "--web.debug", "perhaps"},
		"words": {"check", "now"},
	} {
		if code, out, errors := run(t.Context(), arguments...); code != 2 || out != "" || errors == "" {
			t.Errorf("%s: exit %d, %q, %q", name, code, out, errors)
		}
	}
	if code, out, errors := run(t.Context(), "check", "--storage.path", t.TempDir()); code != 1 || !strings.Contains(out, "no account is configured; set") || errors == "" {
		t.Errorf("exit %d, %q, %q", code, out, errors)
	}
}
