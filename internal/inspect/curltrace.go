// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"bytes"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
)

// What curl's --trace and --trace-ascii write.
var (
	traceSection = regexp.MustCompile(`(?:=>|<=|==) (Send header|Send data|Send SSL data|Recv [a-zA-Z ]+|Info)(?:, ([0-9]+) bytes)?`)
	traceLine    = regexp.MustCompile(`^([0-9a-f]{4,8}): (.*)$`)
	traceHex     = regexp.MustCompile(`^((?:[0-9a-f]{2} ){1,16})`)
)

func isTrace(raw []byte) bool { return bytes.Contains(raw, []byte("=> Send header, ")) }

// readTrace puts together what curl sent. The offsets in front of the lines tell
// a line end that was sent from one that was printed; --trace-ascii prints a dot
// for every byte that is not ASCII, the bytes of --trace are exact.
func readTrace(raw []byte) part {
	t := &trace{part: part{}}
	lines := &lineReader{rest: raw}
	for {
		line, ok := lines.next()
		if !ok {
			break
		}
		if section := traceSection.FindStringSubmatch(line); section != nil && !traceLine.MatchString(line) {
			t.end()
			t.sending = section[1] == "Send header" || section[1] == "Send data"
			t.size, _ = strconv.Atoi(section[2]) // 0: unknown
			t.text, t.exact = t.text[:0], true
			continue
		}
		if found := traceLine.FindStringSubmatch(line); found != nil && t.sending {
			t.add(found[1], found[2])
		}
	}
	t.end()
	return t.part
}

// trace is the section at hand, and all that was sent before it.
type trace struct {
	part
	sending bool
	size    int
	text    []traceText
	exact   bool // every line of the section has its bytes in hexadecimal
}

type traceText struct {
	offset int
	text   string
}

func (t *trace) add(offset, text string) {
	at, err := strconv.ParseUint(offset, 16, 31)
	if err != nil {
		return
	}
	t.exact = t.exact && traceHex.MatchString(text)
	t.text = append(t.text, traceText{int(at), text})
}

// end takes over the section.
func (t *trace) end() {
	if !t.sending {
		return
	}
	begin := len(t.part.text)
	for n, line := range t.text {
		if t.exact {
			digits := strings.ReplaceAll(traceHex.FindString(line.text), " ", "")
			decoded, _ := hex.DecodeString(digits) // its form is checked
			t.part.text = append(t.part.text, decoded...)
			continue
		}
		t.part.text = append(t.part.text, line.text...)
		t.dotted = true
		next := t.size
		if n+1 < len(t.text) {
			next = t.text[n+1].offset
		}
		if len(t.part.text)-begin+2 == next {
			t.part.text = append(t.part.text, "\r\n"...)
		}
	}
	t.sending = false
}
