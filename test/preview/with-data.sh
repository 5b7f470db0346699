#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Take pictures over a Prometheus that is started for them and stopped afterwards.
#   with-data.sh real|started|empty|hostile [arguments of shots.mjs]
# real: the demo, watched for MINUTES (15). started: an exporter that nothing was sent to. empty: a server that knows of
# no exporter. hostile: see data/hostile.mjs.
#   PROMETHEUS  the program (default: what `make` built, else the one on the path); promtool is looked for beside it
#   PORT        of Prometheus; the two after it are the exporter's (default 19890)
#   MINUTES     see real
set -euo pipefail
kind=${1:-}
case $kind in real | started | empty | hostile) shift ;; *)
	echo "usage: with-data.sh real|started|empty|hostile [--out DIR ...]" >&2
	exit 2
	;;
esac
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
port=${PORT:-19890}
unset PORT # run.sh starts a server of its own on any port
if [[ -z ${PROMETHEUS:-} ]]; then
	PROMETHEUS=$root/.cache/prometheus/prometheus
	[[ -x $PROMETHEUS ]] || PROMETHEUS=$(command -v prometheus) || {
		echo "with-data.sh: no prometheus on the path: install it, or set PROMETHEUS" >&2
		exit 1
	}
fi
promtool=$(dirname "$PROMETHEUS")/promtool

work=$(mktemp -d)
started=()
stop() {
	((${#started[@]} == 0)) || kill "${started[@]}" 2>/dev/null || true
	wait
	rm -rf "$work"
}
trap stop EXIT

answers() {
	local try
	for try in {1..100}; do
		curl -fsS -o /dev/null "$1" 2>/dev/null && return
		sleep 0.3
	done
	echo "with-data.sh: nobody answers at $1" >&2
	tail "$work"/*.log >&2
	exit 1
}

# Somebody else's server would answer in the place of ours: the demo takes another port if its own is taken.
for door in "$port" $((port + 1)) $((port + 2)); do
	if (exec 3<>"/dev/tcp/127.0.0.1/$door") 2>/dev/null; then
		echo "with-data.sh: port $door is taken; set PORT to the first of three free ones" >&2
		exit 1
	fi
done

if [[ $kind == real || $kind == started ]]; then
	(cd "$root" && CGO_ENABLED=0 go build -o "$work/didsms_exporter" .)
	doors=(--web.listen-address "127.0.0.1:$((port + 1))" --receiver.listen-address "127.0.0.1:$((port + 2))")
	if [[ $kind == real ]]; then
		"$work/didsms_exporter" demo --seed 7 "${doors[@]}" >"$work/exporter.log" 2>&1 &
	else
		DIDSMS_ACCESS_KEY=preview DIDSMS_ACCESS_SECRET=preview DIDSMS_CURRENCY=USD "$work/didsms_exporter" serve --storage.path "$work/store" "${doors[@]}" >"$work/exporter.log" 2>&1 &
	fi
	started+=($!)
	answers "http://127.0.0.1:$((port + 1))/metrics"
fi

config=$work/prometheus.yml
write_config() {
	echo 'global: {scrape_interval: 5s, evaluation_interval: 5s}'
	[[ $kind == hostile ]] || echo "rule_files: ['$root/alerts/rules/*.yml']"
	[[ $kind == real || $kind == started ]] || return 0
	echo 'scrape_configs:'
	echo '  - job_name: didsms-exporter'
	[[ -z $1 ]] || echo "    $1"
	echo "    static_configs: [{targets: ['127.0.0.1:$((port + 1))']}]"
}
# Older servers do not know the key, and refuse it.
write_config 'scrape_native_histograms: true' >"$config"
"$promtool" check config "$config" >/dev/null 2>&1 || write_config '' >"$config"

if [[ $kind == hostile ]]; then
	end=$(($(date +%s) / 60 * 60))
	node "$here/data/hostile.mjs" "$end" >"$work/hostile.om"
	"$promtool" tsdb create-blocks-from openmetrics "$work/hostile.om" "$work/data" >/dev/null
	rm "$work/hostile.om"
fi
"$PROMETHEUS" --config.file="$config" --storage.tsdb.path="$work/data" --web.listen-address="127.0.0.1:$port" --log.level=error >"$work/prometheus.log" 2>&1 &
started+=($!)
answers "http://127.0.0.1:$port/-/ready"

range=()
case $kind in
real)
	echo "watching the demo for ${MINUTES:-15} minutes ..."
	sleep $((60 * ${MINUTES:-15}))
	# The demo sets no budget: that one panel may say so. The number is the one that fails.
	range=(--from "now-${MINUTES:-15}m" --scrape 5s --allow-empty didsms-spend/3 --var did=13105550178)
	;;
started)
	sleep 30
	range=(--no-empty-check)
	;;
empty) range=(--no-empty-check) ;;
# The end of the data, and not now: the last pictures may be minutes after the first.
hostile) range=(--from "$((end - 3 * 3600))000" --to "${end}000" --scrape 60s --no-empty-check) ;;
esac
[[ " $* " == *" --out "* ]] || range+=(--out "$here/out/$kind")
PROMETHEUS_URL=http://127.0.0.1:$port "$here/run.sh" "${range[@]}" "$@"
