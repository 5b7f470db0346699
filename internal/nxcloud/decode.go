// SPDX-License-Identifier: Apache-2.0

package nxcloud

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"

	"didsms_exporter/internal/sms"
)

// receiveTimeLayout is the form in which the vendor writes receiveTime, without
// a zone.
const receiveTimeLayout = "2006-01-02 15:04:05"

// Decoder turns the body of a verified delivery into an event. It is strict about
// form, for two readers must not see two things in one body, and lenient about
// content, for the vendor may push an event once only: an unknown status or an
// odd price never refuses a message, it is counted as an error of that field.
type Decoder struct {
	idKey []byte
}

// NewDecoder returns a decoder that hides odd message ids behind a hash with this
// key. A store that outlives the process must give the same key each time.
func NewDecoder(idKey []byte) (*Decoder, error) {
	if len(idKey) < 16 {
		return nil, errors.New("the key for message ids needs at least 16 bytes")
	}
	return &Decoder{idKey: idKey}, nil
}

// fields are the contract's names. The body's "type" is not among them: the
// vendor's own examples contradict its table, while the action header is signed.
type fields struct {
	messageID, toPhone, fromPhone, content value
	receiveTime, size, price, smsStatus    value
}

// named returns where the value of a name belongs. Names match exactly: another
// case is another, unknown name.
func (f *fields) named(name string) *value {
	switch name {
	case "messageId":
		return &f.messageID
	case "toPhone":
		return &f.toPhone
	case "fromPhone":
		return &f.fromPhone
	case "content":
		return &f.content
	case "receiveTime":
		return &f.receiveTime
	case "size":
		return &f.size
	case "price":
		return &f.price
	case "smsStatus":
		return &f.smsStatus
	}
	return nil
}

// Decode reads the body of a delivery that Verify accepted from this caller. Its
// error is a *Refusal with the result malformed.
func (d *Decoder) Decode(delivery *Delivery, caller Caller) (*sms.Event, error) {
	var f fields
	if err := readObject(delivery.Body, f.named); err != nil {
		return nil, refuse(sms.ResultMalformed, err.Error())
	}
	if f.messageID.kind != kindString && f.messageID.kind != kindNumber || f.messageID.text == "" {
		return nil, refuse(sms.ResultMalformed, "no messageId")
	}
	account := caller.Account
	event := &sms.Event{
		Account:   account.Name,
		Currency:  account.Currency,
		Kind:      caller.Kind,
		MessageID: d.messageID(f.messageID.text),
		Content:   f.content.text,
		ArrivedAt: delivery.ArrivedAt,
		SignedAt:  caller.SignedAt,
		Month:     delivery.ArrivedAt.In(account.Zone).Format("2006-01"),
	}
	event.DID, event.Peer = phones(&f, caller)
	if caller.Kind == sms.KindDR {
		event.Status = sms.ParseStatus(f.smsStatus.text)
		event.StatusWord = statusWord(f.smsStatus.text, event.Status)
	}
	readBilling(event, f.price, f.size)
	readTime(event, f.receiveTime, account.Zone)
	return event, nil
}

// phones tells our number from the other side's. An inbound message goes to our
// number; a receipt belongs to a message sent from it, so it stands in fromPhone,
// unless the account is set otherwise.
func phones(f *fields, caller Caller) (did, peer sms.Number) {
	to, from := sms.ParseNumber(f.toPhone.text), sms.ParseNumber(f.fromPhone.text)
	if caller.Kind == sms.KindMO || caller.Account.DRDIDTo {
		return to, from
	}
	return from, to
}

// messageID shows a plain id as it came. Anything could stand in an odd one, a
// subscriber's number for instance, so that is kept as a keyed hash only.
func (d *Decoder) messageID(text string) string {
	if len(text) <= 64 && isPlain(text) {
		return strings.Clone(text)
	}
	mac := hmac.New(sha256.New, d.idKey)
	mac.Write([]byte(text))
	return "hashed:" + hex.EncodeToString(mac.Sum(nil)[:16])
}

func isPlain(text string) bool {
	for i := range len(text) {
		if !plainByte(text[i]) {
			return false
		}
	}
	return true
}

// statusWord is the vendor's own word where it is harmless to show.
func statusWord(word string, status sms.Status) string {
	if word == "" || len(word) > 32 {
		return status.String()
	}
	for i := range len(word) {
		if c := word[i]; (c < 'A' || c > 'Z') && c != '_' {
			return status.String()
		}
	}
	return strings.Clone(word)
}

// readBilling reads the unit price and the billing count. The vendor shows both
// as strings in callbacks and as numbers in its record query.
func readBilling(event *sms.Event, price, size value) {
	if text, ok := plainText(event, sms.FieldPrice, price); ok {
		parsed, err := sms.ParsePrice(text)
		event.Price, event.HasPrice = parsed, err == nil
		if err != nil {
			fieldError(event, sms.FieldPrice, sms.FieldUnparsable)
		}
	}
	if text, ok := plainText(event, sms.FieldSize, size); ok {
		parsed, err := strconv.ParseUint(text, 10, 8)
		if err != nil {
			fieldError(event, sms.FieldSize, sms.FieldUnparsable)
		} else {
			event.Size, event.HasSize = uint8(parsed), true
		}
	}
}

// readTime reads receiveTime and judges it against the arrival, so that a wrong
// zone shows as an error of its own and never as a latency.
func readTime(event *sms.Event, v value, zone *time.Location) {
	text, ok := plainText(event, sms.FieldReceiveTime, v)
	if !ok {
		return
	}
	parsed, err := time.ParseInLocation(receiveTimeLayout, text, zone)
	// Other years are nobody's messages, and some of them have no form in JSON.
	if year := parsed.Year(); err != nil || year < 1970 || year > 9998 {
		fieldError(event, sms.FieldReceiveTime, sms.FieldUnparsable)
		return
	}
	event.ReceiveTime = parsed
	if _, problem := event.Age(); problem != sms.FieldFine {
		fieldError(event, sms.FieldReceiveTime, problem)
	}
}

// plainText returns the text of a field. An absent, null or empty one is absent,
// which is neither zero nor an error; an object, array or boolean is an error.
func plainText(event *sms.Event, field sms.Field, v value) (text string, ok bool) {
	if v.kind == kindOther {
		fieldError(event, field, sms.FieldUnparsable)
	}
	return v.text, v.text != ""
}

func fieldError(event *sms.Event, field sms.Field, problem sms.FieldProblem) {
	event.FieldErrors = append(event.FieldErrors, sms.FieldError{Field: field, Problem: problem})
}
