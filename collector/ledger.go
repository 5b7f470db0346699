// SPDX-License-Identifier: Apache-2.0

package collector

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"didsms_exporter/internal/sms"
)

// Ledger holds the business totals as plain data, per account and per number. It
// is the single truth about what was counted; Prometheus and the debug pages are
// two views of it.
type Ledger struct {
	now           func() time.Time
	markShown     func([]sms.TotalKey) error // of a store that outlives the process; nil: none
	process       time.Time                  // start of this one
	catalogue     *catalogue
	distributions *distributions

	mu        sync.Mutex // guards all below
	started   time.Time  // of counting, which a store may have begun in an earlier process
	settings  Settings
	accounts  map[string]*accountTotals
	rows      map[rowKey]*row
	codes     map[string]bool                     // calling codes that have a label of their own
	tracked   int                                 // rows of a number of their own
	didPrices map[string]*prometheus.HistogramVec // by account
}

// rowKey finds the totals of one number; did may be "other" or "unknown".
type rowKey struct{ account, did string }

// row is one number's totals with its two histograms. The rows "other" and
// "unknown" have none: a distribution over a mixture of numbers says nothing.
type row struct {
	DIDTotals
	hold     hold
	unmarked map[sms.TotalKey]bool // counted, but not yet remembered as shown

	delivery prometheus.Observer
	prices   map[priceKey]prometheus.Observer
}

type priceKey struct {
	direction sms.Direction
	currency  string
}

func newLedger(config Config) *Ledger {
	l := &Ledger{
		now:           config.Now,
		markShown:     config.MarkShown,
		started:       config.Now(),
		process:       config.Now(),
		catalogue:     newCatalogue(),
		distributions: newDistributions(),
		accounts:      make(map[string]*accountTotals),
		rows:          make(map[rowKey]*row),
		codes:         make(map[string]bool),
		didPrices:     make(map[string]*prometheus.HistogramVec),
	}
	l.apply(config.Settings)
	l.restore(config.Restored)
	return l
}

// apply takes over new settings: it creates what is configured and names what is
// there already. Nothing is ever taken away.
func (l *Ledger) apply(settings Settings) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.settings = settings
	now := l.now()
	for _, totals := range l.accounts {
		totals.listed = false
	}
	for _, account := range settings.Accounts {
		totals := l.account(account.Name)
		totals.config, totals.listed = account, true
		l.precreate(totals)
		if l.didPrices[account.Name] == nil {
			l.didPrices[account.Name] = newDidPrice(account.PriceBuckets)
		}
	}
	for _, r := range l.rows {
		r.Listed, r.Name, r.MaxSilence = false, "", nil
		r.in(l.account(r.Account).config.Currency, now) // a new currency starts at 0
	}
	for _, did := range settings.DIDs {
		key := rowKey{did.Account, string(did.Number)}
		listed := l.rows[key]
		if listed == nil {
			listed = l.newRow(key, hold{}, now) // known beforehand: never held back
		}
		listed.Listed, listed.Name, listed.MaxSilence = true, did.Name, did.MaxSilence
	}
}

// Place decides under which labels an event will be counted, before it is
// committed: a store has to keep the same ones, or a restart would move counts from
// one series to another.
func (l *Ledger) Place(e *sms.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.rowOf(e)
	e.Label = r.DID
	e.Shown = !r.hold.holding()
	if e.Kind == sms.KindDR {
		e.Destination = l.destination(e.Peer)
		e.Shown = !r.heldStatus(e.Status) && (!r.newStatus(e.Status) || l.settings.BirthHold <= 0)
	}
}

// Record counts one committed event under its claim. A duplicate adds nothing;
// it only shows when it contradicts what was counted.
func (l *Ledger) Record(e *sms.Event, claim sms.Claim) {
	l.mu.Lock()
	defer l.mu.Unlock()
	account := l.account(e.Account)
	if claim.Duplicate {
		if claim.Conflict {
			account.conflicts++
		}
		return
	}
	effect := claim.Effect(e)
	r := l.rows[rowKey{e.Account, e.Label}]
	if e.Kind == sms.KindDR && r.newStatus(e.Status) {
		r.Receipts[e.Status].hold = l.newHold(l.now()) // it shows from now on, at 0 first
	}
	r.add(e.Total(effect))
	if !e.Shown {
		r.unmarked[e.TotalKey()] = true
	}
	account.add(e, effect)
	if r.DID == didOther && !l.settings.Allowlist {
		account.overflow++
	}
	l.observe(r, e, claim)
}

// account returns the totals of an account, made when first asked for.
func (l *Ledger) account(name string) *accountTotals {
	totals := l.accounts[name]
	if totals == nil {
		totals = newAccountTotals(Account{Name: name, Currency: "unknown"})
		l.accounts[name] = totals
	}
	return totals
}

// rowOf returns the totals that an event belongs to: those of its number, unless
// that is unknown, not on the allow-list, or one too many.
func (l *Ledger) rowOf(e *sms.Event) *row {
	key := rowKey{e.Account, string(e.DID)}
	if existing := l.rows[key]; existing != nil && (existing.Listed || !l.settings.Allowlist || !existing.Tracked) {
		return existing
	}
	if e.DID != sms.NumberUnknown && (l.settings.Allowlist || l.tracked >= l.settings.MaxDIDs) {
		key.did = didOther
	}
	if existing := l.rows[key]; existing != nil {
		return existing
	}
	now := l.now()
	return l.newRow(key, l.newHold(now), now)
}

func (l *Ledger) newRow(key rowKey, h hold, since time.Time) *row {
	account := l.account(key.account)
	created := &row{
		DIDTotals: DIDTotals{
			Account:     key.account,
			DID:         key.did,
			CallingCode: orUnknown(sms.Number(key.did).CallingCode()),
			Tracked:     key.did != didOther && key.did != didUnknown,
			Since:       since,
			Money:       []MoneyTotals{{Currency: account.config.Currency, Since: since}},
			LastEvent:   make(map[sms.Kind]time.Time, 2),
		},
		hold:     h,
		unmarked: make(map[sms.TotalKey]bool),
	}
	if created.Tracked {
		l.tracked++
		account.tracked++
		created.delivery = l.distributions.didDelivery.WithLabelValues(key.account, key.did)
		created.prices = make(map[priceKey]prometheus.Observer, 2)
		for _, direction := range sms.Directions() {
			l.price(created, direction, account.config.Currency)
		}
	}
	l.rows[key] = created
	return created
}

// price returns the price histogram of a tracked number.
func (l *Ledger) price(r *row, direction sms.Direction, currency string) prometheus.Observer {
	key := priceKey{direction, currency}
	histogram := r.prices[key]
	if histogram == nil {
		vector := l.didPrices[r.Account]
		if vector == nil {
			vector = newDidPrice(nil)
			l.didPrices[r.Account] = vector
		}
		histogram = vector.WithLabelValues(r.Account, r.DID, direction.String(), currency)
		r.prices[key] = histogram
	}
	return histogram
}

// destination returns the calling code label of a recipient.
func (l *Ledger) destination(peer sms.Number) string {
	code := orUnknown(peer.CallingCode())
	switch {
	case l.codes[code] || code == unknownCode:
	case len(l.codes) >= maxCallingCodes:
		return otherCode
	default:
		l.codes[code] = true
	}
	return code
}

// observe adds the event to the distributions it belongs to. Prices are observed
// once per message, like spend.
func (l *Ledger) observe(r *row, e *sms.Event, claim sms.Claim) {
	exemplar := ""
	if l.settings.Exemplars {
		exemplar = e.MessageID
	}
	observe(l.distributions.transport.WithLabelValues(e.Account), max(0, e.TransportDelay().Seconds()), exemplar)
	if age, problem := e.Age(); problem == sms.FieldFine {
		l.observeAge(r, e, age.Seconds(), exemplar)
	}
	if e.HasPrice && claim.FirstOfMessage {
		direction := e.Kind.Direction()
		price := e.Price.Float()
		l.distributions.accountPrice.WithLabelValues(e.Account, direction.String(), e.Currency).Observe(price)
		if r.Tracked {
			l.price(r, direction, e.Currency).Observe(price)
		}
	}
	if exemplar != "" && e.Status.Outcome() == sms.OutcomeUndelivered {
		receipts := &r.Receipts[e.Status]
		receipts.exemplarID, receipts.exemplarAt = exemplar, e.ArrivedAt
	}
}

func (l *Ledger) observeAge(r *row, e *sms.Event, seconds float64, exemplar string) {
	if e.Kind == sms.KindMO {
		observe(l.distributions.relay.WithLabelValues(e.Account), seconds, exemplar)
		return
	}
	outcome := e.Status.Outcome()
	observe(l.distributions.delivery.WithLabelValues(e.Account, outcome.String()), seconds, exemplar)
	if outcome == sms.OutcomeDelivered && r.Tracked {
		observe(r.delivery, seconds, exemplar)
	}
}

// precreate makes the account's histograms show 0 before anything happens.
func (l *Ledger) precreate(totals *accountTotals) {
	name, currency := totals.config.Name, totals.config.Currency
	l.distributions.transport.WithLabelValues(name)
	l.distributions.relay.WithLabelValues(name)
	for _, outcome := range []sms.Outcome{sms.OutcomeDelivered, sms.OutcomeUndelivered} {
		l.distributions.delivery.WithLabelValues(name, outcome.String())
	}
	for _, direction := range sms.Directions() {
		l.distributions.accountPrice.WithLabelValues(name, direction.String(), currency)
	}
}

// Totals returns a copy of every number's totals, in no particular order.
func (l *Ledger) Totals() []DIDTotals {
	l.mu.Lock()
	defer l.mu.Unlock()
	totals := make([]DIDTotals, 0, len(l.rows))
	for _, r := range l.rows {
		totals = append(totals, r.clone())
	}
	return totals
}
