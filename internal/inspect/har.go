// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
)

// harFile is what is read of an HTTP archive, as browsers and mitmproxy save it.
type harFile struct {
	Log *struct {
		Entries []struct {
			Request struct {
				Method  string
				Headers []struct{ Name, Value string }
				Post    *struct {
					Text     string
					Encoding string
				} `json:"postData"`
			}
		}
	}
}

// readHAR reads the requests of an HTTP archive; ok is false if it is none.
func readHAR(raw []byte) (captures []*Capture, ok bool) {
	var file harFile
	if !bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")) || !bytes.Contains(raw, []byte(`"entries"`)) ||
		json.Unmarshal(raw, &file) != nil || file.Log == nil {
		return nil, false
	}
	for _, entry := range file.Log.Entries {
		request := entry.Request
		c := &Capture{Method: request.Method, Header: http.Header{}, Partial: request.Method == ""}
		for _, header := range request.Headers {
			c.addHeader(header.Name + ":" + header.Value) // a pseudo header is none
		}
		delete(c.Header, "Transfer-Encoding") // of the wire; an archive shows the body put together
		switch post := request.Post; {
		case post == nil:
			c.Bodyless = "a HAR file without postData"
		case strings.EqualFold(post.Encoding, "base64"):
			c.Body, _ = base64.StdEncoding.DecodeString(post.Text) // as far as it is one
		default:
			c.Body = []byte(post.Text)
		}
		if len(c.Header) > 0 {
			captures = append(captures, c)
		}
	}
	return captures, true
}
