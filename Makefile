# `make` alone lists what there is. Everything happens in .venv; nothing else is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

export PIP_ROOT_USER_ACTION := ignore
export PIP_PROGRESS_BAR := off

.DEFAULT_GOAL := help
.PHONY: help demo test check wheel clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "make %-8s %s\n", $$1, $$2 }'

demo: $(VENV)/.installed ## set everything up and check the form in the sample videos
	@$(BIN)/armswing demo

test: $(VENV)/.developing ## set everything up and pass the tests (ARGS="-k name" goes to pytest)
	@$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/.developing ## lint, format, types, direction of imports, and the hygiene hooks
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo "make check: some files are not formatted; '$(BIN)/ruff format .' mends it"; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo > $(VENV)/imports.log || { cat $(VENV)/imports.log; exit 1; }
	@$(BIN)/pre-commit validate-config
	@if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then \
	    SKIP=ruff,ruff-format,mypy,import-linter $(BIN)/pre-commit run --all-files > $(VENV)/hooks.log 2>&1 || { cat $(VENV)/hooks.log; exit 1; }; \
	else echo "make check: no git checkout, so the hygiene hooks were left out"; fi
	@echo "make check: all well"

wheel: $(VENV)/.developing ## build dist/*.whl, by way of the sdist, so that both are known to be whole
	@rm -rf dist
	@$(BIN)/python -m build --outdir dist > $(VENV)/build.log 2>&1 || { cat $(VENV)/build.log; exit 1; }
	@ls dist/*.whl

clean: ## remove .venv and everything else that was made here
	@rm -rf $(VENV) armswing-demo dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find src tests notebooks benchmarks models -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# ── stamps: each step is done once, and again when what it depends on has changed ──

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "armswing needs Python 3.11 or newer, and $(PYTHON) is not: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
	    echo "$(PYTHON) cannot make virtual environments (on Debian: apt-get install python3-venv)"; exit 1; }
	@echo "Setting up $(VENV) (a few minutes the first time) ..." >&2
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --upgrade 'pip>=25.1'
	@touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml src/armswing/_version.py
	@$(PIP) install --editable .
	@touch $@

$(VENV)/.developing: $(VENV)/.installed
	@$(PIP) install --group dev
	@touch $@
