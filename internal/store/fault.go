// SPDX-License-Identifier: Apache-2.0

package store

import (
	"errors"
	"syscall"

	"github.com/ncruces/go-sqlite3"
)

// Errors of a durable store that people can do something about.
var (
	// ErrNewer reports a file of a later version of this program.
	ErrNewer = errors.New("written by a newer version")
	// ErrDamaged reports a file that is not what was written.
	ErrDamaged = errors.New("the store is damaged")
	// ErrInUse reports that another process has the folder.
	ErrInUse = errors.New("another process uses the folder")
	// ErrMoved reports that the file was removed or replaced while it was open.
	ErrMoved = errors.New("the database file was moved, removed or replaced while the exporter runs; put it back, or restart")
	// ErrBroken reports a store that must not be written any more in this process.
	ErrBroken = errors.New("nothing more is written until the exporter is restarted")
)

// Reason says why a commit failed: the label value of
// didsms_store_commit_failures_total.
type Reason uint8

// The reasons.
const (
	ReasonFull Reason = iota
	ReasonIO
	ReasonLocked
	ReasonUnreachable
	ReasonOther
	reasonCount
)

// Reasons lists every reason.
func Reasons() []Reason {
	return []Reason{ReasonFull, ReasonIO, ReasonLocked, ReasonUnreachable, ReasonOther}
}

// String returns the label value of the reason.
func (r Reason) String() string {
	return [reasonCount]string{"full", "io", "locked", "unreachable", "other"}[r]
}

// reasonOf classifies an error of SQLite or of the system below it. The driver
// returns several types for one code, so errors.Is is the only safe question.
func reasonOf(err error) Reason {
	switch {
	case errors.Is(err, sqlite3.FULL), errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return ReasonFull
	case errors.Is(err, sqlite3.BUSY), errors.Is(err, sqlite3.LOCKED), errors.Is(err, ErrInUse):
		return ReasonLocked
	case errors.Is(err, sqlite3.IOERR), errors.Is(err, sqlite3.READONLY), errors.Is(err, sqlite3.CANTOPEN), errors.Is(err, ErrBroken):
		return ReasonIO
	}
	return ReasonOther
}

// isDamage reports whether SQLite found something that was never written so.
func isDamage(err error) bool {
	return errors.Is(err, sqlite3.CORRUPT) || errors.Is(err, sqlite3.NOTADB) || errors.Is(err, sqlite3.IOERR_DATA)
}
