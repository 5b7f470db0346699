// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"bytes"
	"regexp"
	"strings"
)

// verboseRequest is how curl -v shows a request line.
var verboseRequest = regexp.MustCompile(`(?m)^[ \t]*> [A-Z]{3,10} \S+ HTTP/[0-9](\.[0-9])?\r?$`)

func isVerbose(raw []byte) bool { return verboseRequest.Match(raw) }

// readVerbose reads what curl -v shows: the headers it sent behind "> ", what it
// has to say behind "* ", and what it received behind "< ". It shows no body that
// was sent; one that somebody put in its place is taken.
func readVerbose(raw []byte) []part {
	var parts []part
	v := &verbose{}
	flush := func() {
		if v.head != nil {
			parts = append(parts, v.part())
		}
		v = &verbose{}
	}
	lines := &lineReader{rest: raw}
	for {
		text, ok := lines.next()
		if !ok {
			break
		}
		text = strings.TrimLeft(text, " \t")
		if verboseRequest.MatchString(text) {
			flush()
		}
		v.line(text)
	}
	flush()
	return parts
}

// verbose is one request of curl -v.
type verbose struct {
	head, body []string
	inBody     bool
	ended      bool // an answer or a remark came: what follows is not the body
}

func (v *verbose) line(text string) {
	sent, isSent := strings.CutPrefix(text, "> ")
	switch {
	case text == ">":
		sent, isSent = "", true
	case strings.HasPrefix(text, "* "), strings.HasPrefix(text, "< "), text == "<", strings.HasPrefix(text, "} ["), strings.HasPrefix(text, "{ ["):
		v.ended = v.ended || v.inBody
		return
	}
	switch {
	case v.head == nil && !isSent, v.ended:
	case v.inBody && isSent:
		v.body = append(v.body, sent)
	case v.inBody:
		v.body = append(v.body, text)
	case isSent && sent == "":
		v.inBody = true
	case isSent:
		v.head = append(v.head, sent)
	}
}

func (v *verbose) part() part {
	body := strings.TrimRight(strings.Join(v.body, "\n"), "\r\n")
	p := part{text: []byte(strings.Join(v.head, "\r\n") + "\r\n\r\n" + body)}
	if len(bytes.TrimSpace([]byte(body))) == 0 {
		p.bodyless = "curl -v"
	}
	return p
}
