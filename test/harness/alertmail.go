// SPDX-License-Identifier: Apache-2.0

package harness

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/textproto"
	"strings"
	"testing"
)

// startMailServer starts a mail server that takes every mail into the inbox, and
// returns its address. It knows as much of SMTP as Alertmanager speaks, without TLS
// and without passwords.
func startMailServer(t *testing.T, inbox *Inbox) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() }) //nolint:errcheck // the test is over
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer connection.Close() //nolint:errcheck // the other side has its answer
				takeMail(t, textproto.NewConn(connection), inbox)
			}()
		}
	}()
	return listener.Addr().String()
}

// takeMail speaks with one client until it leaves, or is killed in the middle.
func takeMail(t *testing.T, client *textproto.Conn, inbox *Inbox) {
	answer, to := "220 inbox", ""
	for client.PrintfLine("%s", answer) == nil {
		line, err := client.ReadLine()
		if err != nil {
			return
		}
		verb, argument, _ := strings.Cut(line, ":")
		switch strings.ToUpper(verb) {
		case "RCPT TO":
			to, answer = strings.Trim(argument, "<>"), "250 ok"
		case "DATA":
			if client.PrintfLine("354 go on") != nil {
				return
			}
			content, err := client.ReadDotBytes()
			if err != nil {
				return
			}
			notice, err := readMail(content)
			if err != nil {
				t.Errorf("mail: %v\n%s", err, content)
				return
			}
			notice.To = to
			inbox.add(notice)
			answer = "250 taken"
		case "QUIT":
			answer = "221 bye"
		default: // EHLO with a name, MAIL FROM
			answer = "250 ok"
		}
	}
}

// readMail takes a mail apart.
func readMail(content []byte) (Notice, error) {
	notice := Notice{Way: "mail"}
	message, err := mail.ReadMessage(bytes.NewReader(content))
	if err != nil {
		return notice, err
	}
	if notice.Title, err = new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject")); err != nil {
		return notice, err
	}
	_, parameters, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil {
		return notice, err
	}
	parts := multipart.NewReader(message.Body, parameters["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return notice, nil
		}
		if err != nil {
			return notice, err
		}
		text, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			return notice, err
		}
		// A mail's lines end with CR and LF.
		unix := strings.ReplaceAll(string(text), "\r\n", "\n")
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			notice.HTML = unix
		} else {
			notice.Text = unix
		}
	}
}
