# Every target does its own set-up: a virtual environment in .venv, refreshed when pyproject.toml changes.
# Written for the make of macOS (3.81) too.

VENV    := .venv
PYTHON  := $(VENV)/bin/python
WORKERS ?= 2
BUNDLE  := src/counterpoint/studio/bundle/index.html
GROUPS  := demo play test check bench

.PHONY: help demo play test check bench crash studio clean
.NOTPARALLEL:

help:
	@echo "make demo    the checkout saga across four local services: success, undo, kill -9"
	@echo "make play    the same shop, open for you: the studio in your browser, with orders to look at"
	@echo "make test    the whole test suite (WORKERS=2)"
	@echo "make check   formatting, lint, types, layers"
	@echo "make bench   the benchmarks, side by side; writes bench/latest.json"
	@echo "make crash   200 kills over 1,000 sagas against real services (a few minutes)"
	@echo "make studio  builds the web app, for counterpoint serve --http in this checkout"
	@echo "make clean   remove the virtual environment and caches"

demo: $(VENV)/.ready-demo
	@$(PYTHON) examples/checkout/demo.py

play: $(VENV)/.ready-play $(BUNDLE)
	@$(PYTHON) examples/checkout/open.py $(ARGS)

# `loadgroup` keeps tests that share a server on one worker. For one area: make test ARGS=tests/kernel
test: $(VENV)/.ready-test $(BUNDLE)
	@$(PYTHON) studio/build.py test
	@sh .ci/servers
	@$(PYTHON) -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

check: $(VENV)/.ready-check $(BUNDLE)
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/mypy examples/*.py examples/checkout/*.py examples/checkout/services/*.py
	@$(VENV)/bin/lint-imports --no-cache
	@$(PYTHON) studio/build.py check

studio: $(BUNDLE)

$(BUNDLE): $(wildcard studio/*.json studio/*.ts studio/*.html) $(shell find studio/src -type f)
	@ls $(VENV)/.ready-play $(VENV)/.ready-test $(VENV)/.ready-check $(VENV)/.ready-bench 2>/dev/null | grep -q . || $(MAKE) $(VENV)/.ready-play
	@$(PYTHON) studio/build.py

bench: $(VENV)/.ready-bench $(BUNDLE)
	@$(PYTHON) -m bench $(ARGS)

crash: $(VENV)/.ready-test
	@$(PYTHON) -m tests.crash.run $(ARGS)

clean:
	rm -rf $(VENV) studio/node_modules $(dir $(BUNDLE)) bench/.peer .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(GROUPS:%=$(VENV)/.ready-%): $(VENV)/.ready-%: pyproject.toml .ci/venv
	@sh .ci/venv $(VENV) $*
	@touch $@
