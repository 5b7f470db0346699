// SPDX-License-Identifier: Apache-2.0

package sms_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"didsms_exporter/internal/sms"
)

const maxMoney = "18446744073709551615.999999999"

func newTestMoney(t testing.TB, text string) sms.Money {
	t.Helper()
	money, err := sms.ParseMoney(text)
	if err != nil {
		t.Fatalf("ParseMoney(%q): %v", text, err)
	}
	return money
}

func TestMoneySumsAreExact(t *testing.T) {
	price := newTestMoney(t, "0.036")
	var sum sms.Money
	float := 0.0
	for range 1_000_000 {
		sum = sum.Add(price)
		float += 0.036
	}
	if want := newTestMoney(t, "36000"); sum != want {
		t.Errorf("sum = %v, want %v", sum, want)
	}
	if got := sum.Float(); got != 36000 {
		t.Errorf("Float() = %v, want 36000", got)
	}
	// Were floats exact here, the type would be needless and this test empty.
	if float == 36000 {
		t.Error("a sum of floats does not drift: choose another price for this test")
	}
}

func TestParseMoney(t *testing.T) {
	accepted := []struct {
		text, want string
		units      uint64
		nanos      uint32
	}{
		{"0", "0", 0, 0},
		{"0.0360", "0.036", 0, 36_000_000},
		{"1", "1", 1, 0},
		{"1.0", "1", 1, 0},
		{"007.5", "7.5", 7, 500_000_000},
		{"0.000000001", "0.000000001", 0, 1},
		{"10.100000000", "10.1", 10, 100_000_000},
		{maxMoney, maxMoney, math.MaxUint64, 999_999_999},
	}
	for _, c := range accepted {
		got, err := sms.ParseMoney(c.text)
		if err != nil {
			t.Errorf("ParseMoney(%q): %v", c.text, err)
			continue
		}
		if got.String() != c.want {
			t.Errorf("ParseMoney(%q) = %s, want %s", c.text, got, c.want)
		}
		if units, nanos := got.Parts(); units != c.units || nanos != c.nanos {
			t.Errorf("ParseMoney(%q).Parts() = %d, %d, want %d, %d", c.text, units, nanos, c.units, c.nanos)
		}
	}
}

func TestParseMoneyRefuses(t *testing.T) {
	for _, text := range []string{
		"", " ", ".", "NaN", "Inf", "-1", "+1", "-0", "1e3", "1E3", "0x1", "1_0", " 1", "1 ", "1\n",
		"1.", ".5", "1..2", "1.2.3", "1,5", "1.-5", "1.+5", "1. 5", "1.5e1", "\u0661", "\uff11",
		"1" + strings.Repeat("0", 300),
		"18446744073709551616", // 2^64
		"0.0000000000",         // ten decimals, though all are zero
	} {
		if got, err := sms.ParseMoney(text); !errors.Is(err, sms.ErrMoney) || !got.IsZero() {
			t.Errorf("ParseMoney(%q) = %v, %v, want zero and ErrMoney", text, got, err)
		}
	}
}

func TestParsePriceBelievesAMillion(t *testing.T) {
	for _, c := range []struct {
		text string
		ok   bool
	}{
		{"0", true},
		{"0.0360", true},
		{"1000000", true},
		{"1000000.000000000", true},
		{"1000000.000000001", false},
		{"1000001", false},
		{maxMoney, false},
		{"-1", false},
		{"", false},
	} {
		got, err := sms.ParsePrice(c.text)
		if (err == nil) != c.ok || err != nil && !errors.Is(err, sms.ErrMoney) {
			t.Errorf("ParsePrice(%q) = %v, %v, want ok %t", c.text, got, err, c.ok)
		}
		if err != nil && !got.IsZero() {
			t.Errorf("ParsePrice(%q) = %v beside an error, want zero", c.text, got)
		}
	}
}

func TestMoneySaturates(t *testing.T) {
	ceiling := newTestMoney(t, maxMoney)
	half := newTestMoney(t, "9223372036854775808")
	for _, c := range []struct {
		name      string
		got, want sms.Money
	}{
		{"carry over the top", ceiling.Add(newTestMoney(t, "0.000000001")), ceiling},
		{"units over the top", half.Add(half), ceiling},
		{"just below", half.Add(newTestMoney(t, "9223372036854775807.999999999")), ceiling},
		{"twice half", half.Times(2), ceiling},
		{"255 times the ceiling", ceiling.Times(255), ceiling},
		// 255 * 72340172838076673 = 2^64-1: the units just fit, and the carry of the
		// billionths alone is what goes over.
		{"product just fits", newTestMoney(t, "72340172838076673").Times(255), newTestMoney(t, "18446744073709551615")},
		{"carry of the product", newTestMoney(t, "72340172838076673.5").Times(255), ceiling},
		{"nothing of the ceiling", ceiling.Times(0), sms.Money{}},
		{"once the ceiling", ceiling.Times(1), ceiling},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, c.got, c.want)
		}
	}
}

func TestMoneyOf(t *testing.T) {
	if got, err := sms.MoneyOf(3, 999_999_999); err != nil || got.String() != "3.999999999" {
		t.Errorf("MoneyOf(3, 999999999) = %v, %v", got, err)
	}
	if got, err := sms.MoneyOf(3, 1_000_000_000); !errors.Is(err, sms.ErrMoney) {
		t.Errorf("MoneyOf(3, 1e9) = %v, %v, want ErrMoney", got, err)
	}
}

func TestMoneyInJSONIsTheExactText(t *testing.T) {
	type row struct{ Spend sms.Money }
	text, err := json.Marshal(row{newTestMoney(t, maxMoney)})
	if want := `{"Spend":"` + maxMoney + `"}`; err != nil || string(text) != want {
		t.Fatalf("Marshal = %s, %v, want %s", text, err, want)
	}
	var back row
	if err := json.Unmarshal(text, &back); err != nil || back.Spend != newTestMoney(t, maxMoney) {
		t.Errorf("Unmarshal = %v, %v", back.Spend, err)
	}
	kept := back.Spend
	if err := back.Spend.UnmarshalText([]byte("-1")); !errors.Is(err, sms.ErrMoney) || back.Spend != kept {
		t.Errorf("UnmarshalText(-1) = %v, amount now %v; want ErrMoney and %v", err, back.Spend, kept)
	}
}

// FuzzMoney compares every operation with arbitrary-precision arithmetic.
func FuzzMoney(f *testing.F) {
	for _, units := range []uint64{0, 1, 36000, 9_007_198, 9_007_199, 9_007_200, 1 << 53, 1<<53 + 1, 72340172838076673, math.MaxUint64} {
		for _, nanos := range []uint32{0, 1, 36_000_000, 254_740_991, 254_740_993, 500_000_000, 999_999_999} {
			f.Add(units, nanos, uint8(3), uint64(1), uint32(999_999_999))
			f.Add(units, nanos, uint8(255), units, nanos)
		}
	}
	f.Fuzz(func(t *testing.T, units uint64, nanos uint32, count uint8, otherUnits uint64, otherNanos uint32) {
		money, err := sms.MoneyOf(units, nanos%1_000_000_000)
		if err != nil {
			t.Fatal(err)
		}
		other, err := sms.MoneyOf(otherUnits, otherNanos%1_000_000_000)
		if err != nil {
			t.Fatal(err)
		}
		if want, _ := new(big.Rat).SetFrac(billionths(money), big.NewInt(1_000_000_000)).Float64(); money.Float() != want {
			t.Errorf("%v.Float() = %v, nearest is %v", money, money.Float(), want)
		}
		if back, err := sms.ParseMoney(money.String()); err != nil || back != money {
			t.Errorf("%v reads back as %v, %v", money, back, err)
		}
		sum := new(big.Int).Add(billionths(money), billionths(other))
		if got, want := billionths(money.Add(other)), capped(sum); got.Cmp(want) != 0 {
			t.Errorf("%v + %v = %v billionths, want %v", money, other, got, want)
		}
		product := new(big.Int).Mul(billionths(money), big.NewInt(int64(count)))
		if got, want := billionths(money.Times(count)), capped(product); got.Cmp(want) != 0 {
			t.Errorf("%v * %d = %v billionths, want %v", money, count, got, want)
		}
	})
}

func billionths(money sms.Money) *big.Int {
	units, nanos := money.Parts()
	total := new(big.Int).SetUint64(units)
	total.Mul(total, big.NewInt(1_000_000_000))
	return total.Add(total, big.NewInt(int64(nanos)))
}

func capped(total *big.Int) *big.Int {
	ceiling, _ := sms.MoneyOf(math.MaxUint64, 999_999_999)
	if limit := billionths(ceiling); total.Cmp(limit) > 0 {
		return limit
	}
	return total
}
