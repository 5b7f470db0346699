// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// server is a Prometheus server.
type server struct{ address string }

// series is one of an answer: its labels and how many of its points say something.
type series struct {
	Metric     map[string]string `json:"metric"`
	Value      []any             `json:"value"`
	Values     [][]any           `json:"values"`
	Histogram  []any             `json:"histogram"`
	Histograms [][]any           `json:"histograms"`
}

// points counts the points that are numbers or histograms.
func (s series) points() int {
	n := len(s.Histograms)
	if len(s.Histogram) > 0 {
		n++
	}
	for _, value := range append(s.Values, s.Value) {
		if len(value) == 2 && value[1] != "NaN" {
			n++
		}
	}
	return n
}

// number is the value of a series of an instant.
func (s series) number() (float64, error) {
	if len(s.Value) != 2 {
		return 0, errors.New("no number")
	}
	return strconv.ParseFloat(fmt.Sprint(s.Value[1]), 64)
}

type answer struct {
	Status   string   `json:"status"`
	Error    string   `json:"error"`
	Warnings []string `json:"warnings"`
	Infos    []string `json:"infos"`
	Data     struct {
		Type   string   `json:"resultType"`
		Result []series `json:"result"`
	} `json:"data"`
}

func (s server) now(ctx context.Context, expr string, at time.Time) (answer, error) {
	return s.ask(ctx, "query", url.Values{"query": {expr}, "time": {seconds(at)}})
}

func (s server) over(ctx context.Context, expr string, from, to time.Time, step time.Duration) (answer, error) {
	return s.ask(ctx, "query_range", url.Values{
		"query": {expr}, "start": {seconds(from)}, "end": {seconds(to)}, "step": {strconv.FormatFloat(step.Seconds(), 'f', -1, 64)},
	})
}

func seconds(t time.Time) string { return strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', 3, 64) }

func (s server) ask(ctx context.Context, what string, values url.Values) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.address+"/api/v1/"+what, strings.NewReader(values.Encode()))
	if err != nil {
		return answer{}, fmt.Errorf("ask Prometheus: %w", err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return answer{}, fmt.Errorf("ask Prometheus: %w", err)
	}
	defer response.Body.Close()
	var a answer
	if err := json.NewDecoder(response.Body).Decode(&a); err != nil {
		return answer{}, fmt.Errorf("read Prometheus's answer (%s): %w", response.Status, err)
	}
	if a.Status != "success" {
		return a, fmt.Errorf("answer of Prometheus: %s", a.Error)
	}
	return a, nil
}
