// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"bytes"
	"context"
	"net/http"
	"slices"
)

// MaxRequests is how many requests of one recording are judged.
const MaxRequests = 1000

// Recording is everything that somebody recorded.
type Recording struct {
	Captures []*Capture // at least one
	LeftOut  int        // requests beyond MaxRequests
	Others   int        // requests that are no callback: no POST, and no header of the contract
}

// part is a stretch of a recording that reads like the wire.
type part struct {
	text     []byte
	dotted   bool
	bodyless string
}

// Parse reads a recording and returns its first request.
func Parse(raw []byte) (*Capture, error) {
	recording, err := ParseAll(context.Background(), raw)
	if err != nil {
		return nil, err
	}
	return recording.Captures[0], nil
}

// ParseAll reads a recording: raw bytes from the wire, or what tcpdump -A, curl, a
// proxy's log or a page for debugging shows. Line ends may be LF or CRLF, the
// request line may be missing, HTTP/2's pseudo headers may take its place. The end
// of the context ends the reading.
func ParseAll(ctx context.Context, raw []byte) (*Recording, error) {
	whole := &Capture{}
	raw, err := whole.plain(raw)
	if err != nil {
		return nil, err
	}
	r := &Recording{}
	switch har, isHAR := readHAR(raw); {
	case isHAR:
		r.Captures = har
	case isTrace(raw):
		r.parse(ctx, readTrace(raw))
	case isVerbose(raw):
		for _, p := range readVerbose(raw) {
			r.parse(ctx, p)
		}
	case isCurlLine(raw):
		r.Captures = readCurlLines(raw)
	default:
		text := stripPrefix(raw)
		if len(text) < len(raw) {
			whole.note("What stood in front of every line (spaces, > or |) was taken away.")
		}
		text, dotted := withoutFinalDots(text)
		r.parse(ctx, part{text: text, dotted: dotted})
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(r.Captures) == 0 {
		if contractName.Match(raw) {
			return nil, ErrUnreadable
		}
		return nil, ErrNoHeaders
	}
	r.bound()
	r.Captures[0].Notes = append(whole.Notes, r.Captures[0].Notes...)
	return r, nil
}

// parse reads the requests of a part, one after the other.
func (r *Recording) parse(ctx context.Context, p part) {
	first := len(r.Captures)
	for rest := p.text; rest != nil && ctx.Err() == nil; {
		c := &Capture{Header: http.Header{}, Bodyless: p.bodyless, Dotted: p.dotted}
		lines := &lineReader{rest: rest}
		c.readRequestLine(lines)
		err := c.readHeaders(ctx, lines)
		if err != nil { // only a line that looked like a request: on to the next
			_, rest = cutRequest(lines.rest, false)
			continue
		}
		c.Unread = !c.hasContract() && contractName.Match(rest[:len(rest)-len(lines.rest)])
		rest = c.readBody(lines.rest)
		r.Captures = append(r.Captures, c)
		if len(r.Captures) >= MaxRequests {
			r.LeftOut += countRequests(rest)
			break
		}
	}
	dotted := func(c *Capture) bool { return c.Dotted }
	if slices.ContainsFunc(r.Captures[first:], dotted) { // one tool recorded them all
		for _, c := range r.Captures[first:] {
			c.Dotted = true
		}
	}
}

// bound leaves out what is too much, and what is no callback beside one that is:
// a health check or a browser's page in the same recording is nobody's mistake.
func (r *Recording) bound() {
	callback := func(c *Capture) bool { return c.Method == "" || c.Method == http.MethodPost || c.hasContract() }
	if slices.ContainsFunc(r.Captures, callback) {
		before := len(r.Captures)
		r.Captures = slices.DeleteFunc(r.Captures, func(c *Capture) bool { return !callback(c) })
		r.Others = before - len(r.Captures)
	}
	if extra := len(r.Captures) - MaxRequests; extra > 0 {
		r.Captures, r.LeftOut = r.Captures[:MaxRequests], r.LeftOut+extra
	}
}

func (c *Capture) hasContract() bool {
	return slices.ContainsFunc(contractHeaders[:], func(name string) bool { return len(c.Header[name]) > 0 })
}

// cutRequest cuts a text before the next request in it; next is nil if there is
// none. Inside a body of unknown length only a line that a header follows counts.
func cutRequest(text []byte, inBody bool) (before, next []byte) {
	for from := 0; ; {
		hint := bytes.Index(text[from:], []byte(" HTTP/"))
		if hint < 0 {
			return text, nil
		}
		start := from + bytes.LastIndexByte(text[from:from+hint], '\n') + 1
		line, after, _ := bytes.Cut(text[start:], []byte("\n"))
		if _, at := methodOf(string(line)); at >= 0 && (!inBody || startsWithHeader(after)) {
			return text[: start+at : start+at], text[start+at:]
		}
		if from = len(text) - len(after); len(after) == 0 {
			return text, nil
		}
	}
}

func startsWithHeader(text []byte) bool {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	c := &Capture{Header: http.Header{}}
	return len(line) < 1024 && c.addHeader(string(line))
}

// countRequests counts those of a text that begins with one.
func countRequests(text []byte) int {
	total := 0
	for text != nil {
		total++
		_, after, _ := bytes.Cut(text, []byte("\n"))
		_, text = cutRequest(after, false)
	}
	return total
}
