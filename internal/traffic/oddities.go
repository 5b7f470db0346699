// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"strconv"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
)

// double repeats one of the signed headers with another value, before the right one
// or behind it: a proxy and a receiver could each believe another one.
func (g *generator) double(s *shot) {
	name := g.oneOf(nxcloud.HeaderAccessKey, nxcloud.HeaderAction, nxcloud.HeaderBizType, nxcloud.HeaderTimestamp, nxcloud.HeaderSign)
	right, other := s.header.Get(name), ""
	switch name {
	case nxcloud.HeaderAccessKey:
		other, s.nameless = g.otherKey(), true
	case nxcloud.HeaderAction:
		other, s.label = sms.KindMO.String(), sms.KindUnknown
		if s.action == sms.KindMO {
			other = sms.KindDR.String()
		}
	case nxcloud.HeaderBizType:
		other = otherBizType
	case nxcloud.HeaderTimestamp:
		other = strconv.FormatInt(g.now().UnixMilli()+1, 10)
	case nxcloud.HeaderSign:
		other = nxcloud.Sign(g.config.Account.Algorithm, nxcloud.Parameters{}, s.body, g.otherSecret())
	}
	s.header[name] = []string{right, other}
	if g.rng.IntN(2) == 0 {
		s.header[name] = []string{other, right}
	}
}

// otherBizType is no DID SMS.
const otherBizType = "3"

// otherProduct signs the shot for another product of the same key pair, or for an
// action that is none of ours.
func (g *generator) otherProduct(s *shot) {
	p := nxcloud.Parameters{
		AccessKey: g.config.Account.AccessKey,
		Action:    s.action.String(),
		BizType:   nxcloud.BizTypeDID,
		Timestamp: s.header.Get(nxcloud.HeaderTimestamp),
	}
	if g.rng.IntN(2) == 0 {
		p.BizType = otherBizType
	} else {
		p.Action, s.label = g.oneOf("mt", "status", "MO"), sms.KindUnknown
	}
	g.signAs(s, p, g.secret())
}

// unreadable makes a body that no reader of messages may take.
func (g *generator) unreadable(body []byte) []byte {
	switch text := string(body); g.rng.IntN(6) {
	case 0:
		return nil
	case 1:
		return body[:len(body)/2]
	case 2:
		return []byte("[" + text + "]")
	case 3:
		return []byte(text + text)
	case 4:
		return []byte(`{"messageId":"other",` + text[1:]) // one name twice
	}
	return []byte(`{"content":"no id"}`)
}

func (g *generator) oneOf(words ...string) string { return words[g.rng.IntN(len(words))] }
