// SPDX-License-Identifier: Apache-2.0

// Package traffic plays NXCloud: it makes realistic, signed callbacks and posts
// them at a receiver at the instants at which they were planned, and it knows
// what each answer has to be and what a correct receiver must have counted.
//
// A generator plans the shots; it is a pure function of the seed and the start
// time. The Simulator sends them and keeps the Summary. Numbers, prices and texts
// are invented: the phone numbers come from ranges set aside for fiction or
// cannot exist.
package traffic

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"didsms_exporter/internal/nxcloud"
)

// Account is the vendor's side of one console account: what it signs with.
type Account struct {
	AccessKey string
	Secret    []byte
	Next      []byte            // what Rotate signs with from the middle of the run on
	Algorithm nxcloud.Algorithm // with sha256 the algorithm header is sent as well
	MaxAge    time.Duration     // what the receiver takes for stale; nxcloud.DefaultMaxAge when zero
}

// Config says what to send and to whom. The zero value of a field that is not
// called required means its default.
type Config struct {
	URL     string  // required: where the receiver takes callbacks
	Account Account // required but for Algorithm and MaxAge

	// Rate is the mean number of shots per second over a whole day, forgeries and
	// duplicates included; 5 by default.
	Rate float64
	// DayLength is how long one day of the traffic's shape lasts; a real day by
	// default. Delivery times and time stamps are never compressed. The rate is
	// that of a working day: weekends are quieter.
	DayLength time.Duration
	// Flat leaves the shape of day and week out: the rate is the same all the time.
	Flat bool
	// Duration ends the run after the shots planned within it; without one the run
	// goes on until its context ends.
	Duration time.Duration

	Scenario Scenario
	DIDs     int // how many numbers, at most MaxDIDs; those of Numbers by default
	Failing  int // how many of them fail in Spike; 1 by default

	Duplicates float64 // share of shots that repeat an earlier one
	Forgeries  float64 // share of shots that must be refused
	Unreadable bool    // among the Forgeries are well signed bodies that are no message
	// BadAfter is when most messages of the number that goes bad cease to be
	// delivered; never when zero.
	BadAfter time.Duration

	// Form sends the vendor's unsigned form variant. A receiver that does not know
	// it answers 415; FormAccepted says that this one does.
	Form, FormAccepted bool

	Seed uint64
	Zone *time.Location // of receiveTime; nxcloud.DefaultZone when nil
	// Now is read once, when Run begins: time stamps are that instant plus the
	// planned offset. The same seed and the same instant give the same bytes.
	Now func() time.Time

	// Client sends; its Timeout, when set, replaces ours. Redirects are never
	// followed, whatever it says.
	Client *http.Client
	// MaxInFlight bounds the requests in work; by default it is as many as a receiver
	// that never answers holds up within a timeout, from 512 to 2000. A shot that
	// finds no place is not sent and counts as Unsent: waiting for one, the load
	// would follow the receiver.
	MaxInFlight int
	// Dump, when set, gets every request as the bytes of HTTP/1.1, in the order in
	// which they were planned.
	Dump io.Writer
}

// The defaults.
const (
	defaultRate      = 5
	defaultDayLength = 24 * time.Hour
	defaultTimeout   = 10 * time.Second

	leastInFlight = 512
	mostInFlight  = 2000 // each may take a file descriptor
)

// MinRate is the lowest rate but zero: far below it the gap between two shots would
// be longer than a time.Duration can say.
const MinRate = 0.001

// withDefaults checks the configuration and fills in what it leaves open.
func (c Config) withDefaults() (Config, error) {
	if err := c.validate(); err != nil {
		return Config{}, err
	}
	if c.Rate == 0 {
		c.Rate = defaultRate
	}
	if c.DayLength == 0 {
		c.DayLength = defaultDayLength
	}
	if c.Account.MaxAge == 0 {
		c.Account.MaxAge = nxcloud.DefaultMaxAge
	}
	if c.DIDs == 0 {
		c.DIDs = len(ownLines())
	}
	if c.Failing == 0 {
		c.Failing = 1
	}
	if c.Zone == nil {
		c.Zone = nxcloud.DefaultZone()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.MaxInFlight == 0 {
		c.MaxInFlight = int(min(max(c.Rate*defaultTimeout.Seconds(), leastInFlight), mostInFlight))
	}
	c.Client = withoutRedirects(c.Client, c.MaxInFlight)
	return c, nil
}

func (c Config) validate() error {
	target, err := url.Parse(c.URL)
	if err != nil || target.Host == "" || target.Scheme != "http" && target.Scheme != "https" {
		// The URL is not repeated: its path or its user part may be a secret.
		return errors.New("traffic: the URL must begin with http:// or https:// and name a host")
	}
	if c.Account.AccessKey == "" || len(c.Account.Secret) == 0 {
		return errors.New("traffic: the account needs an access key and a secret")
	}
	if !(c.Rate >= 0 && c.Rate <= 1e6) { // written so that NaN is refused as well
		return fmt.Errorf("traffic: rate %v is not between 0 and 1000000", c.Rate)
	}
	if c.Rate > 0 && c.Rate < MinRate {
		return fmt.Errorf("traffic: rate %v is below %v", c.Rate, MinRate)
	}
	if !(c.Duplicates >= 0) || !(c.Forgeries >= 0) || c.Duplicates+c.Forgeries >= 1 {
		return fmt.Errorf("traffic: the shares of duplicates (%v) and forgeries (%v) must leave room for genuine shots", c.Duplicates, c.Forgeries)
	}
	if c.Form && c.Forgeries > 0 {
		return errors.New("traffic: the form variant is not signed, so none of it can be forged")
	}
	if err := c.validateScenario(); err != nil {
		return err
	}
	if c.DayLength < 0 || c.Duration < 0 || c.BadAfter < 0 || c.Account.MaxAge < 0 {
		return errors.New("traffic: negative duration")
	}
	if c.MaxInFlight < 0 {
		return errors.New("traffic: negative MaxInFlight")
	}
	return nil
}

// withoutRedirects returns a copy of the client that shows a redirect as the
// answer it is, or a client of our own that keeps enough connections alive.
func withoutRedirects(client *http.Client, maxInFlight int) *http.Client {
	var own http.Client
	if client != nil {
		own = *client
	} else {
		own.Transport = &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			MaxIdleConnsPerHost: maxInFlight,
			MaxConnsPerHost:     maxInFlight,
			IdleConnTimeout:     time.Minute,
		}
	}
	if own.Timeout == 0 {
		own.Timeout = defaultTimeout
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}
