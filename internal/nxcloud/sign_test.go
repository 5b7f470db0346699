// SPDX-License-Identifier: Apache-2.0

package nxcloud_test

import (
	"os"
	"strings"
	"testing"

	"didsms_exporter/internal/nxcloud"
)

// vector is one block of testdata/signatures.txt.
type vector struct {
	name, secret, body string
	parameters         nxcloud.Parameters
	md5, sha256        string
}

func TestSign(t *testing.T) {
	vectors := newTestVectors(t)
	if len(vectors) != 6 {
		t.Fatalf("%d vectors, want 6", len(vectors))
	}
	for _, v := range vectors {
		for _, c := range []struct {
			algorithm nxcloud.Algorithm
			want      string
		}{{nxcloud.AlgorithmMD5, v.md5}, {nxcloud.AlgorithmAuto, v.md5}, {nxcloud.AlgorithmSHA256, v.sha256}} {
			got := nxcloud.Sign(c.algorithm, v.parameters, []byte(v.body), []byte(v.secret))
			if got != c.want {
				t.Errorf("%s, %v: got %s, want %s", v.name, c.algorithm, got, c.want)
			}
		}
	}
}

// The vendor leaves the body's piece out only when the body is empty: its PHP
// sample would also do so for the body "0", its Java and C# samples do not.
func TestSignKeepsOddBodies(t *testing.T) {
	p := nxcloud.Parameters{AccessKey: "k", Action: "dr", BizType: "4", Timestamp: "1690361994834"}
	seen := make(map[string]string)
	for _, body := range []string{"", "0", " ", "\n", "null", "{}", "\x00"} {
		sign := nxcloud.Sign(nxcloud.AlgorithmMD5, p, []byte(body), []byte("s"))
		if other, twice := seen[sign]; twice {
			t.Errorf("bodies %q and %q have one signature", body, other)
		}
		seen[sign] = body
	}
	if nxcloud.Sign(nxcloud.AlgorithmMD5, p, nil, []byte("s")) != nxcloud.Sign(nxcloud.AlgorithmMD5, p, []byte{}, []byte("s")) {
		t.Error("no body and an empty one have two signatures")
	}
}

// newTestVectors reads the file strictly: a misspelt header would otherwise turn
// a vector into a weaker one.
func newTestVectors(t *testing.T) []vector {
	t.Helper()
	text, err := os.ReadFile("testdata/signatures.txt")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []vector
	for block := range strings.SplitSeq(string(text), "\n\n") {
		if v, ok := newTestVector(t, block); ok {
			vectors = append(vectors, v)
		}
	}
	return vectors
}

func newTestVector(t *testing.T, block string) (v vector, ok bool) {
	t.Helper()
	places := map[string]*string{
		"name": &v.name, "secret": &v.secret, "body": &v.body, "body-end": new(string),
		"accessKey": &v.parameters.AccessKey, "action": &v.parameters.Action,
		"bizType": &v.parameters.BizType, "ts": &v.parameters.Timestamp,
		"md5": &v.md5, "sha256": &v.sha256,
	}
	found := make(map[string]bool)
	for line := range strings.Lines(block) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, text, _ := strings.Cut(line, ": ")
		if places[name] == nil || found[name] || text == "" {
			t.Fatalf("unknown, repeated or empty header in %q", line)
		}
		*places[name], found[name] = text, true
	}
	if len(found) == 0 {
		return v, false
	}
	for name := range places {
		if !found[name] && name != "body" && name != "body-end" {
			t.Fatalf("vector %q has no %s", v.name, name)
		}
	}
	switch *places["body-end"] {
	case "":
	case "LF":
		v.body += "\n"
	default:
		t.Fatalf("vector %q ends its body with %q", v.name, *places["body-end"])
	}
	return v, true
}
