SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help env book verify pdf epub serve test test-fast exit-door check format lock linkcheck clean

UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Two BLAS threads make thousands of small products slower, not faster.
export OMP_NUM_THREADS := 1
export PATH := $(CURDIR)/$(BIN):$(PATH)
ifdef SURVEY
export COMPANION_SURVEY := $(abspath $(SURVEY))
endif

help: ## Print the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

env: $(READY) ## Make the environment from the lock (the others do it when needed)
$(READY): requirements.lock pyproject.toml package-lock.json
	python3.11 -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv pip sync --compile-bytecode --quiet --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	npm ci --silent
	touch $(READY)

book: $(READY) ## Build the book into _build/html; SURVEY=path builds it on another survey
	companion book

verify: $(READY) ## Compute everything again and compare it with results/expected.json; ENGINE=lavaan lets R do it
	companion verify $(if $(ENGINE),--engine $(ENGINE))

pdf: $(READY) ## Set the book as one PDF in _build/paper; needs Chromium
	companion pdf

epub: $(READY) ## Set the book as one EPUB in _build/paper
	companion epub

serve: book ## Build the book and serve it on this machine
	python -m http.server --bind 127.0.0.1 --directory _build/html 8000

test: $(READY) ## Run all tests, book and browser too
	python -m pytest -n 2 -m "not book and not browser and not reference"
	python -m pytest -m "book or browser or reference"

test-fast: $(READY) ## Run the fast tests
	python -m pytest -n 2 -m "not book and not browser and not reference"

exit-door: $(READY) ## Try the chapters under the newest plain Sphinx, without Jupyter Book; this may fail
	python -m companion.book.exit_door

check: $(READY) ## Lint and check types
	ruff check .
	ruff format --check .
	mypy

format: $(READY) ## Format the code
	ruff check --fix .
	ruff format .

lock: ## Pin every package again, with hashes
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --python-version 3.11 --all-extras pyproject.toml --output-file requirements.lock

linkcheck: $(READY) ## Ask the addresses outside the book whether they still answer: _build/links/broken.txt
	python -m companion.book.outside_links

clean: ## Remove everything that was built, but not the environment
	rm -rf _build
