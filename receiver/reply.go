// SPDX-License-Identifier: Apache-2.0

package receiver

import (
	"context"
	"io"
	"log/slog"
	"net/http"

	"didsms_exporter/internal/sms"
)

// outcome is what became of one request. Each has exactly one answer.
type outcome uint8

const (
	panicked outcome = iota // the zero value: nothing was settled
	accepted
	duplicate
	unknownKey
	badSignature
	stale
	future
	unsupported
	malformed
	tooLarge
	headersTooLarge
	tooSlow
	broken
	wrongMethod
	wrongMediaType
	notCommitted
	overloaded
	outcomeCount
)

// The only two words that the vendor understands. Success goes with status 200
// and error with any other, so that a sender may judge by either.
const (
	wordSuccess = "success"
	wordError   = "error"
)

// answer is the reply to one outcome and how it is counted.
type answer struct {
	status  int
	word    string
	result  sms.Result
	counted bool // whether the outcome is one of didsms_callbacks_total
	level   slog.Level
	headers map[string]string
}

// answers is the whole table. One status serves every failure of authenticity,
// so that an answer teaches a forger nothing.
func answers() [outcomeCount]answer {
	retry := map[string]string{"Retry-After": "5"}
	hangUp := map[string]string{"Connection": "close"}
	return [outcomeCount]answer{
		panicked:        {500, wordError, sms.ResultError, true, slog.LevelError, nil},
		accepted:        {200, wordSuccess, sms.ResultAccepted, true, slog.LevelDebug, nil},
		duplicate:       {200, wordSuccess, sms.ResultDuplicate, true, slog.LevelDebug, nil},
		unknownKey:      {401, wordError, sms.ResultUnknownKey, true, slog.LevelWarn, nil},
		badSignature:    {401, wordError, sms.ResultBadSignature, true, slog.LevelWarn, nil},
		stale:           {401, wordError, sms.ResultStale, true, slog.LevelWarn, nil},
		future:          {401, wordError, sms.ResultFuture, true, slog.LevelWarn, nil},
		unsupported:     {401, wordError, sms.ResultUnsupported, true, slog.LevelWarn, nil},
		malformed:       {400, wordError, sms.ResultMalformed, true, slog.LevelWarn, nil},
		tooLarge:        {413, wordError, sms.ResultTooLarge, true, slog.LevelWarn, hangUp},
		headersTooLarge: {431, wordError, sms.ResultTooLarge, false, slog.LevelDebug, hangUp},
		tooSlow:         {408, wordError, sms.ResultError, false, slog.LevelDebug, hangUp},
		broken:          {400, wordError, sms.ResultError, false, slog.LevelDebug, hangUp},
		wrongMethod:     {405, wordError, sms.ResultUnsupported, false, slog.LevelDebug, map[string]string{"Allow": http.MethodPost}},
		wrongMediaType:  {415, wordError, sms.ResultMalformed, true, slog.LevelWarn, nil},
		notCommitted:    {503, wordError, sms.ResultError, true, slog.LevelWarn, retry},
		overloaded:      {503, wordError, sms.ResultOverload, true, slog.LevelWarn, retry},
	}
}

// outcomeOf returns the outcome of a refusal by the wire contract.
func outcomeOf(result sms.Result) outcome {
	switch result {
	case sms.ResultUnknownKey:
		return unknownKey
	case sms.ResultBadSignature:
		return badSignature
	case sms.ResultStale:
		return stale
	case sms.ResultFuture:
		return future
	case sms.ResultUnsupported:
		return unsupported
	case sms.ResultMalformed:
		return malformed
	}
	return panicked
}

// reply answers the vendor: a status and one bare word, never a detail.
func (r *Receiver) reply(c *callback) {
	answer := r.answers[c.outcome]
	header := c.writer.Header()
	header.Set("Content-Type", "text/plain; charset=utf-8")
	for name, value := range answer.headers {
		header.Set(name, value)
	}
	c.writer.WriteHeader(answer.status)
	_, err := io.WriteString(c.writer, answer.word)
	if answer.counted {
		r.Metrics.Answered(c.caller.AccountName(), c.caller.Kind, answer.result, r.Now().Sub(c.ArrivedAt))
	}
	r.log(c, answer, err)
}

// log writes one line about the callback. Lines that a stranger, or a full disk,
// could cause by the thousand are sampled; those about faults of ours are not.
func (r *Receiver) log(c *callback, answer answer, unwritten error) {
	ctx := context.Background()
	if !r.Logger.Enabled(ctx, answer.level) {
		return
	}
	if answer.level == slog.LevelWarn && !r.logging.Allow() {
		return
	}
	r.Logger.LogAttrs(ctx, answer.level, "callback",
		slog.String("result", answer.result.String()), slog.Int("status", answer.status),
		slog.String("account", c.caller.AccountName()), slog.String("kind", c.caller.Kind.String()),
		slog.String("reason", c.reason), slog.String("remote", c.remote), slog.Bool("answered", unwritten == nil))
}
