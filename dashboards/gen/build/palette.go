// SPDX-License-Identifier: Apache-2.0

package build

// The colours of Okabe and Ito, and two of Paul Tol's, stay apart for colour-blind
// eyes and on either theme. A colour has one meaning on all four boards.
const (
	Blue      = "#0072B2" // delivered, accepted, fine
	Vermilion = "#D55E00" // undelivered, failing
	Amber     = "#E69F00" // degraded
	Green     = "#009E73" // inbound
	Sky       = "#56B4E9" // outbound
	Purple    = "#CC79A7" // unknown
	Yellow    = "#F0E442"
	Grey      = "#999999" // pending
	Teal      = "#44AA99"
	Wine      = "#882255"
	// Theme is black on the light theme and white on the dark one: what is usual.
	Theme = "text"
)

// Palette lists every colour that a board may name.
func Palette() []string {
	return []string{Blue, Vermilion, Amber, Green, Sky, Purple, Yellow, Grey, Teal, Wine, Theme}
}

// Schemes lists the colour schemes that a heatmap may take: they get lighter
// steadily, so that they can be read without colour.
func Schemes() []string { return []string{"Cividis", "Viridis"} }
