// SPDX-License-Identifier: Apache-2.0

// Command verify asks a Prometheus server that scrapes the exporter for everything
// that the dashboards show, and fails on what would be an empty panel or an error.
//
//	go run ./verify --prometheus http://localhost:9090 --setup native
//
// With --seed it prints a history for a fresh server instead: see seed.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"didsms_exporter/dashboards/gen/check"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(arguments []string, out, faults io.Writer) int {
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	flags.SetOutput(faults)
	address := flags.String("prometheus", "http://localhost:9090", "`URL` of the server")
	folder := flags.String("dashboards", "..", "`FOLDER` of the dashboards")
	setup := flags.String("setup", "", "kind of server, for the panels that may be empty: "+strings.Join(setups(), ", "))
	long := flags.Duration("range", 10*time.Minute, "$__range")
	step := flags.Duration("interval", 5*time.Minute, "$__interval")
	smooth := flags.Duration("rate-interval", time.Minute, "$__rate_interval")
	wait := flags.Duration("wait", 0, "ask again for so long while something is empty, as it is on a server that has just started")
	strict := flags.Bool("strict", false, "an allowance that this server does not need is a fault")
	eventful := flags.Bool("eventful", false, "alerts fire: a panel that shows nothing because nothing happened is a fault")
	history := flags.Bool("seed", false, "print eight days of history, as OpenMetrics text, and nothing else")
	if err := flags.Parse(arguments); err != nil {
		return 2
	}
	prometheus := server{address: strings.TrimSuffix(*address, "/")}
	if *history {
		if err := seed(context.Background(), prometheus, time.Now(), out); err != nil {
			_, _ = fmt.Fprintln(faults, "verify:", err)
			return 1
		}
		return 0
	}
	if !slices.Contains(setups(), *setup) {
		_, _ = fmt.Fprintf(faults, "verify: --setup is one of %s\n", strings.Join(setups(), ", "))
		return 2
	}
	boards, err := check.Load(*folder)
	if err != nil {
		_, _ = fmt.Fprintln(faults, "verify:", err)
		return 2
	}
	v := verifier{
		server: prometheus, setup: *setup, strict: *strict, eventful: *eventful,
		long: *long, step: *step, smooth: *smooth, pause: 5 * time.Second,
	}
	return v.until(context.Background(), time.Now().Add(*wait), boards, out)
}
