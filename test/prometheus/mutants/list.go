// SPDX-License-Identifier: Apache-2.0

package main

import "slices"

func all(alerts string) ([]mutant, error) {
	lasting, err := durations(alerts)
	if err != nil {
		return nil, err
	}
	mutants := slices.Concat(delivery(), traffic(), spend(), intake(), exporter(), lasting)
	for i := range mutants {
		if mutants[i].times == 0 {
			mutants[i].times = 1
		}
	}
	return mutants, nil
}
