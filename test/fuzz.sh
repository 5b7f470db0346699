#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs every fuzz target of the module for a time: test/fuzz.sh 60s. The targets
# are asked of the go command, so that a new one needs no entry anywhere.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-60s}
go=${GO:-go}

count=0
for package in $("$go" list ./...); do
	# -list prints the names and, last, a line of its own that is no name.
	listed=$("$go" test -list '^Fuzz' "$package")
	for target in $(sed -n '/^Fuzz/p' <<<"$listed"); do
		echo "fuzz: $package $target for $time"
		"$go" test -run '^$' -fuzz "^$target\$" -fuzztime "$time" "$package"
		count=$((count + 1))
	done
done
if [[ $count == 0 ]]; then
	echo 'fuzz: found no fuzz target' >&2
	exit 1
fi
echo "fuzz: $count targets, no finding"
