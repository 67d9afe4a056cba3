# Every target sets up what it needs: a virtual environment in .venv from plain `python3 -m venv` and pip.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help demo test test-cluster check bench bench-scale bench-hop bench-fair bench-artifacts bench-cleanup bench-logs bench-soak bench-tui pages pyz screenshots format clean

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/k8stui: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(READY): $(BIN)/k8stui
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
	@$(BIN)/python -m tests.bench.logs $(ARGS)

bench-soak: $(READY) ## Memory of the screens over 30 minutes of a storm; rewrites its part of docs/performance.md
	@$(BIN)/python -m tests.bench.soak $(ARGS)

bench-tui: $(READY) ## Performance of the screens with much to show; rewrites its part of docs/performance.md
	@$(BIN)/python -m tests.bench.screens $(ARGS)

pages: $(READY) ## The pages of docs/ that are made from the program: docs/reference/, keys, config file
	@$(BIN)/python -m tools.make_pages

pyz: $(BIN)/k8stui ## dist/k8stui.pyz: one file for hosts with Python 3.11 or newer and nothing else
	@$(BIN)/python -m tools.pyz $(ARGS)

screenshots: $(READY) ## Pictures of the real app on the embedded cluster, as SVG and PNG (needs libcairo)
	@$(BIN)/python -m tools.screenshots

format: $(READY) ## Format and fix what can be fixed by itself
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

clean: ## Remove the virtual environment and caches
	@rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
