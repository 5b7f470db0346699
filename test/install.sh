#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Sees to the programs that `make e2e` runs: installs them where it may (root on
# a Debian or Ubuntu), and elsewhere says which are missing.
set -euo pipefail

# Program and the Debian package that holds it. runc, because podman's usual
# crun needs a unified cgroup hierarchy; busybox for the image that the build
# starts from.
needs=(
	prometheus:prometheus
	promtool:prometheus
	prometheus-alertmanager:prometheus-alertmanager
	podman:podman
	buildah:buildah
	runc:runc
	busybox:busybox-static
	curl:curl
	sqlite3:sqlite3
	strace:strace
)

missing_packages() {
	local need
	for need in "${needs[@]}"; do
		command -v "${need%%:*}" >/dev/null || echo "${need#*:}"
	done | sort -u
}

packages=$(missing_packages)
[[ -n $packages ]] || exit 0
if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
	echo "install:" $packages
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -q
	# shellcheck disable=SC2086 # one word a package
	apt-get install -q -y --no-install-recommends $packages
	packages=$(missing_packages)
	[[ -n $packages ]] || exit 0
fi
echo "install: these are needed and not here (names of Debian's packages):" $packages >&2
exit 1
