# On a machine with git, make and Python 3.11 or newer: `make site` builds the site, `make test` runs every check.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Tests of one file stay in one process: they share what was expensive to build.
PYTEST_FLAGS ?= -n 2 --dist loadfile
# `make lock LOCK_FLAGS=--upgrade` moves every pin forward; without it only what pyproject.toml asks for changes.
LOCK_FLAGS ?=

.PHONY: help site serve test lint format bench lock messages clean
.DEFAULT_GOAL := help

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 12

site: $(VENV)/installed  ## check the reference workspace and build site/
	$(BIN)/sopgen validate
	$(BIN)/sopgen build
	@echo "The site is in site/: open site/index.html, or run $(BIN)/sopgen serve"

serve: $(VENV)/installed  ## show the site and rebuild it on every change
	$(BIN)/sopgen serve

test: lint  ## every check and every test
	$(BIN)/pytest $(PYTEST_FLAGS)

lint: $(VENV)/installed  ## style and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(VENV)/installed  ## mend what the linter can mend
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/installed  ## how fast it checks and builds, beside check-jsonschema, bare MkDocs, pandas and duckdb
	$(BIN)/python tests/bench/run.py

lock: $(VENV)/installed  ## write requirements.lock from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --no-config --quiet $(LOCK_FLAGS) --output-file requirements.lock

messages: $(VENV)/installed  ## bring new sentences into the catalogue, to be translated there
	$(BIN)/pybabel --quiet extract --mapping babel.cfg --no-location --sort-output --project sopgen --output-file messages.pot .
	$(BIN)/pybabel --quiet update --input-file messages.pot --output-file sopgen/locale/zh.po --locale zh \
		--no-fuzzy-matching --ignore-obsolete --omit-header --no-wrap
	rm messages.pot

clean:  ## remove everything that was made here
	rm -rf $(VENV) site dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find sopgen tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Only what the lock names is installed, each file checked against its hash; sopgen itself is read from this checkout.
$(VENV)/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "sopgen needs Python 3.11 or newer: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@
