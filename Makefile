# Every command this project has. Each is defined here once; CI and people call the same.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory --no-builtin-rules
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Where the surroundings forbid byte code, every start would compile everything again.
unexport PYTHONDONTWRITEBYTECODE
# The Python is the one on the machine; nothing is downloaded but what the locks name.
export UV_PYTHON_DOWNLOADS := never

TESTERS ?= 2
ARGS ?=
# Test processes side by side; each has a PostgreSQL and a broker of its own.
WORKERS ?= 2

SERVICE_LOCKS := requirements.lock requirements-generator.lock requirements-gateway.lock requirements-console.lock
RUN_LOCKS := requirements-bootstrap.lock $(SERVICE_LOCKS) requirements-embedded.lock
DEV_LOCKS := $(RUN_LOCKS) requirements-node.lock requirements-dev.lock
ASSETS := $(addprefix services/console/assets/,package.json package-lock.json build.mjs console.css console.js icon.svg)
BUNDLE := services/console/assets/dist/manifest.json
SYNC = .venv/bin/uv pip sync --quiet --python .venv/bin/python --require-hashes --compile-bytecode
ITSELF = .venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .

##@ Use it

run: setup ## Set up, take one module from a sentence to published, and stay up with the console open
	@.venv/bin/patchbay demo --stay $(ARGS)

stack: setup ## The same as separate processes on a real RabbitMQ and PostgreSQL (TESTERS=2)
	@.venv/bin/python -m patchbay.local.packages rabbitmq-server
	@.venv/bin/patchbay up --rabbitmq private --testers $(TESTERS) $(ARGS)

env: setup ## Write .env for docker compose, with new passwords and keys
	@.venv/bin/python make/environment.py

##@ Work on it

test: develop ## Every test (ARGS="tests/patch -k fold" for some of them)
	@.venv/bin/python -m patchbay.local.packages
	@.venv/bin/pytest -n $(WORKERS) --dist loadgroup $(ARGS)

check: develop ## Format, lint, types, import rules, migrations in step
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/pyright
	@.venv/bin/lint-imports --no-logo
	@.venv/bin/python make/migrations.py check

format: develop ## Format the code and fix what can be fixed safely
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

reference: develop ## Write the reference of the patch language and the guide to its examples from what they tell of
	@.venv/bin/python make/reference.py
	@.venv/bin/python make/examples.py

migration: develop ## Write a service's next migration (SERVICE=review TITLE="assign reviewers")
	@.venv/bin/python make/migrations.py revision $(SERVICE) "$(TITLE)"

bench: develop ## Every benchmark: ratios against a floor measured in the same run
	@for bench in bench/*.py; do echo "== $$bench"; .venv/bin/python $$bench; done

lock: .venv/.bootstrapped ## Lock the dependencies again after a change of pyproject.toml (UPGRADE=1 for newer ones)
	@UPGRADE=$(UPGRADE) make/lock

##@ Set it up

setup: .venv/.ready $(BUNDLE) ## What it takes to run: environment, dependencies, console bundle

develop: setup .venv/.ready-dev ## And what it takes to work on it

console-assets: .venv/.bootstrapped $(BUNDLE) ## The console's bundle alone

clean: ## Remove what setting up made (the data folder .patchbay stays)
	@rm -rf .venv .uv services/console/assets/dist services/console/assets/node_modules

help: ## This list
	@awk -F ':.*## ' '/^##@/ {printf "\n\033[1m%s\033[0m\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  \033[36mmake %-15s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run stack env test check format reference migration bench lock setup develop console-assets clean help

.venv/.bootstrapped: requirements-bootstrap.lock make/bootstrap
	@echo "Making the virtual environment …" >&2
	@make/bootstrap
	@touch $@

# Synchronising removes what is not named: so who has set up for development keeps that.
.venv/.ready: .venv/.bootstrapped $(RUN_LOCKS) pyproject.toml
	@echo "Installing what Patchbay needs …" >&2
	@$(SYNC) $(if $(wildcard .venv/.ready-dev),$(DEV_LOCKS),$(RUN_LOCKS))
	@$(ITSELF)
	@touch $@

.venv/.ready-dev: .venv/.ready requirements-dev.lock requirements-node.lock
	@echo "Installing the development tools …" >&2
	@$(SYNC) $(DEV_LOCKS)
	@$(ITSELF)
	@touch $@

$(BUNDLE): $(ASSETS) make/assets | .venv/.bootstrapped
	@echo "Building the console's bundle …" >&2
	@make/assets
