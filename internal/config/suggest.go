// SPDX-License-Identifier: Apache-2.0

package config

import (
	"bytes"
	"slices"
)

// Nearest returns the known word that the given one was probably meant to be: one
// or two typing errors away, and fewer than half of its letters. Empty: none.
func Nearest(word string, known []string) string {
	best, found := 3, ""
	if len(word) > 32 {
		return ""
	}
	for _, candidate := range known {
		d := distance(word, candidate)
		if d == 2 && sameLetters(word, candidate) {
			d = 1 // two letters swapped are one slip
		}
		if d < best && 2*d < len(candidate) {
			best, found = d, candidate
		}
	}
	return found
}

// distance counts the letters to insert, delete or replace (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}

func sameLetters(a, b string) bool {
	one, other := []byte(a), []byte(b)
	slices.Sort(one)
	slices.Sort(other)
	return bytes.Equal(one, other)
}
