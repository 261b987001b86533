# Every target does its own set-up into .venv; Python 3.11+, pip and make are all that is needed.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
DATA   ?= ../shared/data

# Where the environment forbids it, hundreds of processes would compile the same modules anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-fast chaos check bench models clean

help:            ## this list
	@grep -hE '^[a-z-]+: .*##|^[a-z-]+:  *##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

setup: $(READY)  ## make .venv with everything in it

# PyTorch first and alone: a local or configured index may offer a CPU build (2.13.0+cpu), which pip prefers to the
# plain 2.13.0 and its gigabytes of CUDA. Set TORCH_ARGS="--index-url …" to name such an index.
$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -c constraints.txt $(TORCH_ARGS) torch
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	touch $(READY)

demo: $(READY)   ## the main job: drain the bundled posts through real workers and look at what was decided
	@$(BIN)/moderation demo

test: $(READY)   ## all tests: units, properties, contracts, end to end
	$(BIN)/python -m pytest -n 2 --dist loadfile

test-fast: $(READY) ## the tests that take no server and no second
	$(BIN)/python -m pytest -n 2 --dist loadfile -m 'not slow' tests moderation

chaos: $(READY)  ## 50 rounds of killed processes, full disks, outages on each store (about 20 minutes)
	set -e; for store in sqlite postgresql; do $(BIN)/python -m tests.chaos --rounds 50 --store $$store; done

check: $(READY)  ## what must hold of the code itself: format, lint, types, import directions, rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/moderation rules check

bench: $(READY)  ## every benchmark, each beside its baseline
	set -e; for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file; done

models: $(READY) ## train the shipped models anew from DATA=folder (see docs/models.md)
	$(BIN)/moderation models train --data $(DATA) --out moderation/classifiers/artifacts

clean:           ## remove the environment and what the demo left
	rm -rf $(VENV) .moderation .mypy_cache .ruff_cache .pytest_cache .hypothesis
