# make demo    narrates the story in seeds/ to output/
# make test    runs the tests
# make test-voices  runs the tests that need big models; with ALL=1 those that speak for minutes too
# make test-browser plays the page in Chromium, if there is one
# make check   lints and type-checks
# make bench   prints what is fast and what is accurate, as numbers
# make soak    kills a build at 50 moments, and compares the bytes in the end; NARRATOR_SOAK=0-24 at some
# make fuzz    reads 20,000 damaged books
#
# Modules are compiled on installing, as pip does for what it copies: a start takes a quarter less.
#
# Needs Python 3.11 or newer with pip and venv, and nothing else; all else comes as wheels into .venv.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STORY  ?= seeds/the-designer-of-almaty.txt

.PHONY: demo test test-voices test-browser check bench fuzz soak clean

demo: $(VENV)/ready
	$(BIN)/narrator build $(STORY)

test: $(VENV)/ready-dev
	$(BIN)/python -m pytest

test-voices: $(VENV)/ready-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test-voices]'
	$(BIN)/python -m pytest -m $(if $(ALL),"voices or long","voices and not long") -n 2 --dist loadfile

test-browser: $(VENV)/ready-dev
	@command -v chromium chromium-browser google-chrome google-chrome-stable >/dev/null || \
		{ echo "Chromium is not installed: apt install chromium, dnf install chromium, or see https://www.chromium.org"; exit 1; }
	$(BIN)/python -m pytest -m browser -rs

check: $(VENV)/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/ready-dev  # make bench ONLY="speed attribution" runs those
	$(BIN)/python -m benchmarks $(ONLY)

fuzz: $(VENV)/ready-dev
	$(BIN)/python -m tests.readers.fuzzing 20000

soak: $(VENV)/ready-dev
	$(BIN)/python -m pytest -m soak

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("narrator needs Python 3.11 or newer, and this is %s: try  make PYTHON=python3.12" % sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)

$(VENV)/ready: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	$(BIN)/python -m compileall -q narrator
	touch $@

$(VENV)/ready-dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	$(BIN)/python -m compileall -q narrator
	touch $@ $(VENV)/ready

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
