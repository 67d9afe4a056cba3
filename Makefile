# Every target sets up what it needs: a virtual environment in .venv from plain `python3 -m venv` and pip.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help demo test test-cluster check bench bench-scale bench-hop bench-fair bench-artifacts bench-cleanup bench-logs bench-soak bench-tui pages pyz audit dist release screenshots recording format clean

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/k8stui: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "k8stui needs Python 3.11 or newer. Name one: make PYTHON=python3.12 ...")'
	@echo "Installing k8stui into $(VENV), once: some minutes ..." >&2
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(READY): $(BIN)/k8stui
	@echo "Installing what tests and checks need ..." >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(BIN)/k8stui ## The control center on an embedded cluster, nothing else needed
	@$(BIN)/k8stui demo

test: $(READY) ## Unit, embedded-cluster, screen, terminal and fault tests
	@$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=worksteal $(ARGS)

test-cluster: $(READY) ## Build (cached), start, test and stop a real Kubernetes on this machine (Linux, root)
	@$(BIN)/python -m tests.cluster.real run -- $(BIN)/python -m tests.cluster $(ARGS)

check: $(READY) ## Lint, format, types, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(READY) ## Performance of runs against floors, on the real cluster; rewrites its part of docs/performance.md
	@$(BIN)/python -m tests.cluster.real run -- $(BIN)/python -m tests.bench $(ARGS)

bench-scale: $(READY) ## Performance of runs of thousands of steps; rewrites its part of docs/performance.md
	@$(BIN)/python -m tests.bench.scale $(ARGS)

bench-hop: $(READY) ## The master's own share of the time from one step to the next; rewrites its part of docs/performance.md
	@$(BIN)/python -m tests.bench.hop $(ARGS)

bench-fair: $(READY) ## 20 masters at once where the API server gives them little; rewrites its part of docs/performance.md
	@$(BIN)/python -m tests.bench.fair $(ARGS)

bench-artifacts: $(READY) ## Memory for artifacts of 2 GiB, in a folder and in a bucket; rewrites its part of docs/performance.md
	@$(BIN)/python -m tests.bench.artifacts $(ARGS)

bench-cleanup: $(READY) ## Cleaning up 5,000 pods on a real API server; rewrites its part of docs/performance.md
	@$(BIN)/python -m tests.bench.cleanup $(ARGS)

bench-logs: $(READY) ## Long logs and many logs in the log pane; rewrites its part of docs/performance.md
	@$(BIN)/python -m tests.cluster.real run -- $(BIN)/python -m tests.bench.logs $(ARGS)

bench-soak: $(READY) ## Memory of the screens over 30 minutes of a storm; rewrites its part of docs/performance.md
	@$(BIN)/python -m tests.bench.soak $(ARGS)

bench-tui: $(READY) ## Performance of the screens with much to show; rewrites its part of docs/performance.md
	@$(BIN)/python -m tests.bench.screens $(ARGS)

pages: $(READY) ## The pages of docs/ that are made from the program: docs/reference/, keys, config file
	@$(BIN)/python -m tools.make_pages

pyz: $(BIN)/k8stui ## dist/k8stui.pyz: one file for hosts with Python 3.11 or newer and nothing else
	@$(BIN)/python -m tools.pyz $(ARGS)

audit: build/audit/bin/pip-audit ## Known vulnerabilities of all packages in constraints.txt (asks pypi.org, so no test does it; what cannot be looked up fails)
	@build/audit/bin/pip-audit --requirement constraints.txt --strict --no-deps --disable-pip --progress-spinner=off $(ARGS)

build/audit/bin/pip-audit:  # In an environment of its own: what it needs is no part of k8stui's.
	@$(PYTHON) -m venv build/audit
	@build/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit==2.10.1

dist: $(READY) ## Wheel and sdist, in dist/
	@$(BIN)/python -m hatchling build --clean --directory dist

release: $(READY) ## Whether this commit can be released, by version, CHANGELOG.md and tags; then wheel and sdist
	@$(BIN)/python -m tools.release

screenshots: $(READY) ## The pictures in screenshots/, from the snapshots that the screens are tested with
	@$(BIN)/python -m tools.screenshots

recording: $(READY) ## dist/k8stui.cast: the demo, played and recorded for asciinema
	@$(BIN)/python -m tools.record $(ARGS)

format: $(READY) ## Format and fix what can be fixed by itself
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

clean: ## Remove the virtual environment and caches
	@rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
