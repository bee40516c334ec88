# make demo: the main job. make test: the tests. make check: everything else that must hold. Each sets itself up.

PYTHON ?= python3
SEED ?= 1
CASES ?= 10000
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := plant_models twin scheduler live_bridge rl ui scenarios
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
INSTALL := $(PIP) install -qq --constraint constraints.txt

# Tests that start processes or a browser, or measure time, have the machine to themselves.
ALONE := $(wildcard tests/live_bridge tests/ui tests/journeys)

.PHONY: demo test check docs bench peers validate fuzz clean lint types layers house wheel help
.DEFAULT_GOAL := help

help:
	@echo "make demo      install what is needed into $(VENV) and run 'foreshift demo'"
	@echo "make test      all tests, in under ten minutes"
	@echo "make check     lint, types, layers, house rules, docs, and the wheel in a clean environment"
	@echo "make docs      build docs/_build/html"
	@echo "make bench     run every benchmark"
	@echo "make peers     install other simulators in .peers, for 'make bench' to play beside"
	@echo "make validate  the slow comparisons with exactly solved and published cases"
	@echo "make fuzz      a long search for a plant that breaks a law (SEED=$(SEED), CASES=$(CASES))"
	@echo "make clean     remove what was built, $(VENV) included"

demo: $(VENV)/core.stamp
	@$(BIN)/foreshift demo

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not slow" $(addprefix --ignore=,$(ALONE))
	$(if $(ALONE),$(BIN)/python -m pytest -q -m "not slow" $(ALONE))

check: lint types layers house docs wheel
	@echo "make check: everything holds"

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev.stamp
	$(BIN)/mypy --strict

layers: $(VENV)/dev.stamp
	$(BIN)/lint-imports --no-logo

house: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -q tests/test_house.py

docs: $(VENV)/dev.stamp
	$(BIN)/sphinx-build --fail-on-warning --keep-going --quiet -b html docs docs/_build/html
	@echo "docs/_build/html/index.html is built"

wheel: $(VENV)/dev.stamp
	$(BIN)/python .ci/try_wheel.py

bench: $(VENV)/dev.stamp
	@$(BIN)/python .ci/bench.py

peers: $(VENV)/dev.stamp
	@$(BIN)/python benchmarks/peers/install.py

validate: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -q -m slow --timeout 1800 tests

fuzz: $(VENV)/dev.stamp
	$(BIN)/python -m tests.laws.fuzz --cases $(CASES) --seed $(SEED)
	$(BIN)/python -m tests.laws.fuzz --of engines --cases $(CASES) --seed $(SEED)
	HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest -q --hypothesis-seed $(SEED) --timeout 3600 tests/laws

clean:
	rm -rf $(VENV) dist build docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the virtual environment: made once, brought up to date when the pins change --------------------------------------

$(VENV)/made.stamp:
	@command -v $(PYTHON) >/dev/null || \
	  { echo "Foreshift needs Python 3.11 or newer, and there is no '$(PYTHON)': install it, or say 'make PYTHON=/path/to/python3'." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Foreshift needs Python 3.11 or newer, and '$(PYTHON)' is $$($(PYTHON) -V 2>&1): say 'make PYTHON=/path/to/python3.11'." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Foreshift needs Python's venv module, and '$(PYTHON)' comes without it: on Debian or Ubuntu, install python3-venv." >&2; exit 1; }
	@rm -rf $(VENV)
	@echo "Making $(VENV) with $$($(PYTHON) -V)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/core.stamp: $(VENV)/made.stamp pyproject.toml constraints.txt
	@echo "Installing Foreshift (a minute or two, the first time)"
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/made.stamp pyproject.toml constraints.txt
	@echo "Installing Foreshift with its development tools (a few minutes, the first time)"
	@$(INSTALL) --editable '.[dev,rl,cluster]'
	@touch $(VENV)/core.stamp $@
