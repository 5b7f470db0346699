// SPDX-License-Identifier: Apache-2.0

// Command didsms_exporter receives NXCloud's signed DID SMS callbacks and shows
// them to Prometheus as metrics per number.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"didsms_exporter/internal/command"
)

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// The first signal ends the work gracefully; a second one ends the process.
	context.AfterFunc(ctx, stop)
	return command.Run(ctx, os.Args, command.Streams{Out: os.Stdout, Err: os.Stderr, Getenv: os.Getenv, Environ: os.Environ})
}
