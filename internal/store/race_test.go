// SPDX-License-Identifier: Apache-2.0

//go:build race

package store

// underRace: the detector makes SQLite, which is Go here, fifteen times as slow.
const underRace = true
