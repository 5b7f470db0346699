// SPDX-License-Identifier: Apache-2.0

// Package boardanswers asks every question of the dashboards about a small world that
// is made up, and holds the answers to those that were written down. Other checks read
// the queries; here it shows when one comes to mean something else: another quantile,
// a matcher or a factor lost, delivered for undelivered.
//
// The world is in testdata/world.txt, in words. Some answers are worked out by hand
// from it, in expected_test.go; all of them are in testdata/didsms-*.txt, side by side
// for everything and for one job, account and number, with the unit, words and columns
// of their panel. What is asked over time has two answers: 40 minutes before the end, as
// usual, and at the end. A ~ is before what is nearly a whole number.
//
// Mutants show that hardly a word of a query can change without an answer that changes.
package boardanswers
