# Yige 一格. `make help` tells what each target does; the work itself is in tools/.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
export PORT ?= 8000
export PYTHONUTF8 = 1

RUN = p=$$(sh tools/find-python) && exec "$$p" -m
VENV = .venv/bin/python

.PHONY: help setup demo test check bench contracts pins messages reference screens clean

help: ## Print this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' Makefile | awk -F'|' '{printf "  %-16s %s\n", $$1, $$2}'

setup: ## Make .venv, install pinned requirements, build the front end
	@$(RUN) tools.setup

demo: ## Set up and serve the demo city at 127.0.0.1:8000 (PORT=… changes it)
	@$(RUN) tools.demo

test: ## Run the whole suite on SQLite and on PostgreSQL, browser tests included
	@$(RUN) tools.suite

check: ## Lint, types, import contracts, migrations, messages and the fast tests
	@$(RUN) tools.check

bench: ## Print measured figures as ratios (WRITE=1 keeps them in the docs)
	@$(RUN) tools.bench

contracts: ## Check the order of the rooms alone
	@$(RUN) tools.check contracts

pins: ## Pin the requirements again, with hashes
	@$(RUN) tools.pins

messages: ## Collect the texts on screen into yige/locale
	@$(RUN) tools.setup dev
	@$(VENV) -m tools.messages extract

reference: ## Write the tables of docs/reference from the code
	@$(RUN) tools.setup dev
	@$(VENV) -m tools.reference

screens: ## Draw the pictures of the README from the demo city
	@$(RUN) tools.setup dev
	@$(VENV) -m tools.screens

clean: ## Remove everything that was installed or built (not the data in var/)
	@rm -rf .venv .stamps frontend/node_modules yige/web/static/built build test-results
	@rm -rf .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find yige tests tools benchmarks -name __pycache__ -prune -exec rm -rf {} +
	@find yige/locale -name '*.mo' -delete
