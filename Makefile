# Everything starts here: each target prepares what it needs, from python3 and make alone.

PYTHON ?= python3
.SHELLFLAGS := -eu -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN := .venv/bin
STAMPS := .venv/stamps
READY := $(STAMPS)/project

WORKERS ?= 2
SIZE ?= small
UPGRADE ?=
CODE := $(wildcard src tests tools benchmarks)
SHARED := --numprocesses $(WORKERS) --dist worksteal
PIN := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
       --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Tests start hundreds of programs: what Python compiled is kept, also where the machine says not to.
export PYTHONDONTWRITEBYTECODE :=

# --- the environment -------------------------------------------------------------------

$(STAMPS)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Vitrail needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1 | tail -n 1)." >&2; \
	  echo "Name another one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "This Python cannot make virtual environments: its 'venv' module is missing." >&2; \
	  echo "On Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/requirements: requirements/dev.txt | $(STAMPS)/python
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/dev.txt
	@touch $@

$(READY): pyproject.toml $(STAMPS)/requirements
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/system: tools/system.sh | $(STAMPS)/python
	sh tools/system.sh
	@touch $@

.PHONY: setup
setup: $(READY) ## prepare .venv (every other target does it too)

# --- the project -----------------------------------------------------------------------

.PHONY: help
help: ## this list (the default)
	@echo "make TARGET, where TARGET is one of:"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-15s %s\n", $$1, $$2}' Makefile

.PHONY: demo
demo: $(READY) ## make the sample shop in ./demo-shop, show its segments and serve it
	@if [ -e demo-shop ]; then \
	  echo "./demo-shop is already there and stays as it is. For a new one: rm -r demo-shop" >&2; exit 1; fi
	$(BIN)/vitrail demo --workspace demo-shop --serve

.PHONY: test
test: $(READY) $(STAMPS)/system ## run all tests (WORKERS=2); installs Chromium, PostgreSQL and strace on Debian
	$(BIN)/python -m pytest --quiet $(SHARED)

.PHONY: test-postgresql
test-postgresql: $(READY) $(STAMPS)/system ## run the tests of workspaces with ledgers in a PostgreSQL
	$(BIN)/python -m pytest --quiet $(SHARED) --ledger=postgresql \
	  tests/ledger tests/consent tests/warehouse tests/collect tests/app

.PHONY: nightly
nightly: $(READY) ## 500 generated cases for every operation of the API, every hostile text and look for every page
	VITRAIL_CASES=250 VITRAIL_LOOKS=all $(BIN)/python -m pytest --quiet $(SHARED) \
	  tests/app/http/test_generated.py tests/app/http/test_hostile.py tests/app/web/test_pages.py

.PHONY: check style types rooms sizes
check: style types rooms sizes ## style, types, directions of import, sizes (make -k check tells all at once)

style: $(READY)
	$(BIN)/ruff check --quiet $(CODE)
	$(BIN)/ruff format --quiet --check $(CODE)

types: $(READY)
	$(BIN)/mypy

rooms: $(READY)
	$(BIN)/lint-imports --no-logo --cache-dir .cache/imports

sizes: $(READY)
	$(BIN)/python -m pytest --quiet tests/house

.PHONY: format
format: $(READY) ## put the code in its canonical form
	$(BIN)/ruff check --quiet --fix-only $(CODE)
	$(BIN)/ruff format --quiet $(CODE)

.PHONY: bench
bench: $(READY) ## measure (SIZE=small)
	$(BIN)/python -m benchmarks --size $(SIZE)

.PHONY: docs
docs: $(READY) ## write docs/reference from the code, check the links
	$(BIN)/python -m tools.docs

.PHONY: words
words: $(READY) ## renew the French catalogue of the web app, tell what waits for translation
	$(BIN)/python -m tools.words

.PHONY: screenshots
screenshots: $(READY) $(STAMPS)/system ## take a picture of every page into docs/screenshots
	$(BIN)/python -m tools.screenshots

.PHONY: pins
pins: $(READY) ## resolve requirements/*.in again; UPGRADE=--upgrade takes the newest versions
	CUSTOM_COMPILE_COMMAND="make pins" $(PIN) $(UPGRADE) --output-file requirements/run.txt requirements/run.in
	CUSTOM_COMPILE_COMMAND="make pins" $(PIN) $(UPGRADE) --output-file requirements/dev.txt requirements/dev.in

.PHONY: clean
clean: ## remove the environment and what the tools keep; a demo shop stays
	rm -rf .venv .cache .hypothesis build dist src/*.egg-info
	find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
