# The commands of this repository; `make help` lists them. Each installs the Debian packages it lacks.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON := .venv/bin/python
BENCHES := $(subst _,-,$(patsubst Tests/Benchmarks/bench_%.py,bench-%,$(sort $(wildcard Tests/Benchmarks/bench_*.py))))
SWIFT_SOURCES := Package.swift Sources Tests

.PHONY: help run test lint bench $(BENCHES) test-bare soak tsan proto format clean

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | column -t -s '|'
	@$(if $(BENCHES),printf '%s\n' $(BENCHES:%='make %'))

run: ## build, quantize the small model, serve it on two workers, generate (ONCE=1: stop after the answer)
	@.ci/install-debian.sh run
	@swift build -c release --product octavo
	@.ci/demo.sh

test: ## everything that can fail: the Swift suites, then the acceptance tests from Python
	@.ci/step begin
	@.ci/step install .ci/install-debian.sh test
	@.ci/step python .ci/python-environment.sh
	@.ci/step build swift build -c release --build-tests
	@.ci/step "swift tests" swift test -c release --skip-build --disable-xctest
	@.ci/step "acceptance tests" $(PYTHON) -m pytest Tests/Acceptance

lint: ## formatting, imports against Sources/README.md, tidiness, generated code against proto/
	@.ci/install-debian.sh lint
	@.ci/lint.sh

bench: $(BENCHES) ## every benchmark, or one: make bench-NAME

$(BENCHES): bench-%:
	@.ci/install-debian.sh bench
	@.ci/python-environment.sh
	@$(PYTHON) Tests/Benchmarks/bench_$(subst -,_,$*).py

test-bare: ## prove in a fresh Debian 12 root that `make run` and `make test` need nothing else
	@.ci/install-debian.sh bare
	@.ci/test-bare.sh

soak: ## the property tests with other seeds for an hour (SECONDS_MAX=600: ten minutes)
	@.ci/install-debian.sh test
	@.ci/soak.sh $(SECONDS_MAX)

tsan: ## the RPC suites under the thread sanitizer
	@.ci/install-debian.sh test
	@.ci/tsan.sh

proto: ## regenerate Sources/COctavoProto after a change in proto/
	@.ci/install-debian.sh run
	@.ci/generate-proto.sh

format: ## format Swift and C in place
	@.ci/install-debian.sh lint
	@swift format -i -p -r $(SWIFT_SOURCES)
	@.ci/clang-format.sh -i

clean: ## remove what was built
	@rm -rf .build .venv Package.resolved
