# `make demo` and `make test` are all that a new checkout needs: Python 3.11 or newer, git and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := graph nodes tool_registry prompts toolgrad_data
# requirements.lock pins every package; used as constraints, so that users get no development tools.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock

.PHONY: help demo test lint types studio schemas frameworks train-smoke lift-smoke clean

help:
	@echo "make demo    create the environment, generate records offline, print three and write a report of all"
	@echo "make test    run all tests"
	@echo "make lint    check style and format      make types   check types"
	@echo "make studio  open the workflow in LangGraph Studio's development server"
	@echo "make frameworks   install NeMo Gym, verifiers and OpenEnv, up to 0.8 GB each, for tests that skip without them"
	@echo "make train-smoke  train a tiny model on an export and on tasks, with TRL (installs PyTorch, 1 GB or more)"
	@echo "make lift-smoke   two minutes of the trial of bench/lift: losses that fall, graded answers (the same)"
	@echo "make clean   remove the environment and caches (runs/ is kept)"

demo: $(VENV)/.installed
	$(BIN)/toolgrad generate --samples 24 --seed 7 --turns 1:100 --out runs/demo
	$(BIN)/toolgrad show runs/demo --limit 3
	$(BIN)/toolgrad report runs/demo

test: $(VENV)/.installed-dev $(VENV)/.installed-wheels
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

studio: $(VENV)/.installed-dev
	LANGGRAPH_CLI_NO_ANALYTICS=1 LANGGRAPH_NO_VERSION_CHECK=true $(BIN)/langgraph dev --no-reload

# In an environment of its own: PyTorch and what TRL brings are no part of the development tools.
train-smoke:
	$(MAKE) VENV=.venv-train .venv-train/.installed-train
	.venv-train/bin/python -m pytest -n0 tests/training

# Each in an environment of its own, for what they ask for contradicts each other; exactly what is listed.
frameworks: .venv-nemo-gym/.installed .venv-verifiers/.installed .venv-openenv/.installed

# NeMo Gym needs Python 3.12 or newer, which may be none that is called so.
.venv-nemo-gym/.installed: tests/frameworks/nemo-gym.txt pyproject.toml
	@for python in $(PYTHON) python3.12 python3.13 $(HOME)/.pyenv/versions/3.1[23]*/bin/python; do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && exec $$python -m venv $(@D); \
	done; echo "NeMo Gym needs Python 3.12 or newer; choose one: make PYTHON=python3.12 frameworks" >&2; exit 1
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r $< --editable .
	@touch $@

.venv-verifiers/.installed .venv-openenv/.installed: .venv-%/.installed: tests/frameworks/%.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r $< --editable .
	@touch $@

# As train-smoke; two minutes of the trial of bench/lift, once PyTorch and the weights (93 MB) are there.
lift-smoke:
	$(MAKE) VENV=.venv-train .venv-train/.installed-train
	.venv-train/bin/python -m pytest -n0 tests/training/test_lift.py
	.venv-train/bin/python -m bench.lift --smoke

schemas: $(VENV)/.installed
	$(BIN)/python -m toolgrad_data.file_schemas

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; choose one: make PYTHON=python3.12 demo" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo "no virtual environment could be made; on Debian: apt install python3-venv" >&2; exit 1; }

$(VENV)/.installed: pyproject.toml requirements.lock | $(VENV)/bin/python
	$(INSTALL) --editable '.[serve]'
	@touch $@

$(VENV)/.installed-dev: pyproject.toml requirements.lock | $(VENV)/bin/python
	$(INSTALL) --editable '.[dev]'
	@touch $@ $(VENV)/.installed

# Two wheels alone, without the gigabytes that they ask for: tests of exports render with TRL's chat templates and
# judge by BFCL's checker.
$(VENV)/.installed-wheels: requirements.lock | $(VENV)/.installed-dev
	$(INSTALL) --no-deps trl bfcl-eval
	@touch $@

$(VENV)/.installed-train: pyproject.toml requirements.lock | $(VENV)/bin/python
	$(INSTALL) --editable '.[dev,train,lift]'
	$(INSTALL) --no-deps bfcl-eval
	@touch $@

clean:
	rm -rf $(VENV) .venv-train .venv-nemo-gym .venv-verifiers .venv-openenv .pytest_cache .mypy_cache .ruff_cache .hypothesis .langgraph_api *.egg-info
