# `make` alone lists what there is. Go is all that build, test, fuzz and bench
# need; lint fetches its linter as a Go module, e2e says what else it wants.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

GO ?= go
GOTESTFLAGS ?=
FUZZTIME ?= 60s
BENCHCOUNT ?= 6
# PROM_NEW=0 leaves the pinned Prometheus out of the end-to-end tests: its first
# build takes minutes.
PROM_NEW ?= 1

CACHE := $(CURDIR)/.cache
TOOLS := $(CACHE)/tools
PINNED := $(CACHE)/prometheus
MODULES := . dashboards/gen test test/operator test/prometheus

.PHONY: help
help: ## List the targets.
	@sed -nE 's/^([a-z0-9-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r name what; do printf '  %-10s %s\n' "$$name" "$$what"; done

.PHONY: build
build: ## Build the static binary ./didsms_exporter.
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o didsms_exporter .

# The race detector needs cgo and a C compiler. A machine without them runs the
# same tests without it, and the output says so.
CC_FOUND := $(shell command -v "$$($(GO) env CC | cut -d' ' -f1)" 2>/dev/null)
RACE := $(if $(and $(filter 1,$(shell $(GO) env CGO_ENABLED)),$(CC_FOUND)),-race,)

.PHONY: test
test: ## Vet and test the module: Go alone, minutes.
	$(GO) vet ./...
	$(if $(RACE),,@echo 'test: WITHOUT the race detector: it needs CGO_ENABLED=1 and a C compiler')
	$(GO) test $(RACE) $(GOTESTFLAGS) ./...
	@echo 'test: left out: real Prometheus servers and the image (make e2e), linters (make lint),'
	@echo 'test: fuzzing beyond the seeds (make fuzz), benchmarks (make bench)$(if $(RACE),, and the race detector)'

# Everything but the image is one Go test binary. -count=1: what it tests lies
# outside of its module, where the test cache does not look. -parallel: its tests
# mostly wait for scrapes.
.PHONY: e2e
e2e: e2e-needs $(TOOLS)/openmetrics $(TOOLS)/vmalert $(if $(filter 0,$(PROM_NEW)),,$(PINNED)/prometheus) ## Test the binary and the image against real programs.
	cd test && $(GO) vet ./...
	cd test/prometheus && $(GO) vet ./... && $(GO) run ./ruletests -check && $(GO) test -count=1 $(GOTESTFLAGS) ./...
	cd test/operator && $(GO) vet ./... && $(GO) test -count=1 $(GOTESTFLAGS) ./...
	cd dashboards/gen && $(GO) vet ./... && $(GO) test -count=1 $(GOTESTFLAGS) ./...
	cd test && PROM_NEW=$(PROM_NEW) PINNED_DIR='$(PINNED)' OPENMETRICS='$(TOOLS)/openmetrics' VMALERT='$(TOOLS)/vmalert' $(GO) test -count=1 -parallel 4 -timeout 20m $(GOTESTFLAGS) ./...
	test/image/run.sh

.PHONY: e2e-needs
e2e-needs:
	test/install.sh

$(TOOLS)/openmetrics: test/prometheus/go.sum test/prometheus/openmetrics/main.go
	cd test/prometheus && CGO_ENABLED=0 $(GO) build -o $@ ./openmetrics

$(TOOLS)/vmalert: test/vmalert/go.sum
	cd test/vmalert && CGO_ENABLED=0 $(GO) build -o $@ github.com/VictoriaMetrics/VictoriaMetrics/app/vmalert

# remove_all_sd drops the service discoveries that need a cloud's SDK, which are
# most of the server and of the time it takes to build.
$(PINNED)/prometheus: test/prometheus/go.sum
	mkdir -p $(PINNED)
	cd test/prometheus && CGO_ENABLED=0 $(GO) build -tags remove_all_sd -o $(PINNED)/ github.com/prometheus/prometheus/cmd/promtool github.com/prometheus/prometheus/cmd/prometheus

.PHONY: lint
lint: $(TOOLS)/golangci-lint ## Lint every module.
	@for module in $(MODULES); do echo "lint: $$module"; (cd "$$module" && '$(TOOLS)/golangci-lint' run --allow-parallel-runners --config '$(CURDIR)/.golangci.yml' ./...); done

$(TOOLS)/golangci-lint: test/tools/go.sum
	cd test/tools && CGO_ENABLED=0 $(GO) build -o $@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

.PHONY: fuzz
fuzz: ## Run every fuzz target for FUZZTIME (60s).
	GO='$(GO)' test/fuzz.sh '$(FUZZTIME)'

.PHONY: fuzz-long
fuzz-long: ## Run every fuzz target for ten minutes, by hand.
	GO='$(GO)' test/fuzz.sh 10m

# The crash model writes through SQLite in bytecode turned into Go, which the race
# detector makes fifteen times slower: here it runs without.
.PHONY: test-model
test-model: ## Crash the store at every step of 5,000 schedules.
	$(GO) test $(GOTESTFLAGS) -count=1 -run 'TestCrash' ./internal/store

.PHONY: test-crash
test-crash: e2e-needs ## Crash for long, by hand: 100,000 schedules, 20 kill -9, a million events.
	DIDSMS_CRASH_SCHEDULES=100000 $(GO) test -v -count=1 -run 'TestCrash$$' -timeout 60m ./internal/store
	DIDSMS_MILLION=1 $(GO) test -v -count=1 -run Million -timeout 30m ./internal/store
	cd test && DIDSMS_CRASH_ROUNDS=20 $(GO) test -v -count=1 -run TestKillNine ./e2e

# The rules: what they cost, whether their tests would notice a fault, and how they
# behave over a month.
.PHONY: rules-cost
rules-cost: $(PINNED)/prometheus ## Print what the rules cost a server at 400 numbers.
	test/prometheus/rules-cost.sh $(PINNED)/prometheus 400

.PHONY: rules-mutate
rules-mutate: $(PINNED)/prometheus ## Break every guard, window and threshold of the rules and see their tests fail, by hand.
	cd test/prometheus && $(GO) run ./mutants -promtool '$(PINNED)/promtool'

.PHONY: rules-replay
rules-replay: ## Replay thirty days with six incidents through the rules, by hand.
	cd test/prometheus && $(GO) run ./replay

.PHONY: rules-replay-short
rules-replay-short: ## Replay the first ten of these days.
	cd test/prometheus && $(GO) run ./replay --days 10

.PHONY: pictures
pictures: ## Take pictures of the dashboards, over PROMETHEUS_URL or else over simulated traffic, by hand.
	$(if $(PROMETHEUS_URL),test/preview/run.sh,test/preview/with-data.sh real) --out '$(CURDIR)/.cache/pictures'

.PHONY: stack
stack: ## Run everything together in containers, on simulated traffic.
	docker build -t didsms_exporter .
	$(GO) run . export --force --rehearsal 20 .cache/stack
	docker compose -f .cache/stack/compose/compose.yml up

.PHONY: bench
bench: ## Run the benchmarks BENCHCOUNT (6) times, ready for benchstat.
	$(GO) test -run '^$$' -bench . -benchmem -count $(BENCHCOUNT) ./collector/... ./receiver/... ./internal/store/...

.PHONY: clean
clean: ## Remove what was built and fetched.
	rm -rf didsms_exporter '$(CACHE)'
