# make demo          narrate the story in seeds/ to output/
# make test          run the tests
# make test-voices   run the tests that need large models; ALL=1 adds those that speak for minutes
# make test-browser  play the web page and work in the studio in Chromium
# make check         lint and type-check
# make bench         print speed and accuracy as figures; ONLY="speed attribution" selects some
# make bench-listen  estimate how natural the speech sounds; ONLY=voices scores the voices
# make soak          kill a build at 50 moments and compare the final bytes; NARRATOR_SOAK=0-24 selects some
# make fuzz          read 20,000 damaged books
# make docs-media    make the pictures and sound samples of the documentation again
# make docs          write the documentation as a site to site/
# make check-wheels  check that every extra installs on every system; ONLY="piper kokoro" selects some
#
# Modules are compiled after installing, as pip does for packages that it copies: starting takes a quarter less time.
#
# Needs Python 3.11 or newer with pip and venv, and nothing else: everything is installed into .venv.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
LISTEN ?= .venv-listen
AXE    := $(VENV)/axe/node_modules/axe-core/axe.min.js
STORY  ?= seeds/the-designer-of-almaty.txt

.PHONY: docs docs-media demo test test-voices test-browser check check-wheels bench bench-listen fuzz soak clean

demo: $(VENV)/ready
	$(BIN)/narrator build $(STORY)

test: $(VENV)/ready-dev
	$(BIN)/python -m pytest -n auto --dist loadfile

test-voices: $(VENV)/ready-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test-voices]'
	$(BIN)/python -m pytest -m $(if $(ALL),"voices or long","voices and not long") -n 2 --dist loadfile

test-browser: $(VENV)/ready-dev
	@command -v chromium chromium-browser google-chrome google-chrome-stable >/dev/null || \
		{ echo "Chromium is not installed: apt install chromium, dnf install chromium, or see https://www.chromium.org"; exit 1; }
	@test -f $(AXE) || npm install --silent --no-audit --no-fund --prefix $(VENV)/axe axe-core@4.14.1 || \
		echo "npm did not bring axe-core, so accessibility is not checked"
	$(BIN)/python -m pytest -m browser -rs

check: $(VENV)/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(VENV)/pyvenv.cfg
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[docs]'
	$(BIN)/mkdocs build --quiet

docs-media: $(VENV)/ready-dev
	$(BIN)/python -m benchmarks.documentation_media

# uv is needed only here.
check-wheels: $(VENV)/pyvenv.cfg
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.8,<1'
	$(BIN)/python -m benchmarks.wheels $(ONLY)

bench: $(VENV)/ready-dev
	$(BIN)/python -m benchmarks $(ONLY)

# distillmos needs torch, 1 GB, so it has an environment of its own.
bench-listen:
	test -d $(LISTEN) || $(PYTHON) -m venv $(LISTEN)
	$(LISTEN)/bin/python -m pip install --quiet --disable-pip-version-check 'distillmos==0.9.1' --editable '.[test-voices]'
	$(LISTEN)/bin/python -m benchmarks.listen $(ONLY)

fuzz: $(VENV)/ready-dev
	$(BIN)/python -m tests.readers.fuzzing 20000

soak: $(VENV)/ready-dev
	$(BIN)/python -m pytest -m soak

$(VENV)/pyvenv.cfg:
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("narrator needs Python 3.11 or newer, and this is %s: try  make PYTHON=python3.12" % sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)

# An installation without the natural voices still works, with those of espeak-ng.
$(VENV)/ready: pyproject.toml | $(VENV)/pyvenv.cfg
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[natural]' || \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	$(BIN)/python -m compileall -q narrator
	touch $@

$(VENV)/ready-dev: pyproject.toml | $(VENV)/pyvenv.cfg
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	$(BIN)/python -m compileall -q narrator
	touch $@ $(VENV)/ready

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
