// SPDX-License-Identifier: Apache-2.0

// Package nxcloud is the wire contract of NXCloud's signed DID SMS callback:
// the signature over the raw bytes, the strict reading of the body, and the
// vendor's words. It turns a Delivery into a Caller and then into an sms.Event.
//
// The contract is the vendor's page "DID SMS Callback (Signed)"; where that page
// is silent or contradicts its neighbours, the rule here says which page it is
// taken from. The package uses the standard library alone.
package nxcloud

import (
	"net/http"
	"time"

	"didsms_exporter/internal/sms"
)

// The contract's header names, in the case in which Go's server keeps them. The
// vendor's page writes accessKey and bizType; on the wire they arrive in lower
// case.
const (
	HeaderAccessKey = "Accesskey"
	HeaderTimestamp = "Ts"
	HeaderBizType   = "Biztype"
	HeaderAction    = "Action"
	HeaderSign      = "Sign"
	HeaderAlgorithm = "Algorithm" // optional; not part of the signed text
)

// BizTypeDID is the vendor's number for its DID product. The same key pair signs
// the customer's own calls to other products, so nothing else is accepted.
const BizTypeDID = "4"

// Delivery is one HTTP request as it arrived: never parsed, never altered.
type Delivery struct {
	Header    http.Header
	Body      []byte
	ArrivedAt time.Time
}

// Caller is who a delivery says it is from. Before verification it is a claim
// fit for a metric label and nothing else; Verify alone makes it a fact.
type Caller struct {
	Account  *Account  // the configured account that the access key names, or nil
	Kind     sms.Kind  // what the action header says, or KindUnknown
	SignedAt time.Time // the ts header; zero before verification
}

// AccountName returns the account label of the caller: the configured name, or
// "unknown".
func (c Caller) AccountName() string {
	if c.Account == nil {
		return "unknown"
	}
	return c.Account.Name
}

// Refusal is why a delivery was not counted: the result that the metric shows,
// and a reason from a closed set for the people who may see the debug page. It
// never holds anything that came from outside, nor an expected signature.
type Refusal struct {
	Result sms.Result
	Reason string
}

// Error returns the result and the reason.
func (r *Refusal) Error() string { return r.Result.String() + ": " + r.Reason }

func refuse(result sms.Result, reason string) *Refusal {
	return &Refusal{Result: result, Reason: reason}
}
