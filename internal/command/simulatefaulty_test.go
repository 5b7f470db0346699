// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"didsms_exporter/internal/nxcloud"
)

// faultyReceiver stands before a real exporter and plants one fault.
type faultyReceiver struct {
	inner string // URL of the exporter
	plant func(f *faultyReceiver, r *delivered) (status int, word string)

	mu     sync.Mutex
	seen   map[string]string // by message: the status that came first
	firsts int
	lost   map[string]bool // by message id

	earlier map[string]*delivered // by message id and status: the one that came first
}

// delivered is one request on its way in.
type delivered struct {
	header http.Header
	body   []byte
}

func (f *faultyReceiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	status, word := f.plant(f, &delivered{r.Header.Clone(), body})
	w.WriteHeader(status)
	_, _ = io.WriteString(w, word)
}

// pass hands the request on as it is and returns the right answer.
func (f *faultyReceiver) pass(d *delivered) (status int, word string) {
	request, err := http.NewRequest(http.MethodPost, f.inner, bytes.NewReader(d.body))
	if err != nil {
		return http.StatusInternalServerError, err.Error()
	}
	request.Header = d.header
	if status, word, err = answer(request); err != nil {
		return http.StatusInternalServerError, err.Error()
	}
	return status, word
}

func (d *delivered) parameters() nxcloud.Parameters {
	return nxcloud.Parameters{
		AccessKey: d.header.Get("accesskey"), Action: d.header.Get("action"),
		BizType: d.header.Get("biztype"), Timestamp: d.header.Get("ts"),
	}
}

func (d *delivered) right() string {
	return nxcloud.Sign(nxcloud.AlgorithmMD5, d.parameters(), d.body, []byte(oldSecret))
}

// word returns the value of a plain string in the body.
func (d *delivered) word(name string) string {
	_, rest, _ := strings.Cut(strings.ReplaceAll(string(d.body), `": "`, `":"`), `"`+name+`":"`)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

// before returns the status under which the message came first, and remembers
// this one if it is the first.
func (f *faultyReceiver) before(d *delivered) (status string, known bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := d.parameters().Action + d.word("messageId")
	if status, known = f.seen[key]; !known {
		f.seen[key] = d.word("smsStatus")
	}
	return status, known
}

// TestSimulateNamesFaults: each receiver has one fault, and the run says which.
func TestSimulateNamesFaults(t *testing.T) {
	t.Parallel()
	genuine := func(d *delivered) bool { return d.header.Get("sign") == d.right() }
	fresh := func(d *delivered) bool {
		millis, err := strconv.ParseInt(d.header.Get("ts"), 10, 64)
		return err == nil && time.Since(time.UnixMilli(millis)).Abs() < time.Minute
	}
	type result struct {
		code      int
		out, errs string
	}
	results := map[string]*result{}
	var running sync.WaitGroup
	faults := map[string]struct {
		plant func(f *faultyReceiver, d *delivered) (int, string)
		want  string
	}{
		"counts duplicates": {func(f *faultyReceiver, d *delivered) (int, string) {
			if !genuine(d) {
				return f.pass(d)
			}
			if status, known := f.before(d); known && status == d.word("smsStatus") {
				d.body = bytes.Replace(d.body, []byte(d.word("messageId")), []byte("again."+d.header.Get("ts")), 1)
				d.header.Set("sign", d.right())
			}
			return f.pass(d)
		}, "counts duplicates: "},
		"accepts a swapped body": {func(f *faultyReceiver, d *delivered) (int, string) {
			f.mu.Lock()
			swap := !genuine(d) && d.parameters().AccessKey == "key" && f.seen[d.header.Get("sign")] != ""
			f.seen[d.header.Get("sign")] = "seen"
			f.mu.Unlock()
			if swap { // an earlier callback's signature
				d.header.Set("sign", d.right())
			}
			return f.pass(d)
		}, "accepts a swapped or altered body under the signature of another one"},
		"answers 200 to a forgery": {func(f *faultyReceiver, d *delivered) (int, string) {
			status, word := f.pass(d)
			if d.parameters().AccessKey != "key" {
				return http.StatusOK, "success"
			}
			return status, word
		}, "accepts a forgery under an unknown access key"},
		"newline behind the word": {func(f *faultyReceiver, d *delivered) (int, string) {
			status, word := f.pass(d)
			return status, word + "\n"
		}, `answers "success\n" instead of the bare word success`},
		"loses one message in a hundred": {func(f *faultyReceiver, d *delivered) (int, string) {
			if !genuine(d) || !fresh(d) {
				return f.pass(d)
			}
			_, known := f.before(d)
			f.mu.Lock()
			if !known {
				f.firsts++
				f.lost[d.word("messageId")] = f.firsts%100 == 50
			}
			lost := f.lost[d.word("messageId")]
			f.mu.Unlock()
			if lost {
				return http.StatusOK, "success"
			}
			return f.pass(d)
		}, "loses events that it answered with success: "},
		"drops late corrections": {func(f *faultyReceiver, d *delivered) (int, string) {
			if !genuine(d) {
				return f.pass(d)
			}
			if status, known := f.before(d); known && status != d.word("smsStatus") {
				return http.StatusOK, "success"
			}
			return f.pass(d)
		}, "drops late corrections: "},
		"forgets the action": {func(f *faultyReceiver, d *delivered) (int, string) {
			if !genuine(d) || !fresh(d) {
				return f.pass(d)
			}
			key := d.word("messageId") + d.word("smsStatus")
			f.mu.Lock()
			first := f.earlier[key]
			if first == nil {
				f.earlier[key] = d
			}
			f.mu.Unlock()
			if first != nil && first.parameters().Action != d.parameters().Action {
				return f.pass(first) // which counts as a duplicate
			}
			return f.pass(d)
		}, "takes new callbacks for duplicates: "},
		"needs no signature": {func(f *faultyReceiver, d *delivered) (int, string) {
			if len(d.header["Sign"]) == 0 {
				d.header.Set("sign", d.right())
			}
			return f.pass(d)
		}, "accepts a callback without the sign header"},
		"takes any product": {func(f *faultyReceiver, d *delivered) (int, string) {
			if genuine(d) && d.parameters().BizType != nxcloud.BizTypeDID {
				d.header.Set("biztype", nxcloud.BizTypeDID)
				d.header.Set("sign", d.right())
			}
			return f.pass(d)
		}, "accepts a callback of another product"},
		"success for any body": {func(f *faultyReceiver, d *delivered) (int, string) {
			status, word := f.pass(d)
			if status == http.StatusBadRequest {
				return http.StatusOK, "success"
			}
			return status, word
		}, "accepts a body that is no message"},
		"stale is fine": {func(f *faultyReceiver, d *delivered) (int, string) {
			millis, _ := strconv.ParseInt(d.header.Get("ts"), 10, 64)
			if status, word := f.pass(d); status == http.StatusOK || !genuine(d) || time.Since(time.UnixMilli(millis)) < time.Minute {
				return status, word
			}
			return http.StatusOK, "success"
		}, "accepts a callback whose ts"},
	}
	// A few at a time: a load that does not wait for its receiver asks much of a machine
	// that plays all of them.
	places := make(chan struct{}, 3)
	for name, test := range faults {
		i := newTestInstance(t, "series_birth_hold: 0s\n")
		start(t, i)
		server := httptest.NewServer(&faultyReceiver{inner: i.public.url("/callback"), plant: test.plant, seen: map[string]string{}, lost: map[string]bool{}, earlier: map[string]*delivered{}})
		t.Cleanup(server.Close)
		r := new(result)
		results[name] = r
		running.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			r.code, r.out, r.errs = simulateAs(t.Context(), nil, "--url", server.URL, "--expect-metrics", i.private.url("/"),
				"--scenario", "chaos", "--rate", "120", "--duration", "2500ms", "--seed", "11")
		})
	}
	running.Wait()
	for name, test := range faults {
		r := results[name]
		if r.code != exitNo || !strings.Contains(strings.ReplaceAll(r.out, "\n", " "), "Fault: the receiver "+test.want) {
			t.Errorf("%s: exit %d, %q, not named %q:\n%s", name, r.code, r.errs, test.want, r.out)
		}
		if !strings.Contains(r.errs, "the receiver failed: ") {
			t.Errorf("%s: standard error %q", name, r.errs)
		}
		checkColumns(t, r.out)
	}
}
