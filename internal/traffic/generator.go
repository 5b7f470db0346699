// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
)

// userAgent tells whoever reads a receiver's log what is coming in.
const userAgent = "didsms_exporter-simulated-nxcloud"

// remembered is how many genuine shots a duplicate may repeat.
const remembered = 64

// pairedShare is the share of messages that have the id of an earlier one of the
// other action. No page says that the two count in one row.
const pairedShare = 0.03

// generator plans shots one after the other. All its choices come from one
// seeded source and the start time, so equal ones give equal bytes.
type generator struct {
	config Config
	start  time.Time
	rng    *rand.Rand
	lines  []*line
	shape  *dayShape
	story  *story

	offset      time.Duration // of the newest shot
	recent      []*shot       // genuine ones, a ring once it is full
	next        int           // where the ring is written
	corrections []*correction // not yet sent, in order of making
}

// newGenerator takes a configuration with its defaults filled in.
func newGenerator(config Config, start time.Time) *generator {
	lines := newLines(config.DIDs)
	shape := newDayShape(config.DayLength)
	if config.Flat {
		shape = newFlatShape()
	}
	return &generator{
		config: config,
		start:  start,
		rng:    rand.New(rand.NewPCG(config.Seed, 0x5e1f_0dd5_ca11_bac5)), //nolint:gosec // repeatable on purpose
		lines:  lines,
		shape:  shape,
		story:  newStory(config, lines),
	}
}

// shot plans the next shot: when, for which number, and which kind of shot it is.
func (g *generator) shot() *shot {
	line := g.arrival()
	draw := g.rng.Float64()
	if draw < g.config.Forgeries {
		return g.forgery(line)
	}
	if draw < g.config.Forgeries+g.config.Duplicates && len(g.recent) > 0 {
		if again := g.duplicate(); again != nil {
			return again
		}
	}
	if due := g.dueCorrection(); due != nil {
		return g.remember(g.genuine(due.message, ShotCorrection, due.word))
	}
	message := g.message(line)
	g.pair(message)
	if message.kind == sms.KindMO {
		return g.remember(g.genuine(message, ShotMO, "DELIVRD"))
	}
	return g.remember(g.genuine(message, ShotDR, g.fate(message)))
}

// arrival moves on to the next instant of a Poisson process whose intensity
// follows each number's share, the hour of the day where it lives and the scenario. Instants
// are drawn at the highest intensity there could be; one draw then decides
// whether it happens and for whom.
func (g *generator) arrival() *line {
	ceiling := g.shape.max * g.story.maxLoad
	for {
		gap := g.rng.ExpFloat64() / (g.config.Rate * ceiling)
		g.offset += time.Duration(gap * float64(time.Second))
		draw := g.rng.Float64() * ceiling
		for _, line := range g.lines {
			draw -= line.weight * g.shape.at(g.offset, line.country.utc) * g.story.load(line, g.offset)
			if draw < 0 {
				return line
			}
		}
	}
}

// now is the wall clock of the shot that is being planned.
func (g *generator) now() time.Time { return g.start.Add(g.offset) }

// message invents an SMS of a number. A receipt is pushed at its delivery, so it
// is the sending that lies back in time.
func (g *generator) message(line *line) *message {
	country := line.country
	m := &message{
		id:   fmt.Sprintf("%016x%016x", g.rng.Uint64(), g.rng.Uint64()),
		line: line,

		answered: make(chan struct{}),
		claimed:  new(claims),

		kind:  sms.KindDR,
		peer:  country.peer(g.rng),
		price: country.priceOut,
		form:  g.story.drawForm(g.rng),
	}
	ago := country.deliveryTime(g.rng)
	if g.rng.Float64() < g.story.inbound(line, g.offset) {
		m.kind, m.price = sms.KindMO, country.priceIn
		ago = intakeTime(g.rng)
	}
	m.price = g.story.price(line, m.price, g.offset)
	m.received = g.now().Add(-ago).In(g.config.Zone)
	m.content, m.segments = country.language.phrases().text(g.rng, m.kind == sms.KindMO)
	return m
}

// pair gives some messages the id of a remembered one of the other action. No two of
// one action have the same.
func (g *generator) pair(m *message) {
	if g.rng.Float64() >= pairedShare {
		return
	}
	first := g.rng.IntN(remembered)
	for i := range g.recent {
		other := g.recent[(first+i)%len(g.recent)].message
		if other.kind != m.kind && !other.paired {
			m.id, m.paired, other.paired = other.id, true, true
			return
		}
	}
}

// genuine signs a shot about a message at its planned instant.
func (g *generator) genuine(m *message, kind ShotKind, statusWord string) *shot {
	s := &shot{
		offset:  g.offset,
		kind:    kind,
		action:  m.kind,
		label:   m.kind,
		word:    statusWord,
		body:    g.body(m, statusWord),
		message: m,
		follows: kind == ShotCorrection,
	}
	if m.kind == sms.KindDR {
		s.status = sms.ParseStatus(statusWord)
	}
	g.sign(s, g.now(), g.config.Account.AccessKey, g.secret())
	return s
}

// body writes the callback of a message as the vendor's JSON or form variant.
func (g *generator) body(m *message, statusWord string) []byte {
	if g.config.Form {
		return m.formBody(statusWord)
	}
	return m.body(statusWord)
}

// secret returns what the vendor signs with at this instant.
func (g *generator) secret() []byte {
	if g.story.rotated(g.offset) {
		return g.config.Account.Next
	}
	return g.config.Account.Secret
}

// sign gives the shot its headers.
func (g *generator) sign(s *shot, at time.Time, accessKey string, secret []byte) {
	if g.config.Form {
		s.header = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "User-Agent": {userAgent}}
		s.refused = !g.config.FormAccepted
		return
	}
	g.signAs(s, nxcloud.Parameters{
		AccessKey: accessKey,
		Action:    s.action.String(),
		BizType:   nxcloud.BizTypeDID,
		Timestamp: strconv.FormatInt(at.UnixMilli(), 10),
	}, secret)
}

func (g *generator) signAs(s *shot, p nxcloud.Parameters, secret []byte) {
	s.header = http.Header{
		nxcloud.HeaderAccessKey: {p.AccessKey},
		nxcloud.HeaderAction:    {p.Action},
		nxcloud.HeaderBizType:   {p.BizType},
		nxcloud.HeaderTimestamp: {p.Timestamp},
		nxcloud.HeaderSign:      {nxcloud.Sign(g.config.Account.Algorithm, p, s.body, secret)},
		"Content-Type":          {"application/json"},
		"User-Agent":            {userAgent},
	}
	if g.config.Account.Algorithm == nxcloud.AlgorithmSHA256 {
		s.header.Set(nxcloud.HeaderAlgorithm, nxcloud.AlgorithmSHA256.String())
	}
}
