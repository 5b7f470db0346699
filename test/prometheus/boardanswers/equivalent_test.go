// SPDX-License-Identifier: Apache-2.0

package boardanswers

import "regexp"

// same is a change that leaves the meaning as it is, and why. What is a pattern; so is
// where, of the panel and the query's letter.
type same struct{ where, what, why string }

func equivalents() []same {
	const (
		always   = `what is always 1 has one value, whether the largest or the least`
		there    = `only looks whether there is any`
		otherone = `what is divided, joined or subtracted has the label too, and only what both have is kept`
		scale    = `a quantile does not depend on how many there are, only on how many of them`
		guarded  = `nothing divided by nothing is no number, which what comes after it drops as well`
		server   = `a server keeps all histograms in the same form: which ones are looked for does not matter`
		single   = `the histograms of single numbers have no classic buckets, so this is never a number`
	)
	return []same{
		{`^annotation Alerts`, `^(a sum of the largest|the least of the largest) `, there},
		{`^annotation Alerts`, `^without 2: (alertname|account)`, otherone},
		{`^Alerts A`, `^(a sum of the largest|the least of the largest) [12]`, there},
		{`^Alerts A`, `^a sum of a count`, `an alert is 1, and so is an exporter`},
		{`^Alerts A`, `^(a sum of the largest|the least of the largest) 3`, `no two of the three have the same word`},
		{`^Firing alerts A`, `^without (1: severity|3: (alertname|account))`, `a page is not beside itself, and what is hidden has the name and account of what hides it`},
		{`^Last good callback A`, `^(a sum of the largest|the least of the largest) 2`, `nought times as much is nought`},
		{`^Last good callback A`, `^without 3: account`, otherone},
		{`^(Number|Accounts|Version and start) A`, `^(the least of the largest|a sum of the largest) 1`, always},
		{`^(Numbers that need a look G|Most expensive numbers, \$currency D)`, `^the least of the largest 1`, always},
		{`\(p9\d\) A|^Delivery time A|^Relay delay`, `^(the average of a sum|how many for how often) [12]`, scale},
		{`^Delivery state A`, `^no bound [13]:  > 0`, guarded},
		{`^Rejected share by reason [AB]`, `^no bound 1:  > 0`, guarded},
		{`^Undelivered, last 30 min A`, `^without [23]: did`, otherone},
		{`^Delivery state A`, `^without [1-4]: (account|did)`, otherone},
		{`^Segments per outbound message A`, `^without [12]: did`, otherone},
		{`^Delivery time A`, `^without [34]: did`, otherone},
		{`^Delivery time A`, `^(another quantile|the largest of a sum|the last steps for the whole rate|the range of a rate|yesterday|without|not by) 2`, single},
		{`^Average price per segment, \$money A`, `^without [23]: (job|instance|account|did)`, otherone},
		{`^Average price per segment, \$currency A`, `^without [23]: (job|instance|account)`, otherone},
		{`^Average price per segment, \$currency A`, `^without 1: account`, otherone},
		{`^Rejected share by reason A`, `^without [12]: account`, otherone},
		{`^Tracked numbers of the limit A`, `^without [12]: instance`, otherone},
		{`^Undelivered share against its usual level A`, `^without [12]: account`, otherone},
		{`^Undelivered share by destination A`, `^without [12]: account`, otherone},
		{`^Numbers that need a look A`, `^without [1-4]: account`, otherone},
		{`^Numbers that need a look [BE]`, `^without [12]: account`, otherone},
		{`^Numbers that need a look C`, `^without [23]: account`, otherone},
		{`^Numbers that need a look A`, `^more, not as many 2`, `estimates of counters are hardly ever whole`},
		{`^Monthly budget used A`, `^without [12]: (account|currency)`, otherone},
		{`^(Delivery time|Outbound price distribution, \$currency) B`, `^(a sum of a count 1|failures for successes 2|another direction 2|without 2)`, server},
		{`^(annotation Starts|Series exposed A|Missed scrapes A|Memory and CPU [AB]|Version and start B)`, `^without [12]: (job|instance)`, otherone},
		{`^Most expensive numbers, \$currency A`, `^not by 1: currency`, `the row is repeated for each currency, so there is one`},
	}
}

// equivalent finds a mutant in the list.
func equivalent(q question, m mutant) int {
	for i, e := range equivalents() {
		if regexp.MustCompile(e.where).MatchString(q.panel+" "+q.ref) && regexp.MustCompile(e.what).MatchString(m.what) {
			return i
		}
	}
	return -1
}
