# Both bases can be exchanged, for a mirror or for a machine without a registry.
ARG GO_IMAGE=golang:1.26
ARG RUN_IMAGE=scratch

FROM ${GO_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
ARG VERSION=
# Static and with Go's own time zones, for an image that has neither a C library
# nor /usr/share/zoneinfo. No repository is here to stamp from.
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -trimpath -buildvcs=false -tags timetzdata \
    -ldflags "-s -w -X didsms_exporter/internal/command.release=${VERSION}" \
    -o /out/didsms_exporter . && mkdir -p /out/data

FROM ${RUN_IMAGE}
ARG VERSION=
LABEL org.opencontainers.image.title="didsms_exporter" \
      org.opencontainers.image.description="Prometheus exporter for NXCloud's signed DID SMS callbacks" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
COPY --from=build /out/didsms_exporter /didsms_exporter
# What must outlive the container; a volume made from it belongs to the same user.
COPY --from=build --chown=65532:65532 /out/data /data
ENV DIDSMS_STORAGE_PATH=/data
VOLUME /data
# Nobody, by number: an image without /etc/passwd knows no names.
USER 65532:65532
# The public door and the private one.
EXPOSE 8080 9911
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s CMD ["/didsms_exporter", "healthcheck"]
ENTRYPOINT ["/didsms_exporter"]
