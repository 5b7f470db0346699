// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"bytes"
	"context"
	"regexp"
	"strings"
)

// requestLine finds the request line also behind what tcpdump prints in front.
var requestLine = regexp.MustCompile(`([A-Z]{3,10}) (\S+) HTTP/[0-9](\.[0-9])?\r?$`)

// packetLine is the line that tcpdump prints for each packet.
var packetLine = regexp.MustCompile(`^(\S+ )?[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]+ .*\bIP6? `)

// contractName recognises a header of the contract however it is written down.
var contractName = regexp.MustCompile(`(?i)\b(access[-_ ]?key|biz[-_ ]?type)["']?\s*[:=]`)

// preamble is how many lines may stand before the request line.
const preamble = 20

// methodOf returns the method of a request line and where it begins; -1: the line
// is none. A letter of what stands in front is not taken for one of the method.
func methodOf(line string) (method string, at int) {
	if !strings.Contains(line, " HTTP/") {
		return "", -1
	}
	found := requestLine.FindStringSubmatchIndex(line)
	if found == nil {
		return "", -1
	}
	method, at = line[found[2]:found[3]], found[2]
	for _, known := range []string{"POST", "GET", "PUT", "HEAD", "PATCH", "DELETE", "OPTIONS"} {
		if front, is := strings.CutSuffix(method, known); is {
			return known, at + len(front)
		}
	}
	return method, at
}

// lineReader hands out lines without their ends.
type lineReader struct {
	rest   []byte
	number int
}

func (l *lineReader) next() (line string, ok bool) {
	if len(l.rest) == 0 {
		return "", false
	}
	text, rest, _ := bytes.Cut(l.rest, []byte("\n"))
	l.rest = rest
	l.number++
	return strings.TrimSuffix(string(text), "\r"), true
}

// readRequestLine skips to behind the request line, if there is one near the
// start. tcpdump names it twice: in its own line and in the packet.
func (c *Capture) readRequestLine(lines *lineReader) {
	scan := *lines
	last := preamble
	for scan.number < last {
		line, ok := scan.next()
		if !ok {
			break
		}
		method, at := methodOf(line)
		if at < 0 {
			if c.Method != "" && startsWithHeader([]byte(line)) { // the request has begun
				break
			}
			c.Dotted = c.Dotted || packetLine.MatchString(line)
			continue
		}
		if c.Method == "" {
			last = min(preamble, scan.number+4)
		}
		c.Dotted = c.Dotted || at > 0 && (scan.number > 1 || strings.Contains(line[:at], ".."))
		c.Method, *lines = method, scan
	}
	if skipped := lines.number - 1; skipped > 0 {
		c.note("%s before the request line %s skipped.", count(skipped, "line"), were(skipped))
	}
	for { // empty lines in front
		ahead := *lines
		if line, ok := ahead.next(); !ok || line != "" || c.Method != "" {
			return
		}
		*lines = ahead
	}
}

// readHeaders reads up to the empty line.
func (c *Capture) readHeaders(ctx context.Context, lines *lineReader) error {
	count, odd, last := 0, 0, &folded{}
	defer func() { c.unfold(last) }()
	for {
		if lines.number%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		before := lines.rest
		line, ok := lines.next()
		if !ok {
			c.note("No empty line ends the headers, so there is no body.")
			break
		}
		if line == "" {
			break
		}
		if first := line[0]; (first == ' ' || first == '\t') && last.name != "" {
			last.lines = append(last.lines, strings.TrimSpace(line))
			continue
		}
		if count > 0 && (line[0] == '{' || line[0] == '[') {
			c.note("No empty line stands between headers and body; the body is taken to begin at line %d.", lines.number)
			lines.rest = before
			break
		}
		if name, fine := c.headerLine(line); fine {
			c.unfold(last)
			count, last = count+1, &folded{name: name, value: len(c.Header[name]) - 1}
		} else if _, at := methodOf(line); at == 0 { // the next request
			lines.rest = before
			break
		} else {
			odd++
		}
	}
	if odd > 0 {
		c.note("Lines among the headers that are none: %d. They were left out.", odd)
	}
	c.Partial = c.Method == ""
	if count == 0 {
		return ErrNoHeaders
	}
	return nil
}

// folded is a header value that may go on in further lines.
type folded struct {
	name  string // empty: nothing goes on
	value int    // which value of the name
	lines []string
}

// unfold joins the lines of a value at once: one by one, a recording with many of
// them would be copied as often.
func (c *Capture) unfold(f *folded) {
	if len(f.lines) > 0 {
		values := c.Header[f.name]
		values[f.value] += " " + strings.Join(f.lines, " ")
	}
}

// headerLine takes one line in and returns the name under which it was kept; the
// name is empty for one that Go's server keeps elsewhere.
func (c *Capture) headerLine(line string) (name string, ok bool) {
	if pseudo, found := strings.CutPrefix(line, ":"); found { // HTTP/2: ":method: POST"
		name, value, ok := strings.Cut(pseudo, ":")
		if ok && strings.TrimSpace(name) == "method" {
			c.Method = strings.TrimSpace(value)
		}
		return "", ok
	}
	if !c.addHeader(line) {
		return "", false
	}
	name, _, _ = strings.Cut(line, ":")
	name = canonical(name)
	if _, kept := c.Header[name]; !kept {
		return "", true
	}
	return name, true
}
