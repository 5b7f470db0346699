// SPDX-License-Identifier: Apache-2.0

package command

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"didsms_exporter/internal/config"
	"didsms_exporter/internal/sms"
	"didsms_exporter/internal/store"
)

const reportHelp = `Prints what each number did and cost in a month, from the embedded store,
also while an exporter uses it. Made to be laid beside the vendor's invoice:
amounts are exact to the last decimal, never added up over currencies.

What is counted: callbacks by the time of their arrival, in the time zone of
the account, each message once. A message has the segments and the amount
(unit price times segments) of its first callback. A receipt counts once for
each status that its message had, so there are more receipts than messages
where a status was corrected. The amount undelivered is that of messages
whose first final status says so, in the month of that status; it is a part
of the amount.

Names of numbers come from --config.file, of which no secret is read. The
time zone is the one in which the exporter counts. A store of an older one
does not tell it: then it is that of --config.file, or of DIDSMS_TIME_ZONE,
or +08:00.`

func reportCommand(streams Streams) *cli.Command {
	flags := withEnvironment([]cli.Flag{
		&cli.StringFlag{Name: "config.file", Usage: "YAML `FILE` with names and time zones"},
		storagePathFlag(),
	})
	return withExamples(&cli.Command{
		Name:        "report",
		Usage:       "what each number did and cost in a month",
		Description: reportHelp,
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "month", Usage: "`MONTH` such as 2026-11, or last (default: the current one)"},
			&cli.StringFlag{Name: "account", Usage: "only the account of this `NAME`"},
			&cli.StringFlag{Name: "did", Usage: "only this `NUMBER`"},
			&cli.BoolFlag{Name: "csv", Usage: "print CSV for a spreadsheet"},
			&cli.BoolFlag{Name: "json", Usage: "print JSON, amounts as strings"},
		}, flags...),
		HideHelpCommand: true,
		OnUsageError:    usageProblem,
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			return runReport(c, streams, time.Now())
		},
	},
		"didsms_exporter report --storage.path data",
		"didsms_exporter report --month 2026-11 --config.file didsms.yml --csv")
}

func runReport(c *cli.Context, streams Streams, now time.Time) error {
	r, err := readRequest(c, streams, now)
	if err != nil {
		return err
	}
	book, err := store.ReadBook(c.Context, r.folder, r.wants)
	if err != nil {
		return err
	}
	if err := r.mustKnow(book); err != nil {
		return err
	}
	report := r.report(book)
	switch {
	case c.Bool("json"):
		text, err := report.json()
		return errors.Join(err, deliver(streams.Out, text))
	case c.Bool("csv"):
		// What a spreadsheet has no place for must not be missed all the same.
		fmt.Fprint(streams.Err, report.warnings())
		return deliver(streams.Out, report.csv())
	}
	return deliver(streams.Out, report.text())
}

// request is what somebody wants to know.
type request struct {
	folder  string
	month   string // empty: the current one of each account
	account string // empty: all
	did     sms.Number
	lookup  *config.Lookup
	now     time.Time
}

const (
	monthLayout = "2006-01"
	lastMonth   = "last"
)

func readRequest(c *cli.Context, streams Streams, now time.Time) (*request, error) {
	r := &request{folder: c.String("storage.path"), month: c.String("month"), account: c.String("account"), now: now}
	if c.Bool("csv") && c.Bool("json") {
		return nil, usagef("--csv and --json exclude each other")
	}
	r.resolveMonth()
	if _, err := time.Parse(monthLayout, r.month); r.month != "" && err != nil {
		return nil, usagef("--month: %q is not a month such as 2026-11, nor last", r.month)
	}
	if text := c.String("did"); text != "" {
		r.did = sms.ParseNumber(text)
		if r.did == sms.NumberUnknown && text != string(sms.NumberUnknown) {
			return nil, usagef("--did: %q is not a number such as 18184505018, nor %q", text, sms.NumberUnknown)
		}
	}
	if r.folder == "" {
		return nil, usagef("--storage.path is empty: there is no store to read")
	}
	if _, err := os.Stat(r.folder); errors.Is(err, fs.ErrNotExist) {
		return nil, usagef("the storage folder %s does not exist; name the exporter's with --storage.path", r.folder)
	}
	var err error
	r.lookup, err = config.Source{File: c.String("config.file"), Getenv: streams.Getenv}.Lookup()
	if err != nil {
		return nil, usageError{"the configuration has problems:\n" + err.Error()}
	}
	return r, nil
}

// resolveMonth puts a month in the place of the word for the last one, by this
// machine's zone: close to a month's end the accounts' may say another.
func (r *request) resolveMonth() {
	if r.month == lastMonth {
		r.month = r.now.AddDate(0, 0, -r.now.Day()).Format(monthLayout)
	}
}

// monthOf returns the month that is asked for, which is that of the account's zone
// when none is named.
func (r *request) monthOf(book *store.Book, account string) string {
	if r.month != "" {
		return r.month
	}
	zone, _ := r.lookup.Zone(account, book.Zones[account])
	return r.now.In(zone).Format(monthLayout)
}

func (r *request) wants(book *store.Book, account, month string) bool {
	return (r.account == "" || account == r.account) && month == r.monthOf(book, account)
}

// mustKnow fails when the account or the number was never heard of.
func (r *request) mustKnow(book *store.Book) error {
	accounts := r.accounts(book)
	if r.account != "" && len(accounts) == 0 {
		all := request{lookup: r.lookup}
		return fmt.Errorf("the account %q is not known; known: %s", r.account, inWords(all.accounts(book)))
	}
	if r.did == "" {
		return nil
	}
	known := map[sms.Number]bool{}
	for _, account := range accounts {
		for did := range book.Numbers[account] {
			known[did] = true
		}
		for did := range r.names(account) {
			known[did] = true
		}
	}
	if known[r.did] {
		return nil
	}
	words := make([]string, 0, len(known))
	for did := range known {
		words = append(words, string(did))
	}
	return fmt.Errorf("the number %s is not known; known: %s", r.did, inWords(words))
}

// accounts lists those of the store and of the configuration that are asked for.
func (r *request) accounts(book *store.Book) []string {
	var names []string
	for account := range book.Numbers {
		names = append(names, account)
	}
	for _, account := range r.lookup.Accounts {
		names = append(names, account.Name)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if r.account != "" {
		names = slices.DeleteFunc(names, func(name string) bool { return name != r.account })
	}
	return names
}

// names are the configured numbers of an account.
func (r *request) names(account string) map[sms.Number]string {
	names := make(map[sms.Number]string)
	for _, did := range r.lookup.DIDs {
		if did.Account == account {
			names[did.Number] = did.Name
		}
	}
	return names
}

// inWords lists words for a message, not all of them when there are many.
func inWords(words []string) string {
	const most = 20
	slices.Sort(words)
	switch {
	case len(words) == 0:
		return "none"
	case len(words) > most:
		return fmt.Sprintf("%s and %d more", strings.Join(words[:most], ", "), len(words)-most)
	}
	return strings.Join(words, ", ")
}

// deliver writes to whoever reads. A reader who has seen enough, such as head, is
// no failure.
func deliver(out io.Writer, text string) error {
	_, err := io.WriteString(out, text)
	if errors.Is(err, syscall.EPIPE) {
		return nil
	}
	return err
}
