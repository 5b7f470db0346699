// SPDX-License-Identifier: Apache-2.0

package harness

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Notice is a notification as it reached somebody.
type Notice struct {
	At    time.Time
	Way   string // chat or mail
	To    string // of a mail
	Title string
	Text  string
	HTML  string // of a mail
	Color string // of a chat message
	Link  string // of the title of a chat message
}

// Resolved says whether the notice is about something that is over.
func (n Notice) Resolved() bool { return strings.HasPrefix(n.Title, "Resolved: ") }

// Inbox takes notifications on loopback, as a chat's webhook and as a mail server.
type Inbox struct {
	ChatURL string
	MailTo  string // address of the mail server

	mu      sync.Mutex // guards notices
	notices []Notice
}

// StartInbox starts an inbox.
func StartInbox(t *testing.T) *Inbox {
	t.Helper()
	inbox := &Inbox{}
	chat := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var message struct {
			Attachments []struct {
				Title     string `json:"title"`
				TitleLink string `json:"title_link"`
				Text      string `json:"text"`
				Color     string `json:"color"`
			} `json:"attachments"`
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			// Cut off, as when the test is over and its Alertmanager is killed. What was
			// not taken comes again, or is missed by whoever counts.
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if err := json.Unmarshal(body, &message); err != nil || len(message.Attachments) != 1 {
			t.Errorf("chat: %d attachments, want one (%v)", len(message.Attachments), err)
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		it := message.Attachments[0]
		inbox.add(Notice{Way: "chat", Title: it.Title, Text: it.Text, Color: it.Color, Link: it.TitleLink})
	}))
	t.Cleanup(chat.Close)
	inbox.ChatURL = chat.URL
	inbox.MailTo = startMailServer(t, inbox)
	return inbox
}

func (i *Inbox) add(notice Notice) {
	i.mu.Lock()
	defer i.mu.Unlock()
	notice.At = time.Now()
	i.notices = append(i.notices, notice)
}

// Notices are what has come so far.
func (i *Inbox) Notices() []Notice {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.notices)
}
