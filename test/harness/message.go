// SPDX-License-Identifier: Apache-2.0

package harness

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"time"
)

// Message is the body of a callback, with the vendor's names and its habit to
// send every value as a string.
type Message struct {
	MessageID   string `json:"messageId"`
	ToPhone     string `json:"toPhone"`
	FromPhone   string `json:"fromPhone"`
	Content     string `json:"content"`
	Size        string `json:"size"`
	Price       string `json:"price"`
	ReceiveTime string `json:"receiveTime"`
	SMSStatus   string `json:"smsStatus"`
}

// Receipt gives a new delivery receipt of a message sent by one of our numbers a
// few seconds ago.
func Receipt(did, status string) Callback {
	return message("dr", Message{FromPhone: did, ToPhone: "12025550143", SMSStatus: status})
}

// Inbound gives a new message to one of our numbers.
func Inbound(did string) Callback {
	return message("mo", Message{ToPhone: did, FromPhone: "12025550143", SMSStatus: "DELIVRD"})
}

func message(action string, m Message) Callback {
	var id [16]byte
	rand.Read(id[:]) // never fails, by its documentation
	m.MessageID = hex.EncodeToString(id[:])
	m.Content = "Your code is 123456"
	m.Size = "1"
	m.Price = "0.0360"
	// The vendor writes no zone; its clocks seem to run at UTC+8.
	sent := time.Now().Add(-3 * time.Second).In(time.FixedZone("", 8*60*60))
	m.ReceiveTime = sent.Format("2006-01-02 15:04:05")
	body, err := json.Marshal(m)
	if err != nil {
		panic(err) // strings always marshal
	}
	return Callback{Action: action, Body: body}
}
