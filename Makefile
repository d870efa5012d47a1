# All that a person does with a checkout; `make` alone lists it. Set-up comes first where it is needed.
SHELL := /bin/bash
BIN := .venv/bin
REGION ?= attica
SERVE ?= 1
ARGS ?=
export PATH := $(CURDIR)/var/node/bin:$(PATH)
.DEFAULT_GOAL := help
.PHONY: help setup demo test check format bench docs drills up down clean

help: ## list these targets
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 16

setup: ## system packages, Python and web packages, web client; only what is not done yet
	@setup/setup.sh

demo: setup ## load REGION (attica), compute, publish and serve it; SERVE=0 does not serve
	@$(BIN)/needsmap demo $(REGION) $(if $(filter 0,$(SERVE)),--no-serve,--serve)

test: setup ## all tests: of the web client, then of all else; ARGS go to pytest
	npm --prefix web test
	$(BIN)/python -m pytest -n 2 -m "not drill" $(ARGS)

check: setup ## style, types, imports between parts, dead code, dependencies, web client
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports
	$(BIN)/vulture geo layers api tests --min-confidence 80 && $(BIN)/deptry . && npm --prefix web run check

format: setup ## bring the Python code into the project's form
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .

bench: ## the speed ratios, and the geocoder against Nominatim
	@NEEDSMAP_BENCH=1 setup/setup.sh
	$(BIN)/python -m tests.bench

docs: setup ## write the generated parts of the documents
	$(BIN)/python docs/generate.py

drills: setup ## the slow failure drills: killed databases, cut-off loads
	$(BIN)/python -m pytest -m drill $(ARGS)

up: setup ## start the private database
	@$(BIN)/needsmap up

down: ## stop the private database
	@$(BIN)/needsmap down

clean: ## remove what set-up and builds made; the database stays
	rm -rf .venv web/node_modules web/dist var/node var/packages var/log .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
