// SPDX-License-Identifier: Apache-2.0

package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"didsms_exporter/internal/config"
)

// What stands in a secret file, and which secret that is. No refusal may show any
// of it.
func TestSecretFiles(t *testing.T) {
	for _, c := range []struct{ name, content, want, problem string }{
		{"plain", "hunter2", "hunter2", ""},
		{"line end", "hunter2\n", "hunter2", ""},
		{"line end of Windows", "hunter2\r\n", "hunter2", ""},
		{"several line ends", "hunter2\n\n\n", "hunter2", ""},
		{"spaces belong to the secret", " hunter 2 \n", " hunter 2 ", ""},
		{"any bytes", "\x00\xff\n", "\x00\xff", ""},
		{"the longest", strings.Repeat("h", 4096) + "\r\n", strings.Repeat("h", 4096), ""},
		{"too long", strings.Repeat("h", 4097), "", "is too long; a secret has at most 4096 bytes"},
		{"far too long", strings.Repeat("hunter2\n", 1<<17), "", "is too long; a secret has at most 4096 bytes"},
		{"empty", "", "", "is empty"},
		{"only line ends", "\r\n\n", "", "is empty"},
		{"only spaces", " \t \n", "", "is empty"},
		{"two lines", "hunter2\nhunter3\n", "", "holds more than one line; it must be one secret"},
		{"old Mac", "hunter2\rhunter3", "", "holds more than one line; it must be one secret"},
	} {
		path := filepath.Join(t.TempDir(), "secret")
		writeFile(t, path, c.content)
		env := environment{config.EnvAccessKey: "k", config.EnvAccessSecretFile: path}
		got, err := config.Source{Getenv: env.get}.Load()
		if c.problem == "" {
			if err != nil || string(got.Accounts[0].Secrets[0]) != c.want {
				t.Errorf("%s: got %v, %v, want %q", c.name, got, err, c.want)
			}
			continue
		}
		want := "DIDSMS_ACCESS_SECRET_FILE: secret file " + path + " " + c.problem
		if text := problemsOf(t, err).Error(); text != want {
			t.Errorf("%s: got %q, want %q", c.name, text, want)
		}
	}
}

func TestSecretFilesThatCannotBeRead(t *testing.T) {
	folder := t.TempDir()
	for path, want := range map[string]string{
		filepath.Join(folder, "absent"): "cannot be read: no such file or directory",
		folder:                          "cannot be read: is a directory",
	} {
		env := environment{config.EnvAccessKey: "k", config.EnvAccessSecretFile: path}
		_, err := config.Source{Getenv: env.get}.Load()
		if text := problemsOf(t, err).Error(); text != "DIDSMS_ACCESS_SECRET_FILE: secret file "+path+" "+want {
			t.Errorf("got %q, want %q", text, want)
		}
	}
}

// A relative path begins at the configuration file and not where the program was
// started; an absolute one stands for itself.
func TestRelativeSecretPath(t *testing.T) {
	folder, elsewhere := t.TempDir(), t.TempDir()
	t.Chdir(elsewhere)
	writeFile(t, filepath.Join(elsewhere, "secret"), "wrong")
	writeFile(t, filepath.Join(folder, "secret"), "relative")
	absolute := filepath.Join(t.TempDir(), "secret")
	writeFile(t, absolute, "absolute")
	file := filepath.Join(folder, "didsms.yml")
	writeFile(t, file, strings.Replace(account, "[secret]", "[secret, ./secret, "+absolute+"]", 1))
	got, err := config.Source{File: file}.Load()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"relative", "relative", "absolute"} {
		if secret := string(got.Accounts[0].Secrets[i]); secret != want {
			t.Errorf("secret %d: got %q, want %q", i, secret, want)
		}
	}
}

// Kubernetes replaces a mounted secret by turning a link: the next load must see
// the new one, and a link to nothing is an error, never an empty secret.
func TestSecretBehindASwappedLink(t *testing.T) {
	folder := t.TempDir()
	link, data := filepath.Join(folder, "secret"), filepath.Join(folder, "..data")
	for _, version := range []string{"one", "two"} {
		if err := os.Mkdir(filepath.Join(folder, version), 0o700); err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(folder, version, "secret"), "secret-"+version+"\n")
	}
	turn := func(target string) {
		t.Helper()
		if err := os.Symlink(target, data+"_new"); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(data+"_new", data); err != nil {
			t.Fatal(err)
		}
	}
	turn("one")
	if err := os.Symlink(filepath.Join("..data", "secret"), link); err != nil {
		t.Fatal(err)
	}
	env := environment{config.EnvAccessKey: "k", config.EnvAccessSecretFile: link}
	source := config.Source{Getenv: env.get}
	for _, version := range []string{"one", "two"} {
		turn(version)
		got, err := source.Load()
		if err != nil || string(got.Accounts[0].Secrets[0]) != "secret-"+version {
			t.Errorf("%s: got %+v, %v", version, got, err)
		}
	}
	turn("three")
	if got, err := source.Load(); err == nil {
		t.Errorf("link to nothing: got %+v", got)
	}
}

// Whatever else is wrong, no text of a problem holds a secret: it goes to the log.
func TestNoProblemShowsASecret(t *testing.T) {
	const canary = "hunter2canary"
	folder := t.TempDir()
	writeFile(t, filepath.Join(folder, "secret"), canary+"\n")
	writeFile(t, filepath.Join(folder, "lines"), canary+"\n"+canary)
	writeFile(t, filepath.Join(folder, "long"), strings.Repeat(canary, 1000))
	file := filepath.Join(folder, "didsms.yml")
	for _, text := range []string{
		account + "    secret: " + canary + "\n",
		account + "    access_secret: " + canary + "\n",
		strings.Replace(account, "[secret]", "[secret, lines, long]", 1),
		account + "    currency: " + canary + "$\n    time_zone: " + canary + "\n    max_age: " + canary + "\n    algorithm: " + canary + "\n",
		"access_key: " + canary + "\n",
		canary,
		"- " + canary,
		"[" + canary,
		account + account,
	} {
		writeFile(t, file, text)
		for _, env := range []environment{
			{config.EnvAccessSecret: canary},
			{config.EnvAccessKey: "k", config.EnvAccessSecret: canary + "\n" + canary},
			{config.EnvAccessKey: "k", config.EnvAccessSecret: canary, config.EnvAccessSecretFile: filepath.Join(folder, "lines")},
		} {
			_, err := config.Source{File: file, Getenv: env.get, Retention: retention}.Load()
			if got := problemsOf(t, err).Error(); strings.Contains(got, canary) {
				t.Errorf("%q with %v: got %q", text, env, got)
			}
		}
	}
}
