// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"didsms_exporter/internal/config"
)

const healthcheckHelp = `Asks /-/ready of an exporter on this machine and exits with 0 when it is
ready to take callbacks, else with 1. It is for images without a shell. Give
it the same --web flags, or environment, as the exporter.`

// healthcheckTimeout is below the three seconds that probes usually allow.
const healthcheckTimeout = 2500 * time.Millisecond

func healthcheckCommand(streams Streams) *cli.Command {
	flags := withEnvironment([]cli.Flag{
		&cli.StringFlag{Name: "web.listen-address", Value: ":9911", Usage: "`ADDRESS` of the exporter's private door"},
		&cli.StringFlag{Name: "web.config.file", Usage: "the exporter's web configuration `FILE`: with one, the probe speaks TLS"},
		&cli.StringFlag{Name: "web.auth-file", Usage: "`FILE` that holds user:password, where the door asks for them"},
	})
	return withExamples(&cli.Command{
		Name:            "healthcheck",
		Usage:           "probe a running exporter",
		Description:     healthcheckHelp,
		Flags:           flags,
		HideHelpCommand: true,
		OnUsageError:    usageProblem,
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			return healthcheck(c, streams)
		},
	},
		"didsms_exporter healthcheck",
		"didsms_exporter healthcheck --web.listen-address 127.0.0.1:9911")
}

func healthcheck(c *cli.Context, streams Streams) error {
	address, err := probeAddress(c.String("web.listen-address"))
	if err != nil {
		return usagef("--web.listen-address: %v", err)
	}
	ctx, cancel := context.WithTimeout(c.Context, healthcheckTimeout)
	defer cancel()
	secure, err := config.WebTLS(c.String("web.config.file"))
	if err != nil {
		return usagef("--web.config.file: %v", err)
	}
	url := map[bool]string{false: "http://", true: "https://"}[secure] + address + "/-/ready"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	if path := c.String("web.auth-file"); path != "" {
		user, password, err := readAuthFile(path)
		if err != nil {
			return usagef("--web.auth-file: %v", err)
		}
		request.SetBasicAuth(user, password)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // a page to log in at is not ready
	}, Transport: &http.Transport{
		// The probe talks to this machine under an address that no certificate names.
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // as above
	}}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("%s does not answer: %w", url, errors.Unwrap(err))
	}
	defer func() { _ = response.Body.Close() }()
	text, _ := io.ReadAll(io.LimitReader(response.Body, 512)) // for people only
	answer := escapeForTerminal(bytes.TrimSpace(text))
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %d: %s", url, response.StatusCode, answer)
	}
	_, err = fmt.Fprintln(streams.Out, answer)
	return err
}

// probeAddress turns the address that the exporter listens on into one that can be
// dialled.
func probeAddress(listen string) (string, error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "", err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port), nil
}

func readAuthFile(path string) (user, password string, err error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return "", "", err
	}
	user, password, found := strings.Cut(strings.TrimRight(string(content), "\r\n"), ":")
	if !found {
		return "", "", errors.New("must hold user:password")
	}
	return user, password, nil
}
