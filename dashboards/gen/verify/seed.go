// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// memory is a recorded series to seed, with the labels of another one and so many
// times as high. A sum over six hours is born only when its first half hour ends.
type memory struct {
	name, like string
	times      float64
}

// remembered are the series whose past those read that the boards show. They are
// seeded themselves: to let promtool derive them from a week of raw samples takes
// minutes.
func remembered() []memory {
	return []memory{
		{"account_kind:didsms_good_callbacks:increase30m", "account_kind:didsms_good_callbacks:increase30m", 1},
		{"account_currency:didsms_spend:increase30m", "account_currency:didsms_spend:increase30m", 1},
		{"account_currency:didsms_spend:increase1h", "account_currency:didsms_spend:increase1h", 1},
		{"account_outcome:didsms_dr_receipts:increase30m", "account_outcome:didsms_dr_receipts:increase30m", 1},
		{"account_outcome:didsms_dr_receipts:increase6h", "account_outcome:didsms_dr_receipts:increase30m", 12},
		{"did_outcome:didsms_dr_receipts:increase6h", "did_outcome:didsms_dr_receipts:increase30m", 12},
	}
}

// seed writes eight days of them, up to two hours ago, in the form that
//
//	promtool tsdb create-blocks-from openmetrics FILE FOLDER
//
// takes, with the labels and as high as they are on a server that runs.
func seed(ctx context.Context, s server, end time.Time, out io.Writer) error {
	const days, step, gap = 8 * 24 * time.Hour, 2 * time.Minute, 2 * time.Hour
	for _, one := range remembered() {
		a, err := s.now(ctx, one.like, end)
		if err != nil {
			return err
		}
		if len(a.Data.Result) == 0 {
			return fmt.Errorf("the server has no %s: load the rules first", one.like)
		}
		if _, err := fmt.Fprintf(out, "# TYPE %s gauge\n", one.name); err != nil {
			return fmt.Errorf("write: %w", err)
		}
		for _, found := range a.Data.Result {
			value, err := found.number()
			if err != nil {
				return fmt.Errorf("%s: %w", one.like, err)
			}
			labels := text(found.Metric)
			for at := end.Add(-days); at.Before(end.Add(-gap)); at = at.Add(step) {
				if _, err := fmt.Fprintf(out, "%s{%s} %v %d\n", one.name, labels, one.times*value, at.Unix()); err != nil {
					return fmt.Errorf("write: %w", err)
				}
			}
		}
	}
	_, err := fmt.Fprintln(out, "# EOF")
	if err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

func text(labels map[string]string) string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		if name != "__name__" {
			pairs = append(pairs, fmt.Sprintf("%s=%q", name, labels[name]))
		}
	}
	return strings.Join(pairs, ",")
}
