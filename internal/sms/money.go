// SPDX-License-Identifier: Apache-2.0

package sms

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// nanosPerUnit is the resolution of Money: nine decimals.
const nanosPerUnit = 1_000_000_000

// MaxPrice is the largest unit price that is believed, in whole units. The
// vendor's prices are fractions of a unit; anything above is a fault in the
// feed, and one such value would make a spend total useless for good.
const MaxPrice = 1_000_000

// ErrMoney reports text that is not a plain decimal amount.
var ErrMoney = errors.New("not a plain decimal amount")

// Money is an exact, never negative amount in units of some currency, with nine
// decimals. Sums of Money do not drift, which sums of floats do: ten million
// additions of 0.036 are already off by 2e-5.
//
// The zero value is zero. At its ceiling of 2^64 units it saturates rather than
// wrapping round to a small number.
type Money struct {
	units uint64
	nanos uint32 // always below nanosPerUnit
}

// ParseMoney reads digits with at most nine decimals, such as "0.0360". Signs,
// exponents, spaces, NaN and an absent integer part are errors that wrap
// ErrMoney: money is refused rather than guessed.
func ParseMoney(text string) (Money, error) {
	whole, fraction, hasPoint := strings.Cut(text, ".")
	if !allDigits(whole) || hasPoint && (!allDigits(fraction) || len(fraction) > 9) {
		return Money{}, ErrMoney
	}
	units, err := strconv.ParseUint(whole, 10, 64)
	if err != nil {
		return Money{}, ErrMoney
	}
	var nanos uint64
	if hasPoint {
		nanos, err = strconv.ParseUint((fraction + "000000000")[:9], 10, 32)
		if err != nil {
			return Money{}, ErrMoney
		}
	}
	return Money{units: units, nanos: uint32(nanos)}, nil
}

// ParsePrice reads a unit price: Money of at most MaxPrice.
func ParsePrice(text string) (Money, error) {
	price, err := ParseMoney(text)
	if err != nil {
		return Money{}, err
	}
	if price.units > MaxPrice || price.units == MaxPrice && price.nanos > 0 {
		return Money{}, fmt.Errorf("over %d: %w", MaxPrice, ErrMoney)
	}
	return price, nil
}

// MoneyOf returns the amount with this many whole units and billionths. It is
// how a store that keeps the two in columns of their own gives them back.
func MoneyOf(units uint64, nanos uint32) (Money, error) {
	if nanos >= nanosPerUnit {
		return Money{}, fmt.Errorf("%d billionths: %w", nanos, ErrMoney)
	}
	return Money{units: units, nanos: nanos}, nil
}

// Parts returns the whole units and the billionths of the amount.
func (m Money) Parts() (units uint64, nanos uint32) { return m.units, m.nanos }

// Add returns the exact sum.
func (m Money) Add(other Money) Money {
	nanos := m.nanos + other.nanos
	var carry uint64
	if nanos >= nanosPerUnit {
		nanos -= nanosPerUnit
		carry = 1
	}
	units, overflow := bits.Add64(m.units, other.units, carry)
	if overflow != 0 {
		return Money{units: math.MaxUint64, nanos: nanosPerUnit - 1}
	}
	return Money{units: units, nanos: nanos}
}

// Times returns the exact product with a count.
func (m Money) Times(count uint8) Money {
	nanos := uint64(m.nanos) * uint64(count)
	high, units := bits.Mul64(m.units, uint64(count))
	units, overflow := bits.Add64(units, nanos/nanosPerUnit, 0)
	if high != 0 || overflow != 0 {
		return Money{units: math.MaxUint64, nanos: nanosPerUnit - 1}
	}
	return Money{units: units, nanos: uint32(nanos % nanosPerUnit)}
}

// IsZero reports whether the amount is zero.
func (m Money) IsZero() bool { return m == Money{} }

// String returns the shortest exact decimal, such as "0.036" or "36000".
func (m Money) String() string {
	if m.nanos == 0 {
		return strconv.FormatUint(m.units, 10)
	}
	fraction := fmt.Sprintf("%09d", m.nanos)
	return strconv.FormatUint(m.units, 10) + "." + strings.TrimRight(fraction, "0")
}

// Float returns the float64 nearest to the amount: the one place where an
// amount stops being exact, because Prometheus samples are floats.
func (m Money) Float() float64 {
	// Both operands are exact below 2^53, so the quotient is correctly rounded.
	if m.units < 1<<53/nanosPerUnit {
		return float64(m.units*nanosPerUnit+uint64(m.nanos)) / nanosPerUnit
	}
	nearest, _ := strconv.ParseFloat(m.String(), 64) // digits and a point: cannot fail
	return nearest
}

// MarshalText writes the exact decimal, so that JSON carries no float.
func (m Money) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (m *Money) UnmarshalText(text []byte) error {
	parsed, err := ParseMoney(string(text))
	if err != nil {
		return err
	}
	*m = parsed
	return nil
}

func allDigits(text string) bool {
	if text == "" {
		return false
	}
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}
