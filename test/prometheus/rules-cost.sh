#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Prints what one evaluation of the rules costs a server that has a week of 400
# numbers behind it, as the server's own metrics say. Takes three minutes.
#   rules-cost.sh PROMETHEUS [NUMBERS]
set -euo pipefail
prometheus=$(realpath "$1")
numbers=${2:-400}
cd "$(dirname "$0")"
rules=$(realpath ../../alerts/rules)

folder=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; wait; rm -rf "$folder"' EXIT
go run ./seed --out "$folder/data" --numbers "$numbers"
printf 'global: {evaluation_interval: 1m}\nrule_files: ["%s/*.yml"]\n' "$rules" >"$folder/prometheus.yml"
"$prometheus" --config.file="$folder/prometheus.yml" --storage.tsdb.path="$folder/data" \
	--web.listen-address=127.0.0.1:19099 --log.level=error &
server=$!

# Groups are spread over the minute, so after two of them each has run once at least.
echo "evaluating for 130 s ..."
sleep 130
curl -sS 127.0.0.1:19099/metrics | awk -v numbers="$numbers" '
	/^prometheus_rule_evaluation_failures_total/ { failures += $2 }
	/^prometheus_rule_group_iterations_total/ { iterations += $2 }
	/^prometheus_rule_group_last_duration_seconds/ { sub(/.*;/, "", $1); sub(/".*/, "", $1); printf "%-26s %7.3f s\n", $1, $2; sum += $2 }
	END {
		printf "%-26s %7.3f s a minute at %d numbers (%d evaluations of groups, %d failures)\n", "all groups", sum, numbers, iterations, failures
		exit !(iterations > 0 && failures == 0)
	}'
