// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// Simulator sends one run of traffic.
type Simulator struct {
	config Config
	tally  *tally

	mu      sync.Mutex
	started bool // guarded by mu
}

// New checks the configuration. Nothing is sent before Run.
func New(config Config) (*Simulator, error) {
	config, err := config.withDefaults()
	if err != nil {
		return nil, err
	}
	return &Simulator{config: config, tally: newTally()}, nil
}

// Run sends until the context ends or Config.Duration is over, waits for the
// answers to what is under way, and returns the whole Summary, also beside an
// error. Both ends are normal. It waits for a second after the end of the context
// and for the client's timeout after Duration; then it breaks off what is left.
// Answers that break the contract are in the Summary and no error; the error says
// that nothing answered at all, that the dump cannot be written, or that Run was
// called before.
func (s *Simulator) Run(ctx context.Context) (Summary, error) {
	if !s.begin() {
		return Summary{}, errors.New("traffic: a Simulator runs once")
	}
	defer s.config.Client.CloseIdleConnections()
	started := time.Now()
	generator := newGenerator(s.config, s.config.Now())
	s.tally.begin(started)
	err := s.send(ctx, generator, started)
	s.tally.end(time.Now())

	summary := s.tally.summary()
	if err != nil {
		return summary, err
	}
	if total := summary.Total(); total.Sent > 0 && total.Unanswered == total.Sent {
		return summary, fmt.Errorf("traffic: nothing answered: %w", s.tally.lastError())
	}
	return summary, nil
}

// Progress returns the summary so far. It is safe for concurrent use, and what it
// returns does not change any more.
func (s *Simulator) Progress() Summary { return s.tally.summary() }

// MaxInFlight returns how many requests may be in work.
func (s *Simulator) MaxInFlight() int { return s.config.MaxInFlight }

func (s *Simulator) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	first := !s.started
	s.started = true
	return first
}

// interruptGrace is how long requests in work may go on after the context ended.
const interruptGrace = time.Second

// Why requests are broken off.
var (
	errInterrupted = errors.New("broken off by an interrupt")
	errNoAnswer    = errors.New("no answer by the end of the run")
)

// send posts the shots and returns once each is answered or broken off.
func (s *Simulator) send(ctx context.Context, g *generator, started time.Time) error {
	requests, cut := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cut(nil)
	unwatch := context.AfterFunc(ctx, func() {
		time.AfterFunc(interruptGrace, func() { cut(errInterrupted) })
	})
	defer unwatch()
	var inWork sync.WaitGroup
	err := s.shoot(ctx, requests, g, started, &inWork)
	// The client gives up each request by itself; a shot that waits for the answer to
	// another one has yet to begin its own.
	last := time.AfterFunc(s.config.Client.Timeout, func() { cut(errNoAnswer) })
	defer last.Stop()
	inWork.Wait()
	return err
}

// shoot begins a request for each shot at its planned instant, whatever became of
// those before: the load does not follow the receiver.
func (s *Simulator) shoot(ctx, requests context.Context, g *generator, started time.Time, inWork *sync.WaitGroup) error {
	places := make(chan struct{}, s.config.MaxInFlight)
	for {
		shot := g.shot()
		if s.config.Duration > 0 && shot.offset >= s.config.Duration {
			return nil
		}
		planned := started.Add(shot.offset)
		if !sleepUntil(ctx, planned) {
			return nil
		}
		if !s.place(places, shot) {
			s.tally.unsent(shot)
			continue
		}
		if err := s.dump(shot); err != nil {
			return err
		}
		s.tally.sent(shot)
		inWork.Go(func() {
			defer func() { <-places }()
			s.post(requests, shot, planned)
		})
	}
}

// place takes a free place for the shot. Of a message whose first shot found none,
// nothing is sent: which of the others came first would be left to chance.
func (s *Simulator) place(places chan<- struct{}, shot *shot) bool {
	if shot.message.unsent {
		return false
	}
	select {
	case places <- struct{}{}:
		return true
	default:
		shot.message.unsent = shot.first()
		return false
	}
}

// post sends one shot and records its answer. The client's timeout bounds it, and
// the end of the context.
func (s *Simulator) post(ctx context.Context, shot *shot, planned time.Time) {
	if shot.follows {
		// The first receipt took its place before this shot did, so it has one.
		select {
		case <-shot.message.answered:
		case <-ctx.Done():
		}
	} else if shot.first() {
		defer close(shot.message.answered)
	}
	answer, err := s.exchange(ctx, shot)
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause
	}
	if err != nil {
		s.tally.unanswered(err)
		return
	}
	s.tally.answered(shot, answer, time.Since(planned))
}

// reply is an answer as it arrived.
type reply struct {
	status     int
	body       string
	retryAfter bool // the header was there
}

// maxReply is how much of an answer is read: the longest right one has 7 bytes.
const maxReply = 512

func (s *Simulator) exchange(ctx context.Context, shot *shot) (reply, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.config.URL, bytes.NewReader(shot.body))
	if err != nil {
		return reply{}, withoutURL(err)
	}
	request.Header = shot.header.Clone()
	response, err := s.config.Client.Do(request)
	if err != nil {
		return reply{}, withoutURL(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxReply))
	if err != nil {
		return reply{}, fmt.Errorf("read the answer: %w", withoutURL(err))
	}
	return reply{
		status:     response.StatusCode,
		body:       string(body),
		retryAfter: response.Header.Get("Retry-After") != "",
	}, nil
}

// withoutURL takes the URL out of a client's error: its path may be a secret.
func withoutURL(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}

// sleepUntil reports false when the context ended first.
func sleepUntil(ctx context.Context, instant time.Time) bool {
	if ctx.Err() != nil {
		return false
	}
	wait := time.Until(instant)
	if wait <= 0 {
		return true
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
