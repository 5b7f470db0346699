// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// values turns a script of what a metric does into promtool's notation. A script is
// a list of steps with commas between them:
//
//	+5 2h      a counter that grows by 5 a minute, for two hours
//	+1/10 1h   one whole event every ten minutes
//	=3 1h      a gauge that is 3
//	now 10m    a gauge that holds the time of its sample
//	gap 20m    no samples
//	reset      the counter is 0 again
//	7*(…)      seven times what is in the brackets
//
// The first sample is at the beginning of time, before the first step.
func values(script string, interval time.Duration) (string, error) {
	steps, err := split(script)
	if err != nil {
		return "", err
	}
	var samples []float64
	value := 0.0
	for _, step := range steps {
		if step == "reset" {
			value = 0
			continue
		}
		word, length, _ := strings.Cut(step, " ")
		lasts, err := lasting(length)
		if err != nil || lasts%interval != 0 {
			return "", fmt.Errorf("%q in %q: not a number of samples every %s", step, script, interval)
		}
		next, err := meaning(word, interval)
		if err != nil {
			return "", fmt.Errorf("%q: %w", script, err)
		}
		if len(samples) == 0 {
			if word != "gap" {
				value = next(value, 0, 0)
			}
			samples = append(samples, next(value, 0, 0))
		}
		for i := range int(lasts / interval) {
			at := interval * time.Duration(len(samples))
			sample := next(value, at, i+1)
			if !math.IsNaN(sample) {
				value = sample
			}
			samples = append(samples, sample)
		}
	}
	return compress(samples), nil
}

// lasting reads 1w1d6h30m, which Go would not.
func lasting(text string) (time.Duration, error) {
	if weeks, found := strings.CutSuffix(text, "w"); found {
		count, err := strconv.Atoi(weeks)
		return time.Duration(count) * 7 * 24 * time.Hour, err
	}
	if weeks, rest, found := strings.Cut(text, "w"); found {
		count, err := strconv.Atoi(weeks)
		if err != nil {
			return 0, err
		}
		more, err := lasting(rest)
		return time.Duration(count)*7*24*time.Hour + more, err
	}
	before, after, days := strings.Cut(text, "d")
	if !days {
		return time.ParseDuration(text)
	}
	count, err := strconv.Atoi(before)
	if err != nil || after == "" {
		return time.Duration(count) * 24 * time.Hour, err
	}
	rest, err := time.ParseDuration(after)
	return time.Duration(count)*24*time.Hour + rest, err
}

// meaning gives the function from the value before, the time and the number of the
// sample within the step to the value after; NaN is no sample.
func meaning(word string, interval time.Duration) (func(float64, time.Duration, int) float64, error) {
	switch {
	case word == "gap":
		return func(float64, time.Duration, int) float64 { return math.NaN() }, nil
	case word == "now":
		return func(_ float64, at time.Duration, _ int) float64 { return at.Seconds() }, nil
	case strings.HasPrefix(word, "="):
		value, err := strconv.ParseFloat(word[1:], 64)
		return func(float64, time.Duration, int) float64 { return value }, err
	case strings.HasPrefix(word, "+"):
		events, every, whole := strings.Cut(word[1:], "/")
		count, err := strconv.ParseFloat(events, 64)
		if err != nil {
			return nil, err
		}
		if !whole {
			return func(value float64, _ time.Duration, i int) float64 {
				if i == 0 {
					return value
				}
				return value + count*interval.Minutes()
			}, nil
		}
		period, err := strconv.Atoi(every)
		if err != nil || period < 1 {
			return nil, fmt.Errorf("%q is no number of minutes", every)
		}
		return func(value float64, _ time.Duration, i int) float64 {
			if i == 0 {
				return value
			}
			minutes := int(interval / time.Minute)
			due := i*minutes/period - (i-1)*minutes/period
			return value + count*float64(due)
		}, nil
	}
	return nil, fmt.Errorf("%q is not +, =, now, gap or reset", word)
}

// split cuts at the commas outside of brackets, and repeats what is to be repeated.
func split(script string) ([]string, error) {
	var steps []string
	for rest := strings.TrimSpace(script); rest != ""; {
		end, depth := len(rest), 0
	scan:
		for i, letter := range rest {
			switch letter {
			case '(':
				depth++
			case ')':
				depth--
			case ',':
				if depth == 0 {
					end = i
					break scan
				}
			}
		}
		step := strings.TrimSpace(rest[:end])
		rest = strings.TrimSpace(strings.TrimPrefix(rest[end:], ","))
		times, inner, repeated := strings.Cut(step, "*(")
		if !repeated {
			steps = append(steps, step)
			continue
		}
		count, err := strconv.Atoi(times)
		if err != nil || !strings.HasSuffix(inner, ")") {
			return nil, fmt.Errorf("%q: %q repeats nothing", script, step)
		}
		part, err := split(strings.TrimSuffix(inner, ")"))
		if err != nil {
			return nil, err
		}
		for range count {
			steps = append(steps, part...)
		}
	}
	return steps, nil
}

// compress writes samples as runs: 0+5x60 are 61 samples, _x3 three missing ones.
func compress(samples []float64) string {
	var runs []string
	for i := 0; i < len(samples); {
		if math.IsNaN(samples[i]) {
			end := i
			for end < len(samples) && math.IsNaN(samples[end]) {
				end++
			}
			runs = append(runs, fmt.Sprintf("_x%d", end-i))
			i = end
			continue
		}
		end := i + 1
		step := 0.0
		if end < len(samples) && !math.IsNaN(samples[end]) {
			step = samples[end] - samples[i]
			for end < len(samples) && math.Abs(samples[end]-samples[end-1]-step) < 1e-7 {
				end++
			}
		}
		// A change that happens once is told better as a run of one sample.
		if end == i+2 && step != 0 && end < len(samples) {
			end = i + 1
		}
		switch {
		case end == i+1:
			runs = append(runs, short(samples[i]))
		case math.Abs(step) < 1e-7:
			runs = append(runs, fmt.Sprintf("%sx%d", short(samples[i]), end-i-1))
		case step < 0:
			runs = append(runs, fmt.Sprintf("%s-%sx%d", short(samples[i]), short(-step), end-i-1))
		default:
			runs = append(runs, fmt.Sprintf("%s+%sx%d", short(samples[i]), short(step), end-i-1))
		}
		i = end
	}
	return strings.Join(runs, " ")
}

func short(value float64) string {
	return strconv.FormatFloat(math.Round(value*1e6)/1e6, 'f', -1, 64)
}
