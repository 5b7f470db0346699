// SPDX-License-Identifier: Apache-2.0

package main

import (
	"slices"
	"time"
)

// files are all test files. Those of one area load its rules only, which keeps a run
// over changed rules cheap; healthy loads all. The slow ones have eight days behind
// them, in steps that are as coarse as the shortest window allows.
func files() []file {
	return slices.Concat([]file{
		delivery("spikes", spikes()), delivery("edges", edges()), delivery("budget", budget()), delivery("words", deliveryWords()...),
		trafficFast(), trafficSlow(), spendFast(), spendSlow(), exporter(), healthyAll(),
	}, deliverySlow(), intake())
}

// delivery are the fast files of the area that costs most; one each for what differs.
func delivery(what string, tests ...test) file {
	return file{name: "delivery." + what + ".fast", areas: []string{"delivery"}, every: time.Minute, tests: tests}
}
