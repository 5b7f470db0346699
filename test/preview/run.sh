#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Install, build, serve, take the pictures, stop. Arguments go to shots.mjs; without any: all dashboards into ./out.
#   PROMETHEUS_URL  the Prometheus to ask (default http://127.0.0.1:9090)
#   DASHBOARDS      the folder with the dashboards (default ../../dashboards)
#   CHROMIUM        the browser (default: the usual names)
set -eu
invoked=$PWD
cd "$(dirname "$0")"
here=$PWD

# Installed is what the lockfile says: npm ci only when it changed.
if ! cmp -s package-lock.json node_modules/.preview-lock 2>/dev/null; then
	npm ci --ignore-scripts --no-audit --no-fund
	cp package-lock.json node_modules/.preview-lock
fi
if [ ! -f dist/index.html ] || [ -n "$(find src index.html vite.config.mjs package-lock.json -newer dist/index.html)" ]; then
	node node_modules/vite/bin/vite.js build --logLevel warn
fi

[ $# -gt 0 ] || set -- --out "$here/out"
# Relative folders are relative to where the command was given; shots.mjs starts and stops the server itself.
if [ -n "${DASHBOARDS:-}" ]; then
	case $DASHBOARDS in /*) ;; *) DASHBOARDS=$invoked/$DASHBOARDS ;; esac
	export DASHBOARDS
fi
cd "$invoked"
exec node "$here/shots.mjs" "$@"
