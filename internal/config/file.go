// SPDX-License-Identifier: Apache-2.0

package config

import (
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"go.yaml.in/yaml/v4"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
)

// maxMaxDIDs is the largest max_dids: about 220,000 series.
const maxMaxDIDs = 10_000

// readFile reads the YAML file into c.
func readFile(c *Config, path string, content []byte) Problems {
	d := &document{file: path, secretless: c.secretless, lines: make(map[string]int)}
	c.lines = d.lines
	root := d.parse(content)
	for _, entry := range root.list("accounts") {
		c.Accounts = append(c.Accounts, d.account(entry))
	}
	for _, entry := range root.list("dids") {
		c.DIDs = append(c.DIDs, d.did(entry, c.Accounts))
	}
	c.Allowlist = root.word("did_mode", "discover", "allowlist") == "allowlist"
	if text, s, ok := root.text("max_dids"); ok {
		if limit, err := strconv.Atoi(text); err == nil && limit >= 1 && limit <= maxMaxDIDs {
			c.MaxDIDs = limit
		} else {
			s.complain("must be a number from 1 to " + strconv.Itoa(maxMaxDIDs))
		}
	}
	c.BirthHold = root.duration("series_birth_hold", DefaultBirthHold, 0)
	c.Exemplars = root.boolean("exemplars", true)
	privacy := root.sub("privacy")
	c.ShowPhone = privacy.word("phone", "mask", "show") == "show"
	c.ShowText = privacy.word("content", "hide", "show") == "show"
	privacy.finish("phone", "content")
	for _, later := range []string{"unsigned", "forward", "storage"} {
		if s, ok := root.take(later); ok {
			s.complain("is not available in this version; remove it")
		}
	}
	root.finish("accounts", "dids", "did_mode", "max_dids", "series_birth_hold", "exemplars", "privacy")
	return d.problems
}

func (d *document) account(entry scalar) Account {
	m := d.mapping(entry.node, entry.path)
	account := Account{place: place{m.line, entry.path}}
	if m.keys == nil {
		return account
	}
	account.MaxAge = m.duration("max_age", nxcloud.DefaultMaxAge, 1) // zero would mean the default
	account.Name = m.required("name", validName, nameRule)
	account.AccessKey = m.required("access_key", validKey, keyRule)
	files := m.list("secret_files")
	for _, file := range files {
		secret, path := d.secret(file)
		account.Secrets = append(account.Secrets, secret)
		account.secretFiles = append(account.secretFiles, path)
	}
	if len(files) == 0 {
		d.complain(m.line, m.path+"secret_files", "must name at least one file that holds the account's secret")
	}
	algorithm, _ := nxcloud.ParseAlgorithm(m.word("algorithm", "auto", "md5", "sha256"))
	account.Algorithm = algorithm
	account.Currency = m.optional("currency", "unknown", validCurrency, currencyRule)
	zone, s, set := m.text("time_zone")
	account.zoneSet = set
	var err error
	if account.Zone, account.ZoneName, err = parseZone(zone); err != nil {
		s.complain(err.Error())
	}
	account.DRDIDTo = m.word("dr_did", "from", "to") == "to"
	budget := m.sub("budget")
	account.MonthlyBudget = budget.money("monthly")
	budget.finish("monthly")
	account.PriceBuckets = m.buckets("price_buckets")
	m.finish("name", "access_key", "secret_files", "algorithm", "currency", "time_zone", "dr_did", "max_age", "budget", "price_buckets")
	return account
}

func (d *document) secret(file scalar) (secret []byte, path string) {
	if file.node.Kind != yaml.ScalarNode || isNull(file.node) || file.node.Value == "" {
		file.complain("must be the path of a file")
		return nil, ""
	}
	path = file.node.Value
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(d.file), path) // like every file named in a Prometheus configuration
	}
	if d.secretless {
		return nil, path
	}
	secret, err := readSecret(path)
	if err != nil {
		file.complain(err.Error())
	}
	return secret, path
}

func (d *document) did(entry scalar, accounts []Account) DID {
	m := d.mapping(entry.node, entry.path)
	did := DID{Number: sms.NumberUnknown, place: place{m.line, entry.path}}
	if m.keys == nil {
		return did
	}
	if text, s, ok := m.text("number"); ok {
		if did.Number, ok = parseNumber(text); !ok {
			s.complain("is not a phone number")
		}
	} else {
		d.complain(m.line, m.path+"number", "must be the number's digits, in quotes")
	}
	did.Name, _, _ = m.text("name")
	if len(did.Name) > 128 {
		d.complain(m.line, m.path+"name", "must be at most 128 bytes")
	}
	did.Account, _, _ = m.text("account")
	if did.Account == "" {
		did.Account = environmentName
		if len(accounts) == 1 {
			did.Account = accounts[0].Name
		}
	}
	silence := m.sub("max_silence")
	for _, kind := range []sms.Kind{sms.KindMO, sms.KindDR} {
		if limit := silence.duration(kind.String(), 0, 0); limit > 0 {
			if did.MaxSilence == nil {
				did.MaxSilence = make(map[sms.Kind]time.Duration, 2)
			}
			did.MaxSilence[kind] = limit
		}
	}
	silence.finish("mo", "dr")
	m.finish("number", "name", "account", "max_silence")
	return did
}

// required takes a key that must be there and have a form.
func (m mapping) required(name string, valid func(string) bool, rule string) string {
	text, s, ok := m.text(name)
	if !ok {
		m.doc.complain(m.line, m.path+name, "is missing; "+rule)
		return ""
	}
	if !valid(text) {
		s.complain(rule)
	}
	return text
}

// optional takes a key that must have a form if it is there.
func (m mapping) optional(name, fallback string, valid func(string) bool, rule string) string {
	text, s, ok := m.text(name)
	if !ok {
		return fallback
	}
	if !valid(text) {
		s.complain(rule)
	}
	return text
}

func (m mapping) duration(name string, fallback, least time.Duration) time.Duration {
	text, s, ok := m.text(name)
	if !ok {
		return fallback
	}
	duration, err := parseDuration(text)
	switch {
	case err != nil:
		s.complain(err.Error())
	case duration < least:
		s.complain("must be more than zero")
	}
	return duration
}

func (m mapping) money(name string) *sms.Money {
	text, s, ok := m.text(name)
	if !ok {
		return nil
	}
	amount, err := sms.ParseMoney(text)
	if err != nil {
		s.complain("must be an amount such as 500 or 12.50")
	}
	return &amount
}

// buckets takes a list of histogram edges.
func (m mapping) buckets(name string) []float64 {
	entries := m.list(name)
	edges := make([]float64, 0, len(entries))
	for _, entry := range entries {
		edge, err := strconv.ParseFloat(entry.node.Value, 64)
		if err != nil || !(edge > 0) || edge > sms.MaxPrice {
			entry.complain("must be a price above 0")
			return nil
		}
		edges = append(edges, edge)
	}
	if len(edges) > 30 || !slices.IsSorted(edges) || len(slices.Compact(slices.Clone(edges))) != len(edges) {
		entries[0].complain("must be at most 30 edges in ascending order")
	}
	return edges
}
