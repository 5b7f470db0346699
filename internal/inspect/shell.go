// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"bytes"
	"strconv"
	"strings"
)

// shellCommand splits the command at the beginning of a text into words as a shell
// would. In a pipe it is the last command, and piped is what printf hands to it;
// length is how much of the text the command is.
func shellCommand(text []byte) (words []string, piped *string, length int) {
	s := &shellReader{rest: text}
	for {
		word, end := s.word()
		if word != nil {
			words = append(words, *word)
		}
		switch end {
		case 0:
			continue
		case '|':
			if at := len(words) - 2; at >= 0 && words[at] == "printf" {
				printed := printed(words[at+1])
				piped = &printed
			}
			words = nil
			continue
		}
		return words, piped, len(text) - len(s.rest)
	}
}

// shellReader reads words. Nothing is expanded: a variable's value is not there.
type shellReader struct {
	rest []byte
}

// word returns the next word, or what ended the command: | or a line end.
func (s *shellReader) word() (word *string, end byte) {
	var out strings.Builder
	begun := false
	done := func(end byte) (*string, byte) {
		if text := out.String(); begun {
			return &text, end
		}
		return nil, end
	}
	for len(s.rest) > 0 {
		c := s.rest[0]
		s.rest = s.rest[1:]
		switch c {
		case ' ', '\t', '\r':
			if begun {
				return done(0)
			}
		case '\n', ';':
			return done('\n')
		case '|':
			return done('|')
		case '\\':
			begun = s.escaped(&out) || begun
		case '\'':
			begun = true
			s.until('\'', &out)
		case '"':
			begun = true
			s.doubleQuoted(&out)
		case '$':
			begun = true
			if len(s.rest) == 0 || s.rest[0] != '\'' {
				out.WriteByte(c)
				continue
			}
			s.rest = s.rest[1:]
			s.ansi(&out)
		default:
			begun = true
			out.WriteByte(c)
		}
	}
	return done('\n')
}

// escaped reads what follows a backslash; a line end joins two lines.
func (s *shellReader) escaped(out *strings.Builder) bool {
	if len(s.rest) > 0 && s.rest[0] == '\r' {
		s.rest = s.rest[1:]
	}
	if len(s.rest) == 0 {
		return false
	}
	c := s.rest[0]
	s.rest = s.rest[1:]
	if c != '\n' {
		out.WriteByte(c)
	}
	return c != '\n'
}

func (s *shellReader) until(end byte, out *strings.Builder) {
	before, after, _ := bytes.Cut(s.rest, []byte{end})
	out.Write(before)
	s.rest = after
}

func (s *shellReader) doubleQuoted(out *strings.Builder) {
	for n := 0; n < len(s.rest); n++ {
		switch c := s.rest[n]; {
		case c == '"':
			s.rest = s.rest[n+1:]
			return
		case c == '\\' && n+1 < len(s.rest) && strings.IndexByte("\"\\$`\n", s.rest[n+1]) >= 0:
			n++
			if s.rest[n] != '\n' {
				out.WriteByte(s.rest[n])
			}
		default:
			out.WriteByte(c)
		}
	}
	s.rest = nil
}

// ansi reads $'...', in which browsers copy a request that has odd characters.
func (s *shellReader) ansi(out *strings.Builder) {
	end := 0
	for end < len(s.rest) && s.rest[end] != '\'' {
		if s.rest[end] == '\\' {
			end++
		}
		end++
	}
	end = min(end, len(s.rest))
	out.WriteString(unescaped(string(s.rest[:end])))
	s.rest = s.rest[min(end+1, len(s.rest)):]
}

// printed is what printf writes for a format without values.
func printed(format string) string {
	return strings.ReplaceAll(unescaped(format), "%%", "%")
}

// unescaped undoes the escapes of C; what is no escape stays.
func unescaped(text string) string {
	var out strings.Builder
	for text != "" {
		if digits := octal(text); digits != "" {
			value, _ := strconv.ParseUint(digits, 8, 16) // at most 0o777
			out.WriteByte(byte(value))                   //nolint:gosec // as printf does
			text = text[1+len(digits):]
			continue
		}
		if quoted, found := strings.CutPrefix(text, `\'`); found {
			out.WriteByte('\'')
			text = quoted
			continue
		}
		char, multibyte, tail, err := strconv.UnquoteChar(text, 0)
		switch {
		case err != nil:
			out.WriteByte(text[0])
			tail = text[1:]
		case multibyte:
			out.WriteRune(char)
		default:
			out.WriteByte(byte(char)) //nolint:gosec // a single byte
		}
		text = tail
	}
	return out.String()
}

// octal returns the digits of an octal escape at the beginning.
func octal(text string) string {
	if len(text) < 2 || text[0] != '\\' {
		return ""
	}
	n := 1
	for n < len(text) && n < 4 && text[n] >= '0' && text[n] <= '7' {
		n++
	}
	return text[1:n]
}
