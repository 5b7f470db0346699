// SPDX-License-Identifier: Apache-2.0

package command

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"

	"didsms_exporter/collector"
	"didsms_exporter/internal/config"
	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/recent"
	"didsms_exporter/internal/web"
)

// newKeyring takes the accounts of a checked configuration.
func newKeyring(c *config.Config) (*nxcloud.Keyring, error) {
	accounts := make([]nxcloud.Account, len(c.Accounts))
	for n, account := range c.Accounts {
		accounts[n] = account.Account
	}
	return nxcloud.NewKeyring(accounts)
}

func (i *instance) collectorSettings(c *config.Config) collector.Settings {
	settings := collector.Settings{
		MonthToDate: i.durable != nil,
		Allowlist:   c.Allowlist,
		MaxDIDs:     c.MaxDIDs,
		BirthHold:   c.BirthHold,
		Exemplars:   c.Exemplars,
	}
	for _, account := range c.Accounts {
		settings.Accounts = append(settings.Accounts, collector.Account{
			Name:          account.Name,
			Currency:      account.Currency,
			Zone:          account.ZoneName,
			Location:      account.Zone,
			Signature:     account.Algorithm.String(),
			MonthlyBudget: account.MonthlyBudget,
			PriceBuckets:  account.PriceBuckets,
		})
	}
	for _, did := range c.DIDs {
		settings.DIDs = append(settings.DIDs, collector.DID{
			Account: did.Account, Number: did.Number, Name: did.Name, MaxSilence: did.MaxSilence,
		})
	}
	return settings
}

// loadConfig reads the configuration and checks it against the flags.
func loadConfig(s *settings) (*config.Config, error) {
	c, err := s.source.Load()
	if err != nil {
		return nil, err
	}
	if (c.ShowPhone || c.ShowText) && !s.authenticated {
		return nil, config.Problems{{
			File: s.source.File, Key: "privacy",
			Text: "show needs authentication on the private door: give --web.config.file with basic_auth_users or verified client certificates",
		}}
	}
	if len(c.Accounts) == 0 {
		return nil, config.Problems{{File: s.source.File, Key: "accounts", Text: "no account is configured"}}
	}
	return c, nil
}

// reload takes over the configuration and the secrets as they are now. A bad one
// is refused whole.
func (i *instance) reload(context.Context) error {
	i.reloading.Lock()
	defer i.reloading.Unlock()
	c, err := loadConfig(i.settings)
	if err == nil {
		var keyring *nxcloud.Keyring
		if keyring, err = newKeyring(c); err == nil {
			i.collector.Apply(i.collectorSettings(c))
			i.inForce.Store(&policy{c, keyring})
		}
	}
	if err == nil && i.durable != nil {
		if err := i.durable.RememberZones(zonesOf(c)); err != nil { // for readers of the file alone
			i.logger.Warn("the time zones could not be noted in the store", "err", err)
		}
	}
	i.collector.Metrics.Reloaded(err == nil, time.Now())
	if err != nil {
		if problems, ok := errors.AsType[config.Problems](err); ok {
			for _, problem := range problems {
				i.logger.Error("configuration not taken over", "problem", problem.String())
			}
			return err
		}
		i.logger.Error("configuration not taken over", "err", err)
		return err
	}
	i.logger.Info("configuration taken over", "accounts", len(c.Accounts), "numbers", len(c.DIDs))
	return nil
}

// hangups returns the channel on which SIGHUP arrives from now on. Before that
// the signal would end the process.
func hangups() (signals chan os.Signal, stop func()) {
	signals = make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	return signals, func() { signal.Stop(signals) }
}

// reloadOn reloads on each signal until the context ends.
func (i *instance) reloadOn(ctx context.Context, signals <-chan os.Signal) error {
	for {
		select {
		case <-signals:
			_ = i.reload(ctx) // already logged and shown as a metric
		case <-ctx.Done():
			return nil
		}
	}
}

// privacy is what the debug page may show now.
func (i *instance) privacy() recent.Privacy {
	c := i.inForce.Load().config
	if !c.ShowPhone && !c.ShowText || !i.authenticated() {
		return recent.Privacy{}
	}
	return recent.Privacy{ShowPhone: c.ShowPhone, ShowContent: c.ShowText}
}

// access is who may see the debug pages now.
func (i *instance) access() web.Access {
	access, err := parseAccess(i.settings.debug, i.authenticated())
	if err != nil {
		return web.AccessNobody // checked at the start
	}
	return access
}

// authenticated reports whether the private door asks who its client is. The
// toolkit reads its file for each request, so this does too: users that are taken
// out of it must not open the pages to everybody.
func (i *instance) authenticated() bool {
	authenticated, err := config.WebAuthenticated(i.settings.webConfigFile)
	return err == nil && authenticated
}

func (i *instance) status() web.Status {
	c := i.inForce.Load().config
	status := web.Status{
		Version:  buildVersion().Version,
		Started:  i.started,
		Accounts: len(c.Accounts),
		MaxDIDs:  c.MaxDIDs,
		Storage:  i.storageInWords(),
	}
	for _, totals := range i.collector.Ledger.Totals() {
		if totals.Tracked {
			status.TrackedDIDs++
		}
	}
	return status
}

func (i *instance) storageInWords() string {
	if i.durable == nil {
		return memoryInWords
	}
	return durableInWords
}
