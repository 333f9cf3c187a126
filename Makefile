# Concursus: needs make and python3 (3.11 or newer), nothing else.
#
#   make demo PORT=8000 DATA=.demo     everything, with a demonstration case; Ctrl-C ends it
#   make test                          every check there is
#   make vectors VECTORS=DIR           the shared vectors alone
#   make demo-bundle OUT=DIR           the demonstration's finished meeting as a bundle
#   make bench RUN="core verify"        every figure, or those of the scripts named
#   make crash ROUNDS=200              kill -9 of everything in turn; nothing acknowledged is lost
#   make fuzz SECONDS=60 RUN="note"     every decoder, or those named, under coverage-guided fuzzing
#   make setup | lint | fmt            install everything | style, types, imports | format

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := setup
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory --no-builtin-rules

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
DATA ?= .demo
VECTORS ?= tests/vectors

UV := $(or $(shell command -v uv),.tools/bin/uv)
VENV := .venv/bin
NODE_PATH := $(CURDIR)/$(VENV):$(PATH)
PURE := voting/protocol ledger/log bankruptcy/law bankruptcy/kinds verifier
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))
FRONTEND := $(wildcard frontend/package-lock.json)
SOURCES := $(shell find frontend/src frontend/build.mjs frontend/tsconfig.json -type f 2>/dev/null)

export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1

.PHONY: setup demo test vectors bench crash fuzz lint fmt demo-bundle browser frontend-test

setup: .venv/installed $(CATALOGUES) $(if $(FRONTEND),static/dist/built)

demo: setup
	@# Through launch.py: it ends with this make, even where that is killed.
	@CONCURSUS_DATA="$(abspath $(DATA))" exec $(VENV)/python -ISE bankruptcy/platform/launch.py \
	  --parent $$PPID -- $(VENV)/python manage.py demo --host $(HOST) --port $(PORT)

# Style, types and the browser side next to each other; then two workers, a module to a worker, the
# longest first (tests/order.py).
test: setup browser
	@$(MAKE) -j2 --output-sync=target lint frontend-test
	$(VENV)/python -m pytest -q -n 2 --dist loadfile

vectors: .venv/installed
	@VECTORS="$(abspath $(VECTORS))" $(VENV)/python -m pytest -q -m vector tests/core

# Every figure, on a machine that does nothing else: benchmarks/results.json and results.html.
bench: setup browser
	$(VENV)/python -m benchmarks.bench $(RUN)

# kill -9 of every process in turn, at random instants, while acts arrive; then: was anything lost?
crash: setup
	$(VENV)/python -m tests.crash --rounds $(or $(ROUNDS),200)

# Every decoder for SECONDS each; what is found lies in .fuzz/found. A later setup takes atheris away again.
fuzz: .venv/fuzz
	$(VENV)/python -m tests.fuzz.run --seconds $(or $(SECONDS),60) $(RUN)

lint: .venv/installed
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	$(VENV)/mypy --strict $(PURE)
	$(VENV)/lint-imports

fmt: .venv/installed
	$(VENV)/ruff format .
	$(VENV)/ruff check --fix .

demo-bundle: setup
	@$(if $(OUT),,echo 'say where: make demo-bundle OUT=DIR'; exit 2)
	@exec $(VENV)/python manage.py demo_bundle --out "$(abspath $(OUT))" $(if $(KEYS),--keys "$(abspath $(KEYS))")

frontend-test: setup
	$(if $(FRONTEND),cd frontend && PATH="$(NODE_PATH)" npm run --silent check && PATH="$(NODE_PATH)" npm run --silent test)

# Debian's Chromium and a Chinese font, for the tests in a real browser only.
browser:
	@if [ ! -x /usr/bin/chromium ]; then \
	  install='apt-get install -y --no-install-recommends chromium fonts-noto-cjk'; \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo 'Installing Chromium and fonts for the browser tests …'; \
	    apt-get -qq update && DEBIAN_FRONTEND=noninteractive $$install >/dev/null; \
	  else \
	    echo "The browser tests need Debian's Chromium; as root: $$install" >&2; exit 1; \
	  fi; \
	fi

.tools/bin/uv:
	@echo 'Fetching uv …'
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Concursus needs Python 3.11 or newer")'
	@$(PYTHON) -m pip --quiet install --target .tools 'uv>=0.9,<1' 2>/dev/null \
	  || { $(PYTHON) -m venv .tools && .tools/bin/pip --quiet install 'uv>=0.9,<1'; }

.venv/installed: requirements.lock pyproject.toml | $(UV)
	@test -x $(VENV)/python || { echo 'Making .venv …'; $(UV) venv --quiet --python "$$(command -v $(PYTHON))" .venv; }
	@echo 'Installing Python packages …'
	@$(UV) pip sync --quiet --python $(VENV)/python requirements.lock
	@$(UV) pip install --quiet --python $(VENV)/python --no-deps --editable .
	@touch $@

.venv/fuzz: tests/fuzz/requirements.lock .venv/installed
	@$(UV) pip install --quiet --python $(VENV)/python --require-hashes --no-deps -r $<
	@touch $@

%.mo: %.po bankruptcy/platform/catalogue.py
	@$(PYTHON) bankruptcy/platform/catalogue.py $<

frontend/node_modules/installed: frontend/package-lock.json .venv/installed
	@echo 'Installing the browser side …'
	@cd frontend && PATH="$(NODE_PATH)" npm ci --ignore-scripts --silent
	@touch $@

static/dist/built: frontend/node_modules/installed $(SOURCES)
	@echo 'Building the browser side …'
	@cd frontend && PATH="$(NODE_PATH)" node build.mjs >/dev/null
	@touch $@
