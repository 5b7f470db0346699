// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"unicode/utf16"
)

// language is what people in one country write.
type language uint8

const (
	english language = iota
	german
	french
	portuguese
	chinese
	hindi
	arabic
)

// phrases are the invented texts of a language; # stands for a number. Each says
// that it is none, so that nobody who meets one takes it for a person's message.
type phrases struct {
	sent   []string
	reply  []string
	filler []string // each shorter than the shortest part, 67 characters
}

func (l language) phrases() phrases {
	return [...]phrases{
		english: {
			sent: []string{
				"Simulated: your make-believe parcel # has left our imaginary depot.",
				"Simulated: # is a code that opens nothing.",
				`Simulated: the "invisible" hat # is in C:\nowhere.`,
				"Simulated: your table for two dragons is booked, no. #.",
				"Simulated: invented invoice # over [0] {coins} is settled ~ thank you.",
				"Simulated \U0001F989: the owl of order # is on its way.",
			},
			reply: []string{
				"Simulated reply #: yes please, the blue one.",
				"Simulated reply #: thanks, all dragons are well.",
				"Simulated reply #: who are you? \U0001F642",
				"Simulated reply #: STOP (not really)",
			},
			filler: []string{
				" Nobody wrote this text and nobody needs to answer it.",
				" A program put it together to fill another part.",
				" All names, parcels, dragons and prices are invented.",
			},
		},
		german: {
			sent: []string{
				"Simuliert: Ihre erfundene Bestellung # ist unterwegs, schöne Grüße.",
				"Simuliert: # ist ein Code, der nichts öffnet.",
				"Simuliert: erfundene Rechnung # über 0 € ist bezahlt.",
			},
			reply:  []string{"Simulierte Antwort #: ja, die große Größe bitte.", "Simulierte Antwort #: „danke“, alles gut."},
			filler: []string{" Diesen Text hat niemand geschrieben.", " Alle Bestellungen sind frei erfunden."},
		},
		french: {
			sent:   []string{"Simulé : le vélo imaginaire n° # est prêt.", "Simule : # est un code qui n'ouvre rien."},
			reply:  []string{"Réponse simulée # : merci, à bientôt peut-être.", "Reponse simulee # : oui, le bleu."},
			filler: []string{" Personne n'a rédigé ce texte.", " Tout est inventé, même le vélo."},
		},
		portuguese: {
			sent:   []string{"Simulado: a reserva inventada # está confirmada, não é preciso responder.", "Simulado: # e um codigo que nao abre nada."},
			reply:  []string{"Resposta simulada #: até amanhã, dragões!", "Resposta simulada #: sim, obrigado."},
			filler: []string{" Ninguém escreveu isto.", " Tudo aqui é invenção."},
		},
		chinese: {
			sent:   []string{"【模拟】您虚构的订单#已从想象中的仓库发出。", "【模拟】#是一个什么也打不开的号码。"},
			reply:  []string{"模拟回复#:好的,要蓝色的那个。", "模拟回复#:谢谢,龙都很好。"},
			filler: []string{"这段文字由程序生成,没有人写过,也不需要任何人回复。", "所有订单和价格都是虚构的。"},
		},
		hindi: {
			sent:   []string{"नकली संदेश: काल्पनिक सूचना # केवल परीक्षण है।"},
			reply:  []string{"नकली उत्तर #: ठीक है।"},
			filler: []string{" यह पाठ किसी ने नहीं लिखा।", " सब कुछ काल्पनिक है।"},
		},
		arabic: {
			sent:   []string{"رسالة تجريبية: الحجز الخيالي # مؤكد."},
			reply:  []string{"رد تجريبي #: نعم، شكرا."},
			filler: []string{" لم يكتب أحد هذا النص.", " كل شيء هنا خيالي."},
		},
	}[l]
}

// text invents a message and returns it with its billing count.
func (p phrases) text(rng *rand.Rand, inbound bool) (text string, segments uint8) {
	openers := p.sent
	if inbound {
		openers = p.reply
	}
	number := strconv.Itoa(1000 + rng.IntN(9000))
	text = strings.ReplaceAll(openers[rng.IntN(len(openers))], "#", number)
	wanted := wantedSegments(rng)
	for segments = countSegments(text); segments < wanted; segments = countSegments(text) {
		text += p.filler[rng.IntN(len(p.filler))]
	}
	return text, segments
}

// wantedSegments draws a length: most messages are short.
func wantedSegments(rng *rand.Rand) uint8 {
	switch draw := rng.Float64(); {
	case draw < 0.72:
		return 1
	case draw < 0.91:
		return 2
	case draw < 0.97:
		return 3
	}
	return 4
}

// The GSM 03.38 alphabet; characters of its extension take two places.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtension = "\f^{}\\[~]|€"
)

// countSegments returns the billing count of a text by the vendor's page "Billing
// Standards": 160 GSM characters in one part, then 154 in each; 70 of any other
// alphabet, then 67, the handset standard, where the page says nothing.
func countSegments(text string) uint8 {
	places, gsm := 0, true
	for _, char := range text {
		switch {
		case strings.ContainsRune(gsmBasic, char):
			places++
		case strings.ContainsRune(gsmExtension, char):
			places += 2
		default:
			gsm = false
		}
	}
	whole, part := 160, 154
	if !gsm {
		places, whole, part = len(utf16.Encode([]rune(text))), 70, 67
	}
	if places <= whole {
		return 1
	}
	return uint8(min((places+part-1)/part, 255)) //nolint:gosec // at most 255
}
