// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"net/http"

	"didsms_exporter/internal/nxcloud"
)

// parameters are the signed values of headers that occur once each.
func parameters(header http.Header) nxcloud.Parameters {
	return nxcloud.Parameters{
		AccessKey: only(header, nxcloud.HeaderAccessKey),
		Action:    only(header, nxcloud.HeaderAction),
		BizType:   only(header, nxcloud.HeaderBizType),
		Timestamp: only(header, nxcloud.HeaderTimestamp),
	}
}

// matchingSecret finds the secret with which a signature was made; 0: none.
func matchingSecret(account *nxcloud.Account, header http.Header, body []byte) (nxcloud.Algorithm, int) {
	sign := only(header, nxcloud.HeaderSign)
	algorithm := hashOf(sign)
	if account == nil || algorithm == nxcloud.AlgorithmAuto {
		return algorithm, 0
	}
	for n, secret := range account.Secrets {
		if sameSign(nxcloud.Sign(algorithm, parameters(header), body, secret), sign) {
			return algorithm, n + 1
		}
	}
	return algorithm, 0
}
