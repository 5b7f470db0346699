// SPDX-License-Identifier: Apache-2.0

// Package receiver is the public door: it takes each callback through the same
// fixed steps and is the only place that answers the vendor.
//
//	read → verify → decode → place → commit → record → remember → reply
//
// A refused callback takes the short way to the reply and changes nothing but a
// counter with a closed set of reasons and a line on the debug page.
package receiver

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"golang.org/x/time/rate"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/recent"
	"didsms_exporter/internal/sms"
)

// Defaults of a Config.
const (
	DefaultMaxBodyBytes = 64 << 10
	DefaultMaxInWork    = 256
)

// refusalsLogged bounds the log lines that somebody's forgeries can cause, per
// second. The metric counts each of them all the same.
const refusalsLogged = 10

// maxHeaderLines bounds the header lines of one request; the contract needs six.
const maxHeaderLines = 64

// Store commits an event once. When it returns without an error, the event
// survives whatever the store promises to survive.
type Store interface {
	Commit(ctx context.Context, e *sms.Event) (sms.Claim, error)
}

// Ledger says under which labels an event will be counted, and counts it once it
// is committed.
type Ledger interface {
	Place(e *sms.Event)
	Record(e *sms.Event, claim sms.Claim)
}

// Metrics notes what happens at the door.
type Metrics interface {
	Arrived()
	Left()
	Signed(account string, offset time.Duration)
	Answered(account string, kind sms.Kind, result sms.Result, took time.Duration)
}

// Memory remembers callbacks for people.
type Memory interface {
	Counted(record recent.Record) uint64
	Uncounted(record recent.Record) uint64
}

// Config sets up a Receiver. Every field without a default is required.
type Config struct {
	Path         string                  // of the callback, compared exactly
	MaxBodyBytes int64                   // DefaultMaxBodyBytes when zero
	MaxInWork    int                     // callbacks between verify and reply; DefaultMaxInWork when zero
	Keyring      func() *nxcloud.Keyring // the one in force now
	Decoder      *nxcloud.Decoder
	Store        Store
	Ledger       Ledger
	Metrics      Metrics
	Memory       Memory
	Privacy      func() recent.Privacy
	Now          func() time.Time // time.Now when nil
	Logger       *slog.Logger     // discards when nil
}

// Receiver is the handler of the public door.
type Receiver struct {
	Config
	answers [outcomeCount]answer
	inWork  chan struct{}
	logging *rate.Limiter
}

// New checks the configuration and returns the door's handler.
func New(config Config) (*Receiver, error) {
	if config.Path == "" || config.Path[0] != '/' {
		return nil, errors.New("receiver: the path must begin with a slash")
	}
	if config.Keyring == nil || config.Decoder == nil || config.Store == nil ||
		config.Ledger == nil || config.Metrics == nil || config.Memory == nil || config.Privacy == nil {
		return nil, errors.New("receiver: a part is missing from its configuration")
	}
	if config.MaxBodyBytes == 0 {
		config.MaxBodyBytes = DefaultMaxBodyBytes
	}
	if config.MaxInWork == 0 {
		config.MaxInWork = DefaultMaxInWork
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	return &Receiver{
		Config:  config,
		answers: answers(),
		inWork:  make(chan struct{}, config.MaxInWork),
		logging: rate.NewLimiter(refusalsLogged, refusalsLogged),
	}, nil
}

// callback is one request on its way through the steps: what is known so far.
type callback struct {
	nxcloud.Delivery
	writer  http.ResponseWriter
	request *http.Request
	remote  string
	caller  nxcloud.Caller
	event   *sms.Event
	claim   sms.Claim
	outcome outcome
	reason  string // for people with access to the debug page; from a closed set
}

// ServeHTTP answers one request. Every path of it ends in the one reply.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	if request.URL.Path != r.Path {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	r.Metrics.Arrived()
	defer r.Metrics.Left()
	c := &callback{writer: w, request: request, remote: host(request.RemoteAddr)}
	c.Header, c.ArrivedAt = request.Header, r.Now()
	r.take(c)
	r.remember(c)
	r.reply(c)
}

// take runs the steps until one of them settles the outcome. A panic is an
// outcome too: it must not end the process, nor leave a request unanswered.
func (r *Receiver) take(c *callback) {
	defer func() {
		if cause := recover(); cause != nil {
			r.Logger.Error("panic while taking a callback", "stack", string(debug.Stack()))
			c.outcome, c.reason = panicked, "internal error"
		}
	}()
	c.caller = r.Keyring().Identify(c.Header)
	if !r.admit(c) || !r.read(c) || !r.enter(c) {
		return
	}
	defer r.leave()
	if r.verify(c) && r.decode(c) && r.commit(c) {
		r.Ledger.Record(c.event, c.claim)
	}
}

// admit checks what can be checked before a byte of the body is read.
func (r *Receiver) admit(c *callback) bool {
	lines := 0
	for _, values := range c.Header {
		lines += len(values)
	}
	mediaType, _, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	switch {
	case c.request.Method != http.MethodPost:
		return c.settle(wrongMethod, "method is not POST")
	case lines > maxHeaderLines:
		return c.settle(headersTooLarge, "too many header lines")
	case err != nil || mediaType != "application/json":
		return c.settle(wrongMediaType, "content type is not application/json")
	case len(c.Header["Content-Encoding"]) > 0:
		return c.settle(wrongMediaType, "content encoding is not accepted")
	case c.request.ContentLength > r.MaxBodyBytes:
		return c.settle(tooLarge, "body announced over the limit")
	}
	return true
}

// read takes in the body, never more than the limit. The buffer grows with what
// arrives, so that a large announcement costs nothing.
func (r *Receiver) read(c *callback) bool {
	var body bytes.Buffer
	_, err := body.ReadFrom(http.MaxBytesReader(c.writer, c.request.Body, r.MaxBodyBytes))
	var limit *http.MaxBytesError
	switch {
	case errors.As(err, &limit):
		return c.settle(tooLarge, "body over the limit")
	case errors.Is(err, os.ErrDeadlineExceeded):
		return c.settle(tooSlow, "body too slow")
	case err != nil:
		return c.settle(broken, "body broken off")
	}
	c.Body = body.Bytes()
	return true
}

// enter takes one of the places for callbacks in work, or settles the outcome as
// overload. It comes after reading, so that slow senders cannot hold the places.
func (r *Receiver) enter(c *callback) bool {
	select {
	case r.inWork <- struct{}{}:
		return true
	default:
		return c.settle(overloaded, "too many callbacks in work")
	}
}

func (r *Receiver) leave() { <-r.inWork }

func (r *Receiver) verify(c *callback) bool {
	caller, err := r.Keyring().Verify(&c.Delivery, c.ArrivedAt)
	c.caller = caller
	if !caller.SignedAt.IsZero() {
		r.Metrics.Signed(caller.AccountName(), c.ArrivedAt.Sub(caller.SignedAt))
	}
	return c.settleRefusal(err)
}

func (r *Receiver) decode(c *callback) bool {
	event, err := r.Decoder.Decode(&c.Delivery, c.caller)
	if err != nil {
		return c.settleRefusal(err)
	}
	event.Remote = c.remote
	c.event = event
	return true
}

// commit makes the event count, once. It outlives the connection: a sender that
// hangs up while the disk is slow must not undo what may be on disk already.
func (r *Receiver) commit(c *callback) bool {
	r.Ledger.Place(c.event)
	claim, err := r.Store.Commit(context.WithoutCancel(c.request.Context()), c.event)
	switch {
	case err != nil:
		return c.settle(notCommitted, "storage cannot commit") // the store logs why, once
	case claim.Duplicate && claim.Conflict:
		c.settle(duplicate, "content differs from what was counted")
	case claim.Duplicate:
		c.settle(duplicate, "")
	default:
		c.settle(accepted, "")
	}
	c.claim = claim
	return true
}

// settle fixes the outcome and stops the steps.
func (c *callback) settle(o outcome, reason string) bool {
	c.outcome, c.reason = o, reason
	return false
}

// settleRefusal fixes the outcome of a refusal; without one the steps go on.
func (c *callback) settleRefusal(err error) bool {
	if err == nil {
		return true
	}
	var refusal *nxcloud.Refusal
	if !errors.As(err, &refusal) {
		return c.settle(panicked, "internal error")
	}
	return c.settle(outcomeOf(refusal.Result), refusal.Reason)
}

// host returns the address without its port.
func host(address string) string {
	name, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return name
}
