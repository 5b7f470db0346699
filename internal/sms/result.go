// SPDX-License-Identifier: Apache-2.0

package sms

// Result is what became of one callback: the label value of
// didsms_callbacks_total and the word on the debug page. Exactly one applies.
type Result uint8

// The results, in the order in which the checks are made.
const (
	ResultAccepted     Result = iota // authentic and new: counted
	ResultDuplicate                  // authentic and counted before
	ResultUnknownKey                 // no access key, or one that is not configured
	ResultBadSignature               // a contract header is missing, repeated or misshapen, or the signature is wrong
	ResultStale                      // ts older than the account's max_age
	ResultFuture                     // ts too far ahead of our clock
	ResultUnsupported                // an action other than mo and dr, or a bizType other than 4
	ResultMalformed                  // authentic but unreadable, or of another media type
	ResultTooLarge                   // body over the limit
	ResultError                      // our own failure
	ResultOverload                   // too many requests in work
	ResultCount
)

// Results lists every result.
func Results() []Result {
	results := make([]Result, ResultCount)
	for i := range results {
		results[i] = Result(i)
	}
	return results
}

// ResultFromLabel is the inverse of String; ok is false for any other word.
func ResultFromLabel(word string) (result Result, ok bool) {
	for result := range ResultCount {
		if result.String() == word {
			return result, true
		}
	}
	return 0, false
}

// String returns the label value of the result.
func (r Result) String() string {
	return [ResultCount]string{
		"accepted", "duplicate", "unknown_key", "bad_signature", "stale", "future",
		"unsupported", "malformed", "too_large", "error", "overload",
	}[r]
}
