// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"fmt"
	"strings"

	"didsms_exporter/internal/nxcloud"
)

// rawBytes is the advice for whatever touches a body on its way.
const rawBytes = "Find what rewrites the body (a gateway, a proxy script, an application in front, or the tool that made this recording) and let it pass the bytes through untouched."

func causeHash(algorithm, pinned nxcloud.Algorithm, named bool) Cause {
	c := Cause{Name: "other-hash", What: fmt.Sprintf("The signature is made with %s, which is not the expected algorithm.", algorithm)}
	switch {
	case named:
		c.Do = "The algorithm header says something else. Let the sender, or whatever adds the header on the way, name the algorithm that was used."
	case pinned != nxcloud.AlgorithmAuto:
		c.Do = fmt.Sprintf("The account is set to %s: set its algorithm to auto or %s, or change it in NXCloud's console.", pinned, algorithm)
	default:
		c.Do = fmt.Sprintf("No algorithm header names it, so md5 is expected. Set algorithm: %s for the account, or let the sender add the header.", algorithm)
	}
	return c
}

func causeOtherSecret(named, fits string) Cause {
	return Cause{
		Name: "other-secret",
		What: fmt.Sprintf("The access key is that of account %s, but the secret of account %s was used.", named, fits),
		Do:   "The secrets of the two accounts are mixed up: compare each key pair with NXCloud's console, and correct the secret files.",
	}
}

func causeMistypedKey(account string) Cause {
	return Cause{
		Name: "mistyped-key",
		What: fmt.Sprintf("The access key is not configured, yet the secret of account %s fits.", account),
		Do:   fmt.Sprintf("Correct the access_key of account %s (or DIDSMS_ACCESS_KEY): the whole key as the console shows it, upper and lower case included.", account),
	}
}

func causeOtherKey(account string) Cause {
	return Cause{
		Name: "other-key",
		What: fmt.Sprintf("The callback is signed for account %s, but the accessKey header holds another key.", account),
		Do:   "Something sets the accessKey header on the way, or the sender mixes two accounts: let it pass the header on as it came.",
	}
}

func causeSecretSpace(account string) Cause {
	return Cause{
		Name: "secret-space",
		What: fmt.Sprintf("The configured secret of account %s has space or quotation marks around it that do not belong to it.", account),
		Do:   "Write the file anew without them: printf %s 'SECRET' > FILE. Docker's --env-file keeps quotation marks as part of a value.",
	}
}

func causeSenderSecretSpace() Cause {
	return Cause{
		Name: "secret-space",
		What: "The sender signed with a line end or a space behind the secret.",
		Do:   "Correct the sender's copy of the secret: printf %s writes no line end, echo does.",
	}
}

func causeKeyIsSecret(account string) Cause {
	return Cause{
		Name: "key-is-secret",
		What: fmt.Sprintf("Access key and secret of account %s are configured the wrong way round.", account),
		Do:   "Exchange them. The access key travels with each callback; the secret must not: if it was sent anywhere as a key, replace it in the console.",
	}
}

func causeMissing(names []string) Cause {
	return Cause{
		Name: "missing-header",
		What: "Headers of the contract are missing or empty: " + strings.Join(names, ", ") + ".",
		Do:   "Let whatever stands in front, or records, pass all of accesskey, action, biztype, ts and sign on.",
	}
}

func causeRepeated(names []string) Cause {
	return Cause{
		Name: "repeated-header",
		What: "Headers occur more than once: " + strings.Join(names, ", ") + ".",
		Do:   "Something adds them a second time (a proxy that sets headers it should pass on). Exactly one of each may arrive.",
	}
}

func causeJoined(names []string) Cause {
	return Cause{
		Name: "joined-header",
		What: "Several values stand in one header, with a comma between: " + strings.Join(names, ", ") + ".",
		Do:   "A proxy joined two headers of the same name. Find what adds the second one, and let exactly one of each pass.",
	}
}

func causeQuoted(names []string) Cause {
	return Cause{
		Name: "quoted-header",
		What: "Values stand in quotation marks or odd space: " + strings.Join(names, ", ") + ".",
		Do:   "Let the sender, or whatever sets the headers on the way, write the bare value.",
	}
}

func causeExchanged(names []string) Cause {
	return Cause{
		Name: "exchanged-headers",
		What: "The right values stand under the wrong names: " + strings.Join(names, ", ") + ".",
		Do:   "Correct what sets these headers: the sender, or a proxy rule that renames them.",
	}
}

func causeTimeUnit(unit string) Cause {
	return Cause{
		Name: "ts-unit",
		What: "ts is in " + unit + "; the contract wants milliseconds, 13 digits.",
		Do:   "Let the sender sign and send the time in milliseconds. NXCloud does; this is another sender or a rewritten header.",
	}
}

func causeCase() Cause {
	return Cause{
		Name: "action-case",
		What: "action is not in lower case; the contract has mo and dr.",
		Do:   "Let the sender write it in lower case, or stop what changes it on the way.",
	}
}

func causeOtherProduct(bizType string) Cause {
	what := "The callback is not one of the DID product: action must be mo or dr, and bizType 4."
	if product := products[bizType]; product != "" {
		what = "The callback belongs to another product of NXCloud: bizType " + bizType + " is " + product + "."
	}
	return Cause{
		Name: "other-product",
		What: what,
		Do:   "Give that product a callback URL of its own in the console; this exporter counts DID messages only.",
	}
}

// products are the vendor's numbers, from its pages on signatures.
var products = map[string]string{
	"1": "number check", "2": "WhatsApp", "3": "bulk SMS", "5": "virtual numbers", "6": "one-tap login", "7": "Viber", "8": "voice", "9": "Zalo",
}

func causeBase64() Cause {
	return Cause{
		Name: "sign-base64",
		What: "The signature is in base64; the contract wants hexadecimal.",
		Do:   "Let the sender write the hash as lower-case hexadecimal digits.",
	}
}

func causeWording(w wording) Cause {
	what := map[wording]string{
		wordingLowerCase: "with lower-case names (accesskey, biztype) in the signed text; the contract has accessKey, bizType and accessSecret",
		wordingAlgorithm: "with the algorithm in the signed text; the contract leaves it out",
		wordingHMAC:      "as an HMAC; the contract has a plain hash with &accessSecret= at the end of the text",
	}[w]
	return Cause{
		Name: "signed-text",
		What: "The sender signed " + what + ".",
		Do:   "Correct the sender; 'didsms_exporter sign' prints what it should send. NXCloud itself does not do this.",
	}
}

func causeFinalLineEnd() Cause {
	return Cause{
		Name: "final-line-end",
		What: "The body ends with a line end that was not signed.",
		Do:   "Something adds it behind the body: an editor, echo, or the tool that made this recording. Send the bare bytes (printf %s, curl --data-binary) or record them so.",
	}
}

func causeMissingLineEnd() Cause {
	return Cause{
		Name: "missing-line-end",
		What: "The body was signed with a line end behind it, which is missing here.",
		Do:   "Something trims the body, such as curl -d @FILE, a shell's $(...) or the tool that made this recording. Send or record the bare bytes.",
	}
}

func causeLineEnds() Cause {
	return Cause{
		Name: "line-ends",
		What: "Line ends inside the body were changed, between CRLF and LF.",
		Do:   "Something treats the body as text: an FTP or mail step, an editor, git, or the tool that made this recording. " + rawBytes,
	}
}

func causeBOM() Cause {
	return Cause{
		Name: "byte-order-mark",
		What: "A byte order mark stands in front of the body, and was not signed; or it was signed and is gone.",
		Do:   "Save the body as UTF-8 without a mark (BOM), and let nothing on the way add or remove one.",
	}
}

func causeSurroundings() Cause {
	return Cause{
		Name: "surrounding-space",
		What: "There is space around the body that was not signed.",
		Do:   rawBytes,
	}
}

func causeCut(length, whole int) Cause {
	return Cause{
		Name: "content-length",
		What: fmt.Sprintf("Content-Length is %d, but the body that was signed has %d bytes: the rest is cut off.", length, whole),
		Do:   "Whoever sets Content-Length counts characters in the place of bytes, or keeps the length of an earlier body. Let it be computed from the bytes sent.",
	}
}

func causeLeftOut() Cause {
	return Cause{
		Name: "body-not-signed",
		What: "The signature does not cover the body: it was made as if there were none.",
		Do:   "NXCloud does this for multipart/form-data only: set the number's callback to JSON in its console. Another sender must add &body= and the bytes.",
	}
}

func causeChunked() Cause {
	return Cause{
		Name: "chunked",
		What: "The sizes of the chunks of a chunked transfer stand in the body.",
		Do:   "Something passes the body on without its Transfer-Encoding header. Let it put the chunks together, or pass the header on.",
	}
}

func causeCompressed() Cause {
	return Cause{
		Name: "compressed",
		What: "The body is compressed (gzip or deflate); the signature covers it uncompressed.",
		Do:   "Turn compression of requests off in the proxy in front, or let it uncompress them and drop Content-Encoding.",
	}
}

func causeCharset(is, signed string) Cause {
	return Cause{
		Name: "charset",
		What: fmt.Sprintf("The body is in %s, but was signed in %s.", is, signed),
		Do:   "Something converts the text's encoding (often with a Content-Type that names another charset). " + rawBytes,
	}
}

func causeEscaped(where string) Cause {
	return Cause{
		Name: "escaped",
		What: "The body stands here with the escapes of " + where + ".",
		Do:   "Usually the recording alone is at fault: take the raw bytes (tcpdump -w, a proxy's raw body), or undo the escapes before you verify.",
	}
}

func causeRewritten(changed []string) Cause {
	return Cause{
		Name: "re-serialised",
		What: "The body was read and written again as JSON. What changed: " + strings.Join(changed, ", ") + ".",
		Do:   rawBytes + " Even harmless changes break a signature over bytes.",
	}
}
