// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"net/http"
	"regexp"
	"strings"
)

// curlStart is a command as a shell shows it, also in the form that sign prints
// where the body comes through a pipe.
var curlStart = regexp.MustCompile(`(?m)^[ \t]*(?:[$#%>] )?(?:printf [^\n]* \| )?curl[ \t]+[^ \t\n]`)

// isCurlLine reports whether a recording is a curl command and no request.
func isCurlLine(raw []byte) bool {
	_, request := cutRequest(raw, false)
	return request == nil && curlStart.Match(raw)
}

// readCurlLines reads the requests that curl commands would send.
func readCurlLines(raw []byte) []*Capture {
	var captures []*Capture
	for {
		at := curlStart.FindIndex(raw)
		if at == nil {
			return captures
		}
		words, piped, length := shellCommand(raw[at[0]:])
		raw = raw[at[0]+length:]
		for len(words) > 0 && words[0] != "curl" { // a prompt
			words = words[1:]
		}
		if len(words) == 0 {
			continue
		}
		if c := curlRequest(words[1:], piped); len(c.Header) > 0 {
			captures = append(captures, c)
		}
	}
}

// curlOption splits an option that has its value attached from the value.
func curlOption(word string) (option, value string, attached bool) {
	if strings.HasPrefix(word, "--") || len(word) < 3 || word[0] != '-' {
		return word, "", false
	}
	switch word[1] {
	case 'H', 'd', 'X':
		return word[:2], word[2:], true
	}
	return word, "", false
}

// curlRequest reads the options that make headers and body.
func curlRequest(words []string, piped *string) *Capture {
	c := &Capture{Header: http.Header{}}
	var data []string
	file := false
	for n := 0; n < len(words); n++ {
		option, value, attached := curlOption(words[n])
		if !attached && n+1 < len(words) {
			value = words[n+1]
		}
		taken := true
		switch option {
		case "-H", "--header":
			c.addHeader(value)
		case "-X", "--request":
			c.Method = value
		case "-d", "--data", "--data-ascii", "--data-binary", "--data-raw", "--json":
			switch name, isFile := strings.CutPrefix(value, "@"); {
			case !isFile || option == "--data-raw":
				data = append(data, value)
			case name == "-" && piped != nil:
				data = append(data, *piped)
			default:
				file = true
			}
			if option == "--json" && len(c.Header["Content-Type"]) == 0 {
				c.addHeader("Content-Type: application/json")
			}
		default:
			taken = false
		}
		if taken && !attached {
			n++
		}
	}
	delete(c.Header, "Content-Length") // curl counts for itself
	c.Body = []byte(strings.Join(data, "&"))
	c.finishCurl(file, data != nil)
	return c
}

// finishCurl fills in what curl adds.
func (c *Capture) finishCurl(file, hasData bool) {
	if c.Method == "" {
		c.Method = http.MethodGet
		if file || hasData {
			c.Method = http.MethodPost
		}
	}
	if file {
		c.Bodyless = "a curl line whose body is in a file"
	}
	if len(c.Header["Content-Type"]) == 0 && (file || hasData) {
		c.addHeader("Content-Type: application/x-www-form-urlencoded")
	}
}
