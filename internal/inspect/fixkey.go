// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"bytes"

	"didsms_exporter/internal/nxcloud"
)

// otherHash: signed with the other algorithm than the headers and the account say.
func (s *search) otherHash(a attempt) []attempt {
	algorithm := hashOf(a.values[fieldSign])
	expected := s.expected(a.values[fieldKey])
	if a.anyHash || algorithm == nxcloud.AlgorithmAuto || algorithm == expected {
		return nil
	}
	a.anyHash = true
	pinned := nxcloud.AlgorithmAuto
	if account := s.account(a.values[fieldKey]); account != nil {
		pinned = account.Algorithm
	}
	return []attempt{a.after(causeHash(algorithm, pinned, len(s.capture.Header[nxcloud.HeaderAlgorithm]) > 0))}
}

// otherSecret: the key stands, the secret is another account's.
func (s *search) otherSecret(a attempt) []attempt {
	if a.secrets != nil {
		return nil
	}
	var attempts []attempt
	named := s.account(a.values[fieldKey])
	for _, account := range s.keyring.Accounts() {
		if account == named {
			continue
		}
		b := a
		b.secrets = account.Secrets
		if named == nil {
			attempts = append(attempts, b.excuse(fieldKey).after(causeMistypedKey(account.Name)))
		} else {
			attempts = append(attempts, b.after(causeOtherSecret(named.Name, account.Name)))
		}
	}
	return attempts
}

// otherKey: everything is another account's but the access key header.
func (s *search) otherKey(a attempt) []attempt {
	if a.secrets != nil || a.values[fieldKey] == "" {
		return nil
	}
	var attempts []attempt
	for _, account := range s.keyring.Accounts() {
		if account.AccessKey != a.values[fieldKey] {
			attempts = append(attempts, a.with(fieldKey, account.AccessKey).after(causeOtherKey(account.Name)))
		}
	}
	return attempts
}

// secretWrapping is what files and variables put around a secret.
const secretWrapping = " \t\r\n\"'`\u00a0\u200b\ufeff" //nolint:gosec // no secret

// secretSpace: the configured secret has something around it that the vendor's
// does not have, or the sender's copy has.
func (s *search) secretSpace(a attempt) []attempt {
	account := s.account(a.values[fieldKey])
	if account == nil || a.secrets != nil {
		return nil
	}
	ours, theirs := a, a
	for _, secret := range account.Secrets {
		if bare := bytes.Trim(secret, secretWrapping); len(bare) > 0 && len(bare) < len(secret) {
			ours.secrets = append(ours.secrets, bare)
		}
		for _, end := range []string{"\n", "\r\n", " "} {
			theirs.secrets = append(theirs.secrets, append(bytes.Clone(secret), end...))
		}
	}
	attempts := []attempt{theirs.after(causeSenderSecretSpace())}
	if ours.secrets != nil {
		attempts = append(attempts, ours.after(causeSecretSpace(account.Name)))
	}
	return attempts
}

// keyIsSecret: key and secret were configured the wrong way round.
func (s *search) keyIsSecret(a attempt) []attempt {
	for _, account := range s.keyring.Accounts() {
		for _, secret := range account.Secrets {
			if string(secret) == a.values[fieldKey] && a.secrets == nil {
				a.secrets = [][]byte{[]byte(account.AccessKey)}
				return []attempt{a.excuse(fieldKey).after(causeKeyIsSecret(account.Name))}
			}
		}
	}
	return nil
}
