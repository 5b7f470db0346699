// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"bytes"
	"regexp"
	"strings"
)

// linePrefix is what a quotation, an indented paste or docker compose puts in
// front of each line.
var linePrefix = regexp.MustCompile(`^(?:[\w.-]+ *\| ?|[ \t>|]+)`)

// stripPrefix takes away what stands in front of every line of a request. The line
// that tells is the request line, else the first one: a line that is indented
// further down is folded, or part of a body.
func stripPrefix(raw []byte) []byte {
	lines := &lineReader{rest: raw}
	prefix, found, first := "", false, ""
	for lines.number < preamble && !found {
		line, ok := lines.next()
		if !ok {
			break
		}
		if first == "" {
			first = line
		}
		_, at := methodOf(line)
		if found = at >= 0 && linePrefix.FindString(line[:at]) == line[:at]; found {
			prefix = line[:at]
		} else if at >= 0 { // behind a packet's own bytes
			return raw
		}
	}
	if !found {
		prefix = linePrefix.FindString(first)
	}
	if prefix == "" {
		return raw
	}
	return withoutPrefix(raw, prefix)
}

// withoutPrefix strips the lines up to the first one that has no such prefix.
func withoutPrefix(raw []byte, prefix string) []byte {
	var out bytes.Buffer
	stripped := false
	for len(raw) > 0 {
		line, after, ended := bytes.Cut(raw, []byte("\n"))
		bare, has := bytes.CutPrefix(line, []byte(prefix))
		empty := strings.TrimSpace(string(line)) == strings.TrimSpace(prefix)
		switch {
		case has:
			stripped = true
		case empty || len(bytes.TrimSpace(line)) == 0: // an editor took the space at its end
			bare = nil
		case stripped:
			out.Write(raw)
			return out.Bytes()
		default: // what stands before the request
			bare = line
		}
		out.Write(bare)
		if ended {
			out.WriteByte('\n')
		}
		raw = after
	}
	return out.Bytes()
}

// dottedLine is a request line of a tcpdump that prints the CR at its end as a dot.
var dottedLine = regexp.MustCompile(`[A-Z]{3,10} \S+ HTTP/[0-9]\.[0-9]\.$`)

// withoutFinalDots takes away the dots that stand for CR at the ends of headers.
func withoutFinalDots(raw []byte) (text []byte, found bool) {
	if !bytes.Contains(raw, []byte(".\n.\n")) {
		return raw, false
	}
	var out bytes.Buffer
	inHead := false
	for len(raw) > 0 {
		line, after, ended := bytes.Cut(raw, []byte("\n"))
		inHead = inHead || dottedLine.Match(line)
		bare := line
		if inHead {
			bare = bytes.TrimSuffix(line, []byte("."))
			found = true
		}
		inHead = inHead && len(bare) > 0
		out.Write(bare)
		if ended {
			out.WriteByte('\n')
		}
		raw = after
	}
	return out.Bytes(), found
}
