# Everyday commands; `make help` lists them. The build itself is CMake's: see
# CMakeLists.txt and CMakePresets.json.

REPO ?= examples
PREFIX ?= /usr/local
JOBS ?= $(shell nproc)
FUZZ_TIME ?= 600
BENCH_ARGS ?=
PYTHON ?= python3
RUN ?=

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup build debug run test install deb wheel bench bench-run \
  bench-scaling fuzz coverage format format-check tidy lint clean distclean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' \
	  $(MAKEFILE_LIST)

setup: ## Install missing packages, unpack the pinned third-party sources
	@scripts/setup.sh

build: setup ## Build the release program: build/release/taipan
	@scripts/build.sh release taipan

debug: setup ## Build the debug program and its tests in build/debug
	@scripts/build.sh debug

run: build ## Check the example repository, or REPO=/some/path
	@scripts/run.sh "$(REPO)"

test: ## Run every test, sanitizer runs included
	@scripts/test.sh

install: build ## Install under PREFIX (default /usr/local; DESTDIR works)
	cmake --install build/release --prefix "$(PREFIX)"

deb: build ## Make a Debian package in dist/
	@scripts/package.sh deb

wheel: ## Make a Python wheel with the program in dist/
	@scripts/package.sh wheel

bench: build ## Run the micro benchmarks (BENCH_ARGS=--benchmark_filter=...)
	@cmake --build build/release --target bench_micro
	build/release/bench_micro $(BENCH_ARGS)

bench-run: build ## Whole runs side by side with other checkers: bench/run
	@scripts/setup.sh --bench
	@bench/run $(BENCH_ARGS)

bench-scaling: build ## Cost against workers and against size: bench/scaling
	@scripts/setup.sh --bench
	@bench/scaling $(BENCH_ARGS)

fuzz: ## Build the fuzz targets with clang, run each for FUZZ_TIME seconds
	@scripts/fuzz.sh $(FUZZ_TIME)

coverage: setup ## Run the tests under gcov; a summary for each folder of src
	@scripts/coverage.sh

format: ## Format the sources with clang-format
	@scripts/setup.sh --tools
	@git ls-files -z '*.c' '*.h' '*.cc' | xargs -0 clang-format -i

format-check: ## Fail when clang-format would change a source
	@scripts/setup.sh --tools
	@git ls-files -z '*.c' '*.h' '*.cc' | xargs -0 clang-format -n --Werror

tidy: debug ## Run clang-tidy over the sources
	@scripts/setup.sh --tools
	@git ls-files 'src/*.c' | xargs -P $(JOBS) -n 8 clang-tidy -p build/debug \
	  --quiet

lint: ## Check layering, file sizes and other house rules
	@for t in tests/lint/*.py; do $(PYTHON) "$$t" || exit 1; done

clean: ## Remove what was built, keep the unpacked third-party sources
	@find build -mindepth 1 -maxdepth 1 ! -name deps -exec rm -rf {} + \
	  2>/dev/null || true
	@rm -rf dist

distclean: ## Remove all of build/ and dist/
	@rm -rf build dist
