// SPDX-License-Identifier: Apache-2.0

// Package rulelint reads the recording and alerting rules with Prometheus's own
// parser and holds them to what a person who reviews rules would ask: that every
// name and label exists, that nothing is divided by nought, that no amount loses its
// currency, and so on. The checks are those of Cloudflare's pint that need no
// server, written anew, and some that only this product needs.
//
// Each check is a function of one rule that returns what it finds. Each has a table
// of small bad rules in which it must find something, since a check that cannot
// fail proves nothing; the committed rules are the good ones.
package rulelint
