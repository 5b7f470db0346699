// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"bytes"
	"fmt"
	"time"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
)

// clockMargin keeps stale and future shots so far beyond the receiver's limits
// that two clocks a few minutes apart do not change the answer.
const clockMargin = 10 * time.Minute

// remember keeps a genuine shot for duplicates, in place of the oldest.
func (g *generator) remember(s *shot) *shot {
	if len(g.recent) < remembered {
		g.recent = append(g.recent, s)
		return s
	}
	g.recent[g.next] = s
	g.next = (g.next + 1) % remembered
	return s
}

// duplicate repeats an earlier shot, either just as it was or signed anew: no page
// says which the vendor does. It returns nil when the number is silent.
func (g *generator) duplicate() *shot {
	again := *g.recent[g.rng.IntN(len(g.recent))]
	if g.story.load(again.message.line, g.offset) == 0 {
		return nil
	}
	again.offset, again.kind = g.offset, ShotDuplicate
	draw := g.rng.Float64()
	if draw < g.story.conflicts && !again.follows {
		return g.conflict(&again)
	}
	if draw < 0.5 {
		g.sign(&again, g.now(), g.config.Account.AccessKey, g.secret())
	}
	return &again
}

// conflict makes a duplicate that contradicts its original: another text under
// the same message id. It waits for the answer to the original, which otherwise
// might be the one that comes second.
func (g *generator) conflict(again *shot) *shot {
	altered := *again.message
	altered.content += " (altered)"
	again.kind, again.altered, again.follows = ShotConflict, true, true
	again.body = g.body(&altered, again.word)
	g.sign(again, g.now(), g.config.Account.AccessKey, g.secret())
	return again
}

// forgery makes a shot that looks genuine and must be refused.
func (g *generator) forgery(line *line) *shot {
	m := g.message(line)
	kinds := ShotKindCount - ShotWrongSecret
	if !g.config.Unreadable {
		kinds-- // it is the last one
	}
	kind := ShotWrongSecret + ShotKind(g.rng.IntN(int(kinds))) //nolint:gosec // below ShotKindCount
	s := g.genuine(m, kind, "DELIVRD")
	account := g.config.Account
	switch kind {
	case ShotWrongSecret:
		g.sign(s, g.now(), account.AccessKey, g.otherSecret())
	case ShotAlteredBody:
		g.alter(s)
	case ShotUnknownKey:
		g.sign(s, g.now(), g.otherKey(), g.otherSecret())
	case ShotStale:
		ago := account.MaxAge + clockMargin + g.upTo(48*time.Hour)
		m.received = m.received.Add(-ago)
		s.body = g.body(m, "DELIVRD")
		g.sign(s, g.now().Add(-ago), account.AccessKey, g.secret())
	case ShotFuture:
		g.sign(s, g.now().Add(nxcloud.MaxAhead+clockMargin+g.upTo(time.Hour)), account.AccessKey, g.secret())
	case ShotNoSign:
		delete(s.header, nxcloud.HeaderSign)
	case ShotDoubled:
		g.double(s)
	case ShotAlgorithm:
		s.header.Set(nxcloud.HeaderAlgorithm, g.oneOf("sha1", "md4", "none", "auto", "sha512"))
	case ShotProduct:
		g.otherProduct(s)
	case ShotUnreadable:
		s.body = g.unreadable(s.body)
		g.sign(s, g.now(), account.AccessKey, g.secret())
	}
	return s
}

// alter leaves the signature and changes what it was made for: one digit of the
// message id, or the whole body, under the headers of an earlier genuine shot.
func (g *generator) alter(s *shot) {
	if g.rng.IntN(2) == 0 {
		if earlier := g.recentOf(s.action); earlier != nil {
			s.header = earlier.header
			return
		}
	}
	at := bytes.Index(s.body, []byte(s.message.id)) + g.rng.IntN(len(s.message.id))
	if s.body[at] == '0' {
		s.body[at] = '1'
	} else {
		s.body[at] = '0'
	}
}

// recentOf returns a remembered shot of this action, or nil.
func (g *generator) recentOf(action sms.Kind) *shot {
	for _, s := range g.recent {
		if s.action == action {
			return s
		}
	}
	return nil
}

// otherKey invents an access key that is not the account's.
func (g *generator) otherKey() string {
	key := fmt.Sprintf("x%07x", g.rng.Uint32()>>4)
	if key == g.config.Account.AccessKey {
		return key + "x"
	}
	return key
}

// otherSecret invents a secret that is not the account's.
func (g *generator) otherSecret() []byte {
	secret := fmt.Appendf(nil, "%016x", g.rng.Uint64())
	if bytes.Equal(secret, g.config.Account.Secret) || bytes.Equal(secret, g.config.Account.Next) {
		return append(secret, 'x')
	}
	return secret
}

// upTo draws a duration below the limit.
func (g *generator) upTo(limit time.Duration) time.Duration {
	return time.Duration(g.rng.Int64N(int64(limit)))
}
