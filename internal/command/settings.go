// SPDX-License-Identifier: Apache-2.0

package command

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/common/promslog"
	toolkit "github.com/prometheus/exporter-toolkit/web"
	"github.com/urfave/cli/v2"

	"didsms_exporter/internal/config"
	"didsms_exporter/internal/recent"
	"didsms_exporter/internal/web"
	"didsms_exporter/receiver"
)

// settings are the flags of a running exporter, checked.
type settings struct {
	source config.Source

	receiverAddress    string
	receiverPath       string
	receiverConfigFile string
	maxBodyBytes       int64

	webAddress    string
	webConfigFile string
	telemetryPath string
	debug         string     // auto, on or off
	access        web.Access // what debug comes to at the start
	authenticated bool       // the private door asks for a password or a client certificate
	externalURL   *url.URL

	storagePath string // empty: memory only
	retention   time.Duration
	cacheBytes  int

	logger *slog.Logger
}

const (
	categoryReceiver = "Public door (callbacks)"
	categoryWeb      = "Private door (metrics, debug pages)"
	categoryStorage  = "Storage"
	categoryLog      = "Logging"
)

// serverFlags are the flags of a running exporter. Each has an environment
// variable of its own; no secret is ever a flag, since everybody on the machine
// can read those.
func serverFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "config.file", Usage: "YAML `FILE` with accounts and numbers; one account needs none"},
		&cli.StringFlag{Name: "receiver.listen-address", Category: categoryReceiver, Value: ":8080", Usage: "`ADDRESS` of the public door"},
		&cli.StringFlag{Name: "receiver.path", Category: categoryReceiver, Value: "/callback", Usage: "`PATH` of the callback; may hold a secret segment"},
		&cli.StringFlag{Name: "receiver.config.file", Category: categoryReceiver, Usage: "exporter-toolkit web configuration `FILE` (TLS, client certificates)"},
		&cli.Int64Flag{Name: "receiver.max-body-bytes", Category: categoryReceiver, Value: receiver.DefaultMaxBodyBytes, Usage: "`BYTES` of a body beyond which it is refused unread"},
		&cli.StringFlag{Name: "web.listen-address", Category: categoryWeb, Value: ":9911", Usage: "`ADDRESS` of the private door"},
		&cli.StringFlag{Name: "web.config.file", Category: categoryWeb, Usage: "exporter-toolkit web configuration `FILE` (TLS, basic auth)"},
		&cli.StringFlag{Name: "web.telemetry-path", Category: categoryWeb, Value: "/metrics", Usage: "`PATH` of the metrics"},
		&cli.StringFlag{Name: "web.debug", Category: categoryWeb, Value: "auto", Usage: "`WHO` may see / and /debug: auto (this machine, or everybody once the door has authentication), on, off"},
		&cli.StringFlag{Name: "web.external-url", Category: categoryWeb, Usage: "`URL` under which people reach the private door"},
		storagePathFlag(),
		&cli.StringFlag{Name: "storage.retention", Category: categoryStorage, Value: "30d", Usage: "how `LONG` duplicates are known and events can be looked up; totals are kept for good"},
		&cli.StringFlag{Name: "cache.size", Category: categoryStorage, Value: "64MiB", Usage: "`SIZE` of the memory of recent events, at least 32MiB"},
		&cli.StringFlag{Name: "log.level", Category: categoryLog, Value: "info", Usage: "`LEVEL` of the log: debug, info, warn or error"},
		&cli.StringFlag{Name: "log.format", Category: categoryLog, Value: "logfmt", Usage: "`FORMAT` of the log: logfmt or json"},
	}
}

func storagePathFlag() cli.Flag {
	return &cli.StringFlag{Name: "storage.path", Category: categoryStorage, Value: "data/", Usage: "`FOLDER` of the embedded store; empty keeps everything in memory"}
}

// withEnvironment gives each flag its variable: DIDSMS_ and the name, with dots
// and dashes as underscores.
func withEnvironment(flags []cli.Flag) []cli.Flag {
	variable := func(name string) []string {
		return []string{variablePrefix + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(name))}
	}
	for _, flag := range flags {
		switch flag := flag.(type) {
		case *cli.StringFlag:
			flag.EnvVars = variable(flag.Name)
		case *cli.Int64Flag:
			flag.EnvVars = variable(flag.Name)
		}
	}
	return flags
}

// readSettings checks the flags.
func readSettings(c *cli.Context, streams Streams) (*settings, error) {
	s := &settings{
		receiverAddress:    c.String("receiver.listen-address"),
		receiverPath:       c.String("receiver.path"),
		receiverConfigFile: c.String("receiver.config.file"),
		maxBodyBytes:       c.Int64("receiver.max-body-bytes"),
		webAddress:         c.String("web.listen-address"),
		webConfigFile:      c.String("web.config.file"),
		telemetryPath:      c.String("web.telemetry-path"),
		storagePath:        c.String("storage.path"),
	}
	var problems []error
	check := func(flag string, err error) {
		if err != nil {
			problems = append(problems, fmt.Errorf("--%s: %w", flag, err))
		}
	}
	var err error
	s.logger, err = newLogger(c.String("log.level"), c.String("log.format"), streams)
	check("log", err)
	check("receiver.path", checkPath(s.receiverPath))
	check("web.telemetry-path", checkPath(s.telemetryPath))
	if s.maxBodyBytes < 1024 || s.maxBodyBytes > 1<<20 {
		check("receiver.max-body-bytes", errors.New("must be from 1024 to 1048576"))
	}
	retention, err := model.ParseDuration(c.String("storage.retention"))
	s.retention = time.Duration(retention)
	if err == nil && s.retention < time.Hour {
		err = errors.New("must be at least 1h: as long as duplicates are known, repetitions are not counted")
	}
	check("storage.retention", err)
	s.cacheBytes, err = parseSize(c.String("cache.size"))
	check("cache.size", err)
	check("receiver.config.file", validateWebConfig(s.receiverConfigFile))
	check("receiver.config.file", checkReceiverConfig(s.receiverConfigFile))
	check("web.config.file", validateWebConfig(s.webConfigFile))
	s.externalURL, err = parseExternalURL(c.String("web.external-url"))
	check("web.external-url", err)
	s.authenticated, err = config.WebAuthenticated(s.webConfigFile)
	check("web.config.file", err)
	s.debug = c.String("web.debug")
	s.access, err = parseAccess(s.debug, s.authenticated)
	check("web.debug", err)
	if len(problems) > 0 {
		return nil, usageError{errors.Join(problems...).Error()}
	}
	s.source = config.Source{File: c.String("config.file"), Getenv: streams.Getenv, Retention: s.retention}
	return s, nil
}

func newLogger(level, format string, streams Streams) (*slog.Logger, error) {
	logLevel, logFormat := promslog.NewLevel(), promslog.NewFormat()
	if err := errors.Join(logLevel.Set(level), logFormat.Set(format)); err != nil {
		return nil, err
	}
	return promslog.New(&promslog.Config{Level: logLevel, Format: logFormat, Writer: streams.Err}), nil
}

var plainPath = regexp.MustCompile(`^(/[A-Za-z0-9._~-]+)+$`)

func checkPath(path string) error {
	if !plainPath.MatchString(path) {
		return errors.New("must be a path such as /callback or /callback/7f3c91, of letters, digits, dots, dashes, tildes and underscores")
	}
	return nil
}

func validateWebConfig(path string) error {
	if path == "" {
		return nil
	}
	return toolkit.Validate(path)
}

// checkReceiverConfig refuses what would answer the vendor in place of the exporter,
// in words that it does not understand.
func checkReceiverConfig(path string) error {
	answers, err := config.WebAnswers(path)
	if answers {
		return errors.New("basic_auth_users and rate_limit cannot be used on the public door: the vendor would read other answers than success and error; use client certificates, or a secret path")
	}
	return err
}

func parseExternalURL(text string) (*url.URL, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no URL is a value of its own here
	}
	external, err := url.Parse(text)
	if err != nil || external.Hostname() == "" || external.Scheme != "http" && external.Scheme != "https" {
		return nil, errors.New("must be a URL such as https://didsms.example.com")
	}
	return external, nil
}

func parseAccess(word string, authenticated bool) (web.Access, error) {
	switch {
	case word == "on", word == "auto" && authenticated:
		return web.AccessEverybody, nil
	case word == "auto":
		return web.AccessLoopback, nil
	case word == "off":
		return web.AccessNobody, nil
	}
	return web.AccessNobody, errors.New("must be auto, on or off")
}

// parseSize reads a number of bytes such as 64MiB.
func parseSize(text string) (int, error) {
	number, factor := text, 1
	for suffix, size := range map[string]int{"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30} {
		if digits, found := strings.CutSuffix(text, suffix); found {
			number, factor = digits, size
		}
	}
	size, err := strconv.ParseUint(number, 10, 31)
	if err != nil {
		return 0, errors.New("must be a size such as 64MiB")
	}
	total := int(size) * factor
	if total < recent.MinCacheBytes || total > 64<<30 {
		return 0, errors.New("must be from 32MiB to 64GiB")
	}
	return total, nil
}
