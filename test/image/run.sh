#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds the Dockerfile and runs the image as a careful host would: read-only
# root, no capabilities, no root user, little memory. Sends one signed callback,
# looks for it on /metrics, wants a clean end within 10 seconds, and that the next
# container with the same volume knows the callback again.
#
# GO_IMAGE names another image to build in, say golang:1.26 where a registry is
# at hand; without it one is made of this machine's Go.
set -euo pipefail
cd "$(dirname "$0")/../.."

key=image-test-key
secret=image-test-secret
did=447700900004
image=localhost/didsms_exporter:test
name=didsms-exporter-image-test-$$

# A store of its own: the developer's images stay untouched, and podman does not
# mix up two storage drivers.
store=$(mktemp -d /var/tmp/didsms-image-XXXXXX)
buildah=(buildah --root "$store/root" --runroot "$store/run" --storage-driver overlay)
bud=("${buildah[@]}" bud --format docker --isolation chroot --network host)

# podman_here drops podman's complaint that without systemd no timer runs the
# image's health check: check does it by hand.
podman_here() {
	podman --root "$store/root" --runroot "$store/run" --storage-driver overlay --runtime runc "$@" \
		2> >(grep -v 'systemd connection' >&2)
}

cleanup() {
	podman_here rm -f "$name" >/dev/null 2>&1 || true
	podman_here volume rm "$name" >/dev/null 2>&1 || true
	"${buildah[@]}" rmi -a -f >/dev/null 2>&1 || true
	rm -rf "$store"
}
trap cleanup EXIT

say() { echo "image: $*"; }
fail() {
	say "FAILED: $*" >&2
	podman_here logs "$name" >&2 || true
	exit 1
}

# build makes the image under test.
build() {
	local go_image=${GO_IMAGE:-localhost/golang:host}
	if [[ -z ${GO_IMAGE:-} ]]; then
		say 'base from the Go of this machine'
		test/image/base.sh "$go_image" "${bud[@]}" >"$store/base.log" 2>&1 || { cat "$store/base.log" >&2; return 1; }
	fi
	say "build the Dockerfile in $go_image"
	"${bud[@]}" --build-arg GO_IMAGE="$go_image" --build-arg VERSION=0.0.0-test -t "$image" . >"$store/build.log" 2>&1 ||
		{ cat "$store/build.log" >&2; return 1; }
}

# inspect holds the image to what its users rely on.
inspect() {
	local config
	config=$(podman_here inspect --format '{{.Config.User}} {{.Config.Entrypoint}} {{.Config.ExposedPorts}}' "$image")
	[[ $config == '65532:65532 [/didsms_exporter] map[8080/tcp:{} 9911/tcp:{}]' ]] || fail "configuration is: $config"
	local version
	version=$("${run[@]}" --rm "$image" version)
	[[ $version == *0.0.0-test* ]] || fail "version says: $version"
	say "$(("$(podman_here inspect --format '{{.Size}}' "$image")" / 1000000)) MB, $version"
}

# Some hosts let a container have no more files and processes than this.
run=(podman_here run --read-only --cap-drop all --security-opt no-new-privileges --memory 96m
	--ulimit nofile=1024:1024 --ulimit nproc=1024:1024)

free_port() {
	local port
	while :; do
		port=$((20000 + RANDOM % 10000))
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
	done
}

# start starts a container with a time zone by name, which an image without a
# zone database of any kind would refuse.
start() {
	receiver=127.0.0.1:$(free_port)
	web=127.0.0.1:$(free_port)
	"${run[@]}" -d --name "$name" \
		-p "$receiver:8080" -p "$web:9911" -v "$name:/data" \
		-e DIDSMS_ACCESS_KEY=$key -e DIDSMS_ACCESS_SECRET=$secret \
		-e DIDSMS_TIME_ZONE=Asia/Shanghai "$image" >/dev/null
	local deadline=$((SECONDS + 20))
	until curl -fsS -o /dev/null "http://$web/-/ready" 2>/dev/null; do
		((SECONDS < deadline)) || fail 'not ready within 20 s'
		sleep 0.1
	done
	local pid uid
	pid=$(podman_here inspect --format '{{.State.Pid}}' "$name")
	uid=$(awk '/^Uid:/ { print $2 }' "/proc/$pid/status")
	[[ $uid != 0 ]] || fail 'runs as root'
	say "ready, as user $uid"
}

# send signs and posts one receipt; it prints the status and the word. The
# signature is put together from the vendor's page once more, with coreutils.
send() {
	local body ts sign
	body='{"messageId":"00000000000000000000000000000001","toPhone":"12025550143","fromPhone":"'$did'","content":"x","size":"1","price":"0.0360","receiveTime":"2026-01-01 00:00:00","smsStatus":"DELIVRD"}'
	ts=$(date +%s%3N)
	sign=$(printf '%s' "accessKey=$key&action=dr&bizType=4&ts=$ts&body=$body&accessSecret=$1" | md5sum | cut -d' ' -f1)
	curl -sS -w ' %{http_code}' -H 'Content-Type: application/json' -H "accesskey: $key" -H 'action: dr' -H 'biztype: 4' \
		-H "ts: $ts" -H "sign: $sign" --data-binary "$body" "http://$receiver/callback"
}

metric() { curl -fsS "http://$web/metrics" | sed -n "s/^$1 //p"; }

# counted holds the exporter to how many callbacks had a result. By account: a
# newly discovered number shows 0 for its first half minute.
counted() {
	local series="didsms_callbacks_total{account=\"main\",kind=\"dr\",result=\"$1\"}" value
	value=$(metric "$series")
	[[ $value == "$2" ]] || fail "$series is '$value', want $2"
}

check() {
	local answer
	answer=$(send "$secret")
	[[ $answer == 'success 200' ]] || fail "answer to a signed callback: $answer"
	answer=$(send another-secret)
	[[ $answer == 'error 401' ]] || fail "answer to a forged callback: $answer"
	counted accepted 1
	podman_here healthcheck run "$name" >/dev/null || fail 'the health check of the image fails'
	say 'healthy; one callback accepted, a forged one refused, one counted'
}

check_again() {
	local answer
	answer=$(send "$secret")
	[[ $answer == 'success 200' ]] || fail "answer to the same callback after a restart: $answer"
	counted duplicate 1
	say 'the next container knows the callback'
}

stop() {
	local before code took
	before=$(date +%s%3N)
	podman_here stop -t 15 "$name" >/dev/null
	took=$(($(date +%s%3N) - before))
	code=$(podman_here wait "$name")
	[[ $code == 0 ]] || fail "exit code $code"
	((took < 10000)) || fail "took $took ms to stop"
	say "stopped in $took ms with exit code 0"
	podman_here rm "$name" >/dev/null
}

build
inspect
start
check
stop
start
check_again
stop
say 'passed'
