#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds an image to build in, from this machine's own Go, for machines that
# reach no image registry: test/image/base.sh TAG BUILDAH [OPTION...]
#
# It has busybox where the public image has Debian, so the Dockerfile keeps to
# plain go commands.
set -euo pipefail
tag=$1
shift

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
root=$folder/rootfs
mkdir -p "$root"/{bin,etc/ssl/certs,tmp,usr/local,root,go}
chmod 1777 "$root/tmp"

cp "$(command -v busybox)" "$root/bin/busybox"
for applet in $("$root/bin/busybox" --list); do
	# Not itself, which would be a link in a circle.
	[[ $applet == busybox ]] || ln -sf busybox "$root/bin/$applet"
done
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
cp -a "$(go env GOROOT)" "$root/usr/local/go"
rm -rf "$root"/usr/local/go/{test,api,doc}

cat >"$folder/Dockerfile" <<'EOF'
FROM scratch
COPY rootfs/ /
ENV PATH=/usr/local/go/bin:/go/bin:/bin GOPATH=/go GOTOOLCHAIN=local HOME=/root
WORKDIR /go
EOF
"$@" -t "$tag" "$folder"
