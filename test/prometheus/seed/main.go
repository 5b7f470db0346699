// SPDX-License-Identifier: Apache-2.0

// Command seed writes a Prometheus database with a week behind it: what the rules
// would have recorded for a number of DIDs, and the exporter's own counters of the
// last two hours. A server that is started over it evaluates the rules at the price
// that they have in production, and draws the dashboards with their baselines.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
)

func main() {
	out := flag.String("out", "", "folder of the database; must not exist yet")
	numbers := flag.Int("numbers", 400, "how many DIDs")
	job := flag.String("job", "didsms-exporter", "job label of the series")
	instance := flag.String("instance", "seed:9911", "instance label of the counters")
	flag.Parse()
	if *out == "" || flag.NArg() > 0 || *numbers < 1 {
		fmt.Fprintln(os.Stderr, "usage: seed --out FOLDER [--numbers 400] [--job didsms-exporter]")
		os.Exit(2)
	}
	if err := run(*out, history{job: *job, instance: *instance, numbers: *numbers, end: time.Now()}); err != nil {
		fmt.Fprintln(os.Stderr, "seed:", err)
		os.Exit(1)
	}
}

func run(folder string, h history) error {
	if err := os.Mkdir(folder, 0o755); err != nil {
		return err
	}
	for _, part := range h.parts() {
		started := time.Now()
		samples, err := write(folder, part, h.end)
		if err != nil {
			return fmt.Errorf("%s: %w", part.what, err)
		}
		fmt.Printf("%-34s %6d series %10d samples %6.1f s\n", part.what, len(part.series), samples, time.Since(started).Seconds())
	}
	return nil
}

// write makes one block of a part. A database takes blocks only side by side, so
// parts must not overlap in time.
func write(folder string, p part, end time.Time) (samples int, err error) {
	writer, err := tsdb.NewBlockWriter(slog.New(slog.DiscardHandler), folder, p.to.Sub(p.from).Milliseconds()*2)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, writer.Close()) }()
	ctx := context.Background()
	appender := writer.Appender(ctx)
	references := make([]storage.SeriesRef, len(p.series))
	for at := p.from; at.Before(p.to); at = at.Add(p.step) {
		for i, series := range p.series {
			if at.Before(end.Add(-series.age)) {
				continue
			}
			if references[i], err = appender.Append(references[i], series.labels, at.UnixMilli(), series.value(at)); err != nil {
				return samples, err
			}
			samples++
		}
		if samples > 500_000 {
			// Keep what is uncommitted small.
			if err := appender.Commit(); err != nil {
				return samples, err
			}
			appender = writer.Appender(ctx)
		}
	}
	if err := appender.Commit(); err != nil {
		return samples, err
	}
	_, err = writer.Flush(ctx)
	return samples, err
}

// series is one that will be written.
type series struct {
	labels labels.Labels
	age    time.Duration // how far it reaches back
	value  func(time.Time) float64
}

// part is a block: series over a time, with one step.
type part struct {
	what     string
	from, to time.Time
	step     time.Duration
	series   []series
}
