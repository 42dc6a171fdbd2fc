# Every target sets itself up from nothing (Python 3.11+, git and make) and does nothing twice.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
UV_VERSION := 0.13.9

.PHONY: demo test tools lint bench serve setup lock clean

setup: $(READY)

TOOLCHAIN := certification/sdks/toolchain
PACKAGES := sdkgen certification reports portal flows

# Byte code is written here once: where an environment forbids Python to write it, every start of a command would compile anew.
$(READY): requirements.lock pyproject.toml $(TOOLCHAIN)/package-lock.json
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet "uv==$(UV_VERSION)"
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes requirements.lock
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q -j 0 $(PACKAGES)
	@$(BIN)/python -m flows.orchestrator template
	@cd $(TOOLCHAIN) && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $(READY)

demo: setup
	@$(BIN)/certify demo

serve: setup
	@$(BIN)/certify serve

# Runs of the whole product wait as much as they work: one more at a time than there are cores.
JOBS = $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

test: setup tools
	@$(BIN)/pytest --numprocesses=$(JOBS) --dist=loadfile --no-loadscope-reorder --cov --cov-report=term:skip-covered --cov-fail-under=90

TOOLS := tests/toolchain

tools: $(TOOLS)/node_modules/.package-lock.json

# Deno, Bun and what judges npm packages. Where they can't be had, the tests that need them are skipped.
$(TOOLS)/node_modules/.package-lock.json: $(TOOLS)/package-lock.json $(READY)
	-@cd $(TOOLS) && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy .
	@$(BIN)/lint-imports

bench: setup
	@$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage

lock:
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --quiet --no-emit-package openxapi-certify --output-file requirements.lock
	@for image in toolbox reference-exchange; do \
		uv pip compile infra/images/$$image/requirements.in --constraint requirements.lock --universal --python-version 3.11 \
			--generate-hashes --no-emit-index-url --no-header --no-annotate --quiet \
			--output-file infra/images/$$image/requirements.lock; \
	done
