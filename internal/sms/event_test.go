// SPDX-License-Identifier: Apache-2.0

package sms_test

import (
	"testing"
	"time"

	"didsms_exporter/internal/sms"
)

func TestEventAge(t *testing.T) {
	arrival := time.Date(2023, 7, 26, 17, 0, 0, 0, time.UTC)
	const week = 7 * 24 * time.Hour
	for _, c := range []struct {
		age     time.Duration // of the receiveTime at the arrival
		want    time.Duration
		problem sms.FieldProblem
	}{
		{0, 0, sms.FieldFine},
		{time.Second, time.Second, sms.FieldFine},
		{-time.Millisecond, 0, sms.FieldFine},
		{-5 * time.Second, 0, sms.FieldFine},
		{-5001 * time.Millisecond, 0, sms.FieldNegative},
		{-8 * time.Hour, 0, sms.FieldNegative}, // a zone set eight hours too far west
		{week, week, sms.FieldFine},
		{week + time.Millisecond, 0, sms.FieldTooOld},
		{200 * 365 * 24 * time.Hour, 0, sms.FieldTooOld},
	} {
		event := &sms.Event{ArrivedAt: arrival, ReceiveTime: arrival.Add(-c.age)}
		got, problem := event.Age()
		if got != c.want || problem != c.problem {
			t.Errorf("received %v before: Age() = %v, %v, want %v, %v", c.age, got, problem, c.want, c.problem)
		}
	}
	absent := &sms.Event{ArrivedAt: arrival}
	if got, problem := absent.Age(); got != 0 || problem != sms.FieldAbsent {
		t.Errorf("no receiveTime: Age() = %v, %v, want 0, absent", got, problem)
	}
}

func TestTransportDelayKeepsItsSign(t *testing.T) {
	arrival := time.UnixMilli(1690361994834)
	for _, delay := range []time.Duration{0, 250 * time.Millisecond, -3 * time.Second} {
		event := &sms.Event{ArrivedAt: arrival, SignedAt: arrival.Add(-delay)}
		if got := event.TransportDelay(); got != delay {
			t.Errorf("TransportDelay() = %v, want %v", got, delay)
		}
	}
}

func TestEventAmount(t *testing.T) {
	price := newTestMoney(t, "0.036")
	for _, c := range []struct {
		name  string
		event sms.Event
		want  string
		ok    bool
	}{
		{"both", sms.Event{Price: price, Size: 3, HasPrice: true, HasSize: true}, "0.108", true},
		{"free", sms.Event{Size: 3, HasPrice: true, HasSize: true}, "0", true},
		{"size 0", sms.Event{Price: price, HasPrice: true, HasSize: true}, "0", true},
		{"no size", sms.Event{Price: price, Size: 3, HasPrice: true}, "0", false},
		{"no price", sms.Event{Price: price, Size: 3, HasSize: true}, "0", false},
	} {
		if got, ok := c.event.Amount(); got.String() != c.want || ok != c.ok {
			t.Errorf("%s: Amount() = %v, %t, want %s, %t", c.name, got, ok, c.want, c.ok)
		}
	}
}
