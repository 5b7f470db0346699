// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"didsms_exporter/internal/config"
	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
)

// maxInput bounds what a command reads into memory: a capture or a body.
const maxInput = 8 << 20

// configFileFlag is where the accounts stand, for commands that run no exporter.
func configFileFlag() cli.Flag {
	return withEnvironment([]cli.Flag{
		&cli.StringFlag{Name: "config.file", Usage: "YAML `FILE` of accounts"},
	})[0]
}

// signFlags are what sign and send have in common.
func signFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "action", Value: "mo", Usage: "`KIND` of the callback, mo or dr"},
		&cli.StringFlag{Name: "algorithm", Usage: "`HASH`, md5 or sha256", DefaultText: "the account's"},
		&cli.StringFlag{Name: "ts", Usage: "signed `TIME` in milliseconds", DefaultText: "now"},
		&cli.StringFlag{Name: "now", Usage: "the same as `TIME` in RFC 3339"},
		&cli.StringFlag{Name: "account", Usage: "`NAME` of the account, if there are several"},
		configFileFlag(),
	}
}

// signer signs bodies as the vendor does for one account.
type signer struct {
	account    config.Account
	parameters nxcloud.Parameters
	algorithm  nxcloud.Algorithm
	at         time.Time
}

// callback is a signed body on its way out.
type callback struct {
	headers [][2]string // in the order and case in which the vendor sends them
	body    []byte
}

func newSigner(c *cli.Context, streams Streams) (*signer, error) {
	kind, known := sms.ParseKind(c.String("action"))
	if !known {
		return nil, usagef("--action must be mo or dr")
	}
	accounts, err := readAccounts(c, streams)
	if err != nil {
		return nil, err
	}
	s := &signer{}
	if s.account, err = chooseAccount(accounts, c.String("account")); err != nil {
		return nil, err
	}
	if s.algorithm, err = chooseHash(c.String("algorithm"), s.account); err != nil {
		return nil, err
	}
	if s.at, err = signedTime(c); err != nil {
		return nil, err
	}
	s.parameters = nxcloud.Parameters{
		AccessKey: s.account.AccessKey, Action: kind.String(), BizType: nxcloud.BizTypeDID,
		Timestamp: strconv.FormatInt(s.at.UnixMilli(), 10),
	}
	return s, nil
}

// sign makes the headers of a body. An account has one secret more than it needs
// only while it is being replaced; the first is the one in use.
func (s *signer) sign(body []byte) *callback {
	signed := &callback{body: body, headers: [][2]string{
		{"content-type", "application/json"},
		{"accesskey", s.parameters.AccessKey},
		{"action", s.parameters.Action},
		{"biztype", s.parameters.BizType},
		{"ts", s.parameters.Timestamp},
	}}
	if s.algorithm == nxcloud.AlgorithmSHA256 {
		signed.headers = append(signed.headers, [2]string{"algorithm", s.algorithm.String()})
	}
	sign := nxcloud.Sign(s.algorithm, s.parameters, body, s.account.Secrets[0])
	signed.headers = append(signed.headers, [2]string{"sign", sign})
	return signed
}

// readAccounts reads the accounts as serve does.
func readAccounts(c *cli.Context, streams Streams) ([]config.Account, error) {
	checked, err := config.Source{File: c.String("config.file"), Getenv: streams.Getenv}.Load()
	if err != nil {
		return nil, configError(err)
	}
	if len(checked.Accounts) == 0 {
		return nil, usagef("no account is configured: set DIDSMS_ACCESS_KEY with DIDSMS_ACCESS_SECRET or\n" +
			"DIDSMS_ACCESS_SECRET_FILE, or give --config.file with the exporter's configuration.")
	}
	return checked.Accounts, nil
}

func chooseAccount(accounts []config.Account, name string) (config.Account, error) {
	if name == "" && len(accounts) == 1 {
		return accounts[0], nil
	}
	names := make([]string, len(accounts))
	for n, account := range accounts {
		if account.Name == name {
			return account, nil
		}
		names[n] = account.Name
	}
	if name == "" {
		return config.Account{}, usagef("several accounts are configured; choose one with --account: %s", strings.Join(names, ", "))
	}
	return config.Account{}, usagef("--account: no account is named %q; there are: %s", name, strings.Join(names, ", "))
}

func chooseHash(word string, account config.Account) (nxcloud.Algorithm, error) {
	algorithm := account.Algorithm
	if word != "" {
		var ok bool
		if algorithm, ok = nxcloud.ParseAlgorithm(word); !ok {
			return 0, usagef("--algorithm must be md5 or sha256")
		}
	}
	if algorithm == nxcloud.AlgorithmAuto {
		algorithm = nxcloud.AlgorithmMD5 // the vendor's default
	}
	if account.Algorithm != nxcloud.AlgorithmAuto && algorithm != account.Algorithm {
		return 0, usagef("--algorithm: account %s is set to %s and would refuse %s", account.Name, account.Algorithm, algorithm)
	}
	return algorithm, nil
}

func signedTime(c *cli.Context) (time.Time, error) {
	if c.String("ts") != "" && c.String("now") != "" {
		return time.Time{}, usagef("--ts and --now both set the signed time; give one of them")
	}
	if text := c.String("ts"); text != "" {
		millis, err := strconv.ParseUint(text, 10, 63)
		if err != nil || len(text) != 13 {
			return time.Time{}, usagef("--ts must be milliseconds since 1970, 13 digits such as 1690361994834")
		}
		return time.UnixMilli(int64(millis)), nil
	}
	return parseNow(c.String("now"))
}

// parseNow reads the clock that somebody sets, or looks at the real one.
func parseNow(text string) (time.Time, error) {
	if text == "" {
		return time.Now(), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil || at.UnixMilli() < 1e12 || at.UnixMilli() >= 1e13 {
		return time.Time{}, usagef("--now must be a time such as 2026-11-25T18:00:00Z")
	}
	return at, nil
}

// readInput reads a file or, for - or nothing, standard input.
func readInput(c *cli.Context, name, flag string) ([]byte, error) {
	source := c.App.Reader
	if name != "" && name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, usagef("%s: %v", flag, err)
		}
		defer file.Close() //nolint:errcheck // nothing was written
		source = file
	} else if file, ok := source.(*os.File); ok && onTerminal(file) {
		fmt.Fprintln(c.App.ErrWriter, "reading from standard input; Ctrl-D ends it")
	}
	content, err := readAll(c.Context, source)
	if errors.Is(err, context.Canceled) {
		return nil, err
	}
	if err != nil {
		return nil, usagef("%s: %v", flag, err)
	}
	if len(content) > maxInput {
		return nil, usagef("%s: larger than %d MiB", flag, maxInput>>20)
	}
	return content, nil
}

// readAll reads up to one byte more than the limit. An interrupt ends it also
// where the reading itself cannot be ended, such as at a terminal: that read goes
// on until the process ends, which is at once.
func readAll(ctx context.Context, source io.Reader) ([]byte, error) {
	type result struct {
		content []byte
		err     error
	}
	done := make(chan result, 1)
	go func() {
		content, err := io.ReadAll(io.LimitReader(source, maxInput+1))
		done <- result{content, err}
	}()
	select {
	case r := <-done:
		return r.content, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// parseTarget reads the URL of a receiver.
func parseTarget(text string) (*url.URL, error) {
	target, err := url.Parse(text)
	if err != nil || target.Host == "" || target.Scheme != "http" && target.Scheme != "https" {
		return nil, errors.New("must be a URL such as http://127.0.0.1:8080/callback")
	}
	return target, nil
}

// curl is a line for a shell that sends exactly these bytes. The body comes from
// the file if there is one, so that the line stays short.
func (s *callback) curl(target *url.URL, file string) string {
	// An answer has no line end of its own, and a refusal is a failure.
	lines := []string{"curl -sS --fail-with-body -w '\\n' --globoff " + shellQuote(target.String())}
	for _, header := range s.headers {
		lines = append(lines, "-H "+shellQuote(header[0]+": "+header[1]))
	}
	printed := ""
	switch {
	case file != "":
		lines = append(lines, "--data-binary "+shellQuote("@"+file))
	case plainForShell(s.body):
		lines = append(lines, "--data-raw "+shellQuote(string(s.body)))
	default:
		printed = "printf " + printfQuote(s.body) + " | "
		lines = append(lines, "--data-binary @-")
	}
	return printed + strings.Join(lines, " \\\n  ")
}

// shellQuote makes one word of a text for any shell in the manner of sh.
func shellQuote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// maxShellWord is what a word of a command may surely hold.
const maxShellWord = 96 << 10

// plainForShell reports whether a body survives being a word that is pasted: a
// program's argument ends at a zero byte, and a terminal obeys control characters.
func plainForShell(body []byte) bool {
	return len(body) <= maxShellWord && !strings.Contains(escapeForTerminal(body), `\x`)
}

// printfQuote is the argument with which printf writes exactly these bytes.
func printfQuote(body []byte) string {
	var out bytes.Buffer
	for i, c := range body {
		switch {
		case i == 0 && c == '-':
			out.WriteString(`\055`) // printf would take it for an option
		case c == '%':
			out.WriteString("%%")
		case c == '\\', c == '\'', c < ' ', c > '~':
			fmt.Fprintf(&out, `\%03o`, c)
		default:
			out.WriteByte(c)
		}
	}
	return "'" + out.String() + "'"
}
