// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// accountOf is the environment of an instance's account.
func accountOf(*instance) func(string) string {
	return func(name string) string {
		return map[string]string{"DIDSMS_ACCESS_KEY": "key", "DIDSMS_ACCESS_SECRET": oldSecret}[name]
	}
}

// TestSend: what send sends is counted by an exporter, under the right number.
func TestSend(t *testing.T) {
	i := newTestInstance(t, "series_birth_hold: 0s\n")
	start(t, i)
	file := filepath.Join(t.TempDir(), "body.json")
	writeFile(t, file, `{"messageId":"from file","toPhone":"18184505018"}`+"\n")
	target := i.public.url("/callback")
	for name, arguments := range map[string][]string{
		"mo":        {"send", "--url", target},
		"dr":        {"send", "--url", target, "--action", "dr", "--status", "UNDELIVR", "--did", "18184505099", "--price", "0.01", "--size", "3", "--algorithm", "sha256"},
		"odd text":  {"send", "--url", target, "--content", "<b> \"ü\"\x00\n", "--did", "18184505018"},
		"from file": {"send", "--url", target, "--body", file},
	} {
		code, out, errors := runWith(t.Context(), accountOf(i), "", arguments...)
		if code != 0 || errors != "" || !strings.Contains(out, "200 success in ") {
			t.Errorf("%s: exit %d, %q, %s", name, code, errors, out)
		}
		fitsScreen(t, out)
	}
	for series, want := range map[string]string{
		`didsms_mo_messages_total{account="main",did="18184505018"}`:                               "3",
		`didsms_spend_total{account="main",currency="USD",did="18184505099",direction="outbound"}`: "0.03",
		`didsms_callbacks_total{account="main",kind="dr",result="accepted"}`:                       "1",
	} {
		if got := i.sample(t, series); got != want {
			t.Errorf("%s: got %s, want %s", series, got, want)
		}
	}
	id := []string{"send", "--url", target, "--message-id", "again", "--json"}
	for range 2 { // a duplicate is a success too
		code, out, errors := runWith(t.Context(), accountOf(i), "", id...)
		var report sendReport
		if err := json.Unmarshal([]byte(out), &report); err != nil || code != 0 || errors != "" || !report.Accepted || report.MessageID != "again" || report.Seconds <= 0 {
			t.Errorf("exit %d, %v, %q, %s", code, err, errors, out)
		}
	}
}

// TestSendAnswers: each answer ends with the right exit code and a next step.
func TestSendAnswers(t *testing.T) {
	answer := func(w http.ResponseWriter, request *http.Request) {
		switch request.URL.Path {
		case "/redirect":
			http.Redirect(w, request, "/", http.StatusPermanentRedirect)
		case "/newline":
			fmt.Fprintln(w, "success")
		case "/escape":
			fmt.Fprint(w, "\x1b[2J\xff")
		case "/slow":
			_, _ = io.Copy(io.Discard, request.Body) // only then does the server see the client go
			<-request.Context().Done()
		case "/broken":
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "succ")
		case "/200":
		default:
			var status int
			_, _ = fmt.Sscanf(request.URL.Path, "/%d", &status)
			w.WriteHeader(status)
			fmt.Fprint(w, "error")
		}
	}
	server := httptest.NewServer(http.HandlerFunc(answer))
	defer server.Close()
	for path, want := range map[string]string{
		"/401": "not as authentic", "/400": "messageId", "/404": "--receiver.path", "/405": "public door", "/413": "--receiver.max-body-bytes",
		"/415": "public door", "/418": "what listens", "/503": "in trouble", "/redirect": "A redirect", "/newline": "bare word", "/escape": `\x1b[2J\xff`,
		"/slow": "no answer in time", "/200": "empty body", "/broken": "broke off",
	} {
		want = strings.ReplaceAll(want, "not as", "as not")
		code, out, errors := runWith(t.Context(), verifyEnvironment, "", "send", "--url", server.URL+path, "--timeout", "300ms")
		if code != 1 || !strings.Contains(errors, "not accepted") || !strings.Contains(strings.Join(strings.Fields(out), " "), want) {
			t.Errorf("%s: exit %d, %q, %s", path, code, errors, out)
		}
		fitsScreen(t, out)
	}
	if code, out, _ := runWith(t.Context(), verifyEnvironment, "", "send", "--url", "http://127.0.0.1:1/callback"); code != 1 || !strings.Contains(out, "refused") {
		t.Errorf("nobody there: exit %d, %s", code, out)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, interrupt)
	if code, out, _ := runWith(ctx, verifyEnvironment, "", "send", "--url", server.URL+"/slow"); code != 130 || out != "" {
		t.Errorf("interrupted: exit %d, %s", code, out)
	}
}

// oddBodies are what a shell, a terminal or curl would change if it could.
func oddBodies() map[string]string {
	all := make([]byte, 256)
	for n := range all {
		all[n] = byte(n)
	}
	return map[string]string{
		"option": "-abc\n",

		"plain": verifyBody, "empty": "", "line end": "{}\n", "at": "@/etc/passwd", "quotes": `it's "$HOME" '$(id)' ` + "`id` !! \\n %s %%",
		"lines": "{\r\n\t\"a\": 1\n}\r\n", "zero": "a\x00b", "every byte": string(all), "text": `{"content":"牛小信 Grüße 🙂"}`,
		"backslash at the end": `\`, "quote at the end": `'`, "dash": "-", "latin1": "\xfc\xdf", "large": strings.Repeat("x", 60_000),
		"hidden": "\u202e\u200b",
	}
}

// TestSignCurl runs the printed line in a shell. The receiver must see the very
// bytes, and the signature must be of them.
func TestSignCurl(t *testing.T) {
	received := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		received <- string(body)
		fmt.Fprint(w, "success")
	}))
	defer server.Close()
	folder := filepath.Join(t.TempDir(), `it's a "folder" $x`)
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, body := range oddBodies() {
		file := filepath.Join(folder, name)
		writeFile(t, file, body)
		for _, source := range []string{"-", file} {
			code, line, _ := runWith(t.Context(), verifyEnvironment, body, "sign", "--curl", "--url", server.URL+"/a?b='c'&d=$e", "--body", source)
			if code != 0 {
				t.Fatalf("%s: exit %d", name, code)
			}
			if strings.ContainsFunc(line, func(c rune) bool { return c < ' ' && c != '\n' }) {
				t.Errorf("%s: a terminal would obey %q", name, line)
			}
			out, err := shell(t, line)
			if err != nil || out != "success\n" {
				t.Errorf("%s: %v, %q\n%s", name, err, out, line)
			}
			select {
			case got := <-received:
				if got != body {
					t.Errorf("%s from %s: arrived as %q", name, source, got)
				}
			default: // answered after it was received
				t.Errorf("%s from %s: did not arrive", name, source)
			}
		}
	}
}

// shell runs a script and returns all that it printed. Where curl is missing, a
// stand-in takes its place, so that the quoting and the bytes are tested anyway.
func shell(t *testing.T, script string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "/bin/sh")
	command.Stdin = strings.NewReader(script)
	command.Env = append(os.Environ(), "PATH="+withCurl(t)+os.Getenv("PATH"))
	out, err := command.CombinedOutput()
	return string(out), err
}

// withCurl returns what to put in front of PATH.
func withCurl(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("curl"); err == nil && os.Getenv("DIDSMS_TEST_NO_CURL") == "" {
		return ""
	}
	t.Log("curl is missing: the printed lines run with a stand-in, not with curl itself")
	folder := t.TempDir()
	helper(t, filepath.Join(folder, "curl"), "curl")
	return folder + ":"
}

// helperVariable names the program that this test binary plays instead of testing.
const helperVariable = "DIDSMS_TEST_HELPER"

func TestMain(m *testing.M) {
	switch os.Getenv(helperVariable) {
	case "curl":
		if err := playCurl(os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	case "command":
		arguments := append([]string{"didsms_exporter"}, os.Args[1:]...)
		os.Exit(Run(context.Background(), arguments, Streams{Out: os.Stdout, Err: os.Stderr, Getenv: os.Getenv}))
	}
	os.Exit(m.Run())
}

// helper writes a program that this test binary plays.
func helper(t *testing.T, file, part string) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, file, "#!/bin/sh\n"+helperVariable+"="+part+" exec '"+program+"' \"$@\"\n")
	if err := os.Chmod(file, 0o700); err != nil {
		t.Fatal(err)
	}
}

// playCurl is the little of curl that the printed lines use.
func playCurl(arguments []string) error {
	header, target, body := http.Header{}, "", []byte(nil)
	for n := 0; n < len(arguments); n++ {
		switch argument := arguments[n]; argument {
		case "-sS", "--fail-with-body", "--globoff":
		case "-w":
			n++
			defer fmt.Println()
		case "-H":
			n++
			name, value, _ := strings.Cut(arguments[n], ": ")
			header.Set(name, value)
		case "--data-raw":
			n++
			body = []byte(arguments[n])
		case "--data-binary":
			n++
			file := strings.TrimPrefix(arguments[n], "@")
			if file == "-" {
				file = "/dev/stdin"
			}
			var err error
			if body, err = os.ReadFile(file); err != nil {
				return err
			}
		default:
			target = argument
		}
	}
	request, err := http.NewRequest(http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header = header
	_, word, err := answer(request)
	if err != nil {
		return err
	}
	fmt.Print(word)
	return nil
}

// TestSignCurlAgainstServe: sign piped to sh is accepted by serve.
func TestSignCurlAgainstServe(t *testing.T) {
	i := newTestInstance(t, "")
	start(t, i)
	for n, algorithm := range []string{"md5", "sha256"} {
		body := fmt.Sprintf("{\n  \"messageId\": \"it's %d\", \"content\": \"ü %%s\"\n}\n", n)
		code, line, notes := runWith(t.Context(), accountOf(i), body, "sign", "--curl", "--url", i.public.url("/callback"), "--action", "dr", "--algorithm", algorithm)
		if code != 0 || !strings.Contains(notes, "ends with a line end") {
			t.Fatalf("exit %d, %q", code, notes)
		}
		if out, err := shell(t, line); err != nil || out != "success\n" {
			t.Errorf("%s: %v, %s", algorithm, err, out)
		}
	}
}

// TestSign keeps what sign prints, and that verify believes it.
func TestSign(t *testing.T) {
	for file, arguments := range map[string][]string{
		"sign.txt":        {"sign", "--ts", verifyTS, "--action", "dr"},
		"sign-sha256.txt": {"sign", "--now", "2023-07-26T08:59:54.834Z", "--action", "dr", "--algorithm", "sha256", "--url", "https://didsms.example.com/callback"},
		"sign.json":       {"sign", "--ts", verifyTS, "--json"},
	} {
		code, out, errors := runWith(t.Context(), verifyEnvironment, `{"messageId":"m1"}`, arguments...)
		if code != 0 || errors != "" || strings.Contains(out, verifySecret) {
			t.Errorf("%s: exit %d, %q", file, code, errors)
		}
		golden(t, file, out)
		if headers, _, found := strings.Cut(out, "\n\n"); found {
			fitsScreen(t, headers)
			code, screen, _ := runWith(t.Context(), verifyEnvironment, headers+"\n\n"+`{"messageId":"m1"}`, "verify", "--now", verifyNow, "--strict")
			if code != 0 {
				t.Errorf("%s: verify says\n%s", file, screen)
			}
		}
	}
}

// TestInterruptedInput: Ctrl-C ends a command that waits for its input.
func TestInterruptedInput(t *testing.T) {
	for _, arguments := range [][]string{{"verify"}, {"sign"}, {"send", "--url", "http://127.0.0.1:1/", "--body", "-"}} {
		ctx, interrupt := context.WithCancel(t.Context())
		waiting, writer := io.Pipe()
		time.AfterFunc(20*time.Millisecond, interrupt)
		var out, errors bytes.Buffer
		code := Run(ctx, append([]string{"didsms_exporter"}, arguments...), Streams{In: waiting, Out: &out, Err: &errors, Getenv: verifyEnvironment})
		if code != 130 || out.Len() > 0 {
			t.Errorf("%v: exit %d, %q, %q", arguments, code, out.String(), errors.String())
		}
		_ = writer.Close()
	}
}

// TestSigningToolsExamples runs the examples of the help as they are printed, but
// for the port, against an exporter.
func TestSigningToolsExamples(t *testing.T) {
	i := newTestInstance(t, "")
	start(t, i)
	folder := i.folder()
	writeFile(t, filepath.Join(folder, "callback.json"), verifyBody)
	helper(t, filepath.Join(folder, "didsms_exporter"), "command")
	_, headers, _ := runWith(t.Context(), accountOf(i), verifyBody, "sign", "--action", "dr")
	headers, _, _ = strings.Cut(headers, "\n\n")
	writeFile(t, filepath.Join(folder, "captured.txt"), "POST /callback HTTP/1.1\n"+headers+"\n\n"+verifyBody)
	address := regexp.MustCompile(`127\.0\.0\.1:8080`)
	for _, name := range []string{"send", "sign", "verify"} {
		_, help, _ := run(t.Context(), name, "--help")
		_, examples, _ := strings.Cut(help, "EXAMPLES:\n")
		for example := range strings.Lines(examples) {
			script := address.ReplaceAllString(strings.TrimSpace(example), i.public.listener.Addr().String())
			script = strings.ReplaceAll(script, "--curl", "--curl --url "+i.public.url("/callback"))
			before := "cd '" + folder + "'; PATH='" + folder + "':$PATH\n"
			if !strings.Contains(example, "--config.file") {
				before += "export DIDSMS_ACCESS_KEY=key DIDSMS_ACCESS_SECRET='" + oldSecret + "'\n"
			}
			if out, err := shell(t, before+script); err != nil || strings.Contains(out, "error") {
				t.Errorf("%s: %v\n%s", script, err, out)
			}
		}
	}
}
