# Everything happens in .venv, which is made on first use and again when pyproject.toml changes.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PARALLEL := -n auto --dist worksteal
# More arguments for pytest, as in: make run ARGS="-k TC_B", or for the mutations: ARGS="--role CS"
ARGS ?=

.PHONY: help install run results test mutate trust fuzz lint types docs bench wheel lock clean

help:
	@echo "make run     run every implemented case against the embedded station and CSMS"
	@echo "make results run them, and write their results down in README.md and reports/results.md"
	@echo "make test    run the harness's own tests; of the proofs, what a change touches and a drawn part"
	@echo "make mutate  show that every validation can fail: each frame and field broken once"
	@echo "make trust   all proofs of all cases: mutations, faults, conforming variants, pages"
	@echo "make fuzz    the harness under attack: thousands of drawn inputs instead of a hundred"
	@echo "make lint    ruff: rules and format; import-linter: who may import whom"
	@echo "make types   pyright"
	@echo "make docs    the site, in build/site; a broken link breaks it"
	@echo "make bench   where the time goes"
	@echo "make wheel   what users get, with each Python that is here: built, installed, all cases run"
	@echo "make lock    choose anew, within the ranges of pyproject.toml, what is developed with"
	@echo "make clean   remove what the other targets made, the environment too"

install: $(INSTALLED)

$(INSTALLED): pyproject.toml .ci/lock.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV)
# An .egg-info of an earlier build would be found before what is installed.
	@rm -rf *.egg-info
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--constraint .ci/lock.txt --editable '.[dev]'
	@touch $@

run: $(INSTALLED)
	@$(BIN)/python -m pytest cases_cs cases_csms $(ARGS)

results: $(INSTALLED)
	@$(BIN)/python -m pytest cases_cs cases_csms
	@$(BIN)/python -m harness results reports/latest

test: $(INSTALLED)
	@$(BIN)/python -m pytest harness/tests $(PARALLEL) $(ARGS)

mutate: $(INSTALLED)
	@$(BIN)/python -m harness mutate $(ARGS)

trust: $(INSTALLED)
	@$(BIN)/python -m harness trust $(ARGS)

fuzz: $(INSTALLED)
	@HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest harness/tests -k fuzz $(PARALLEL) $(ARGS)

lint: $(INSTALLED)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache --no-logo

types: $(INSTALLED)
	@$(BIN)/pyright

docs: $(INSTALLED)
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet --config-file .github/docs/mkdocs.yml

bench: $(INSTALLED)
	@$(BIN)/python -m harness.timing.bench $(ARGS)

wheel:
	@.ci/wheel $(ARGS)

lock: $(INSTALLED)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@echo '# What is developed with, for pip --constraint; `make lock` renews it.' > .ci/lock.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra dev --upgrade \
		--no-header --no-annotate --no-emit-index-url pyproject.toml >> .ci/lock.txt

clean:
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .hypothesis allure-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find certs reports -mindepth 1 -not -name README.md -not -path reports/trust.md -not -path reports/results.md -not -path 'reports/interop*' -delete
