# `make help` lists what can be done. Files that record a finished step make repeated calls fast.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PY := .venv/bin/python
STAMPS := .venv/.stamps
WEBAPP := src/huying/webapp/index.html
WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -not -name openapi.json -not -name schema.d.ts -print 2>/dev/null)
GUIDE := $(shell find docs/guide -type f 2>/dev/null)
API_SOURCES := $(shell find src/huying \( -name '*.py' -not -path '*/migrations/*' \) 2>/dev/null)

.PHONY: help
help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(STAMPS)/base $(WEBAPP) ## Install, build, make a demo city (a year), train, serve http://127.0.0.1:8000
	@.venv/bin/huying demo

.PHONY: test
test: ## Install what tests need and run everything that CI runs
	@scripts/test

.PHONY: test-slow
test-slow: $(STAMPS)/dev ## Long property runs (20,000 steps through both state tables)
	@$(PY) -m pytest -q -m slow --timeout=1800

.PHONY: bench
bench: $(STAMPS)/dev ## List the benchmarks; `make bench NAME=file_order` runs one
	@$(PY) -m benchmarks $(NAME)

.PHONY: bench-all
bench-all: $(STAMPS)/dev ## Run all benchmarks
	@$(PY) -m benchmarks --all

.PHONY: lint
lint: $(STAMPS)/dev ## ruff, mypy, the import contract
	@.venv/bin/ruff check --quiet --output-format concise .
	@.venv/bin/ruff format --quiet --check .
	@.venv/bin/mypy --no-error-summary
	@.venv/bin/lint-imports --no-logo

.PHONY: format
format: $(STAMPS)/dev ## Format the Python code and sort its imports
	@.venv/bin/ruff check --quiet --fix-only . && .venv/bin/ruff format --quiet .

.PHONY: migrations
migrations: $(STAMPS)/dev ## Say whether a model changed without a migration
	@DJANGO_SETTINGS_MODULE=huying.config.settings $(PY) -m django makemigrations --check --dry-run

.PHONY: web
web: $(WEBAPP) ## Build the web application into the package

.PHONY: web-check
web-check: web/node_modules/.package-lock.json web/openapi.json ## Types, lint and unit tests of the web application
	@cd web && npm run --silent check

.PHONY: licences
licences: $(STAMPS)/dev ## Check every shipped dependency against the list of allowed licences
	@$(PY) scripts/licences.py

.PHONY: sbom
sbom: $(STAMPS)/dev ## Write dist/sbom-python.json and dist/sbom-web.json (CycloneDX)
	@mkdir -p dist
	@.venv/bin/cyclonedx-py requirements requirements/base.txt --pyproject pyproject.toml --mc-type application --of JSON -o dist/sbom-python.json 2>/dev/null
	@cd web && npm sbom --omit dev --package-lock-only --sbom-format cyclonedx > ../dist/sbom-web.json

.PHONY: wheel
wheel: $(STAMPS)/base $(WEBAPP) ## Build the wheel, the web application inside, into dist/
	@.venv/bin/uv build --quiet --wheel --no-build-isolation --python .venv -o dist . && ls -1 dist/*.whl

.PHONY: lock
lock: $(STAMPS)/base ## Pin newer dependencies: `make lock` keeps versions, `make lock UPGRADE=--upgrade` moves them
	@scripts/lock $(UPGRADE)

.PHONY: docs
docs: $(STAMPS)/dev web/openapi.json ## Write the reference pages that are made from the code
	@$(PY) scripts/reference.py

.PHONY: guide
guide: $(STAMPS)/dev $(WEBAPP) ## Take the pictures of the user's guide in a browser, on a demo city
	@$(PY) scripts/guide.py

.PHONY: clean
clean: ## Remove what was built and installed (the data folder var/ stays)
	@rm -rf .venv dist build web/node_modules web/dist src/huying/webapp web/openapi.json
	@find . -name __pycache__ -prune -exec rm -rf {} +

# ---- files that record a finished step

$(STAMPS)/base: requirements/build.txt requirements/base.txt pyproject.toml
	@scripts/environment base && mkdir -p $(STAMPS) && touch $@

$(STAMPS)/dev: requirements/build.txt requirements/dev.txt pyproject.toml
	@scripts/environment dev && mkdir -p $(STAMPS) && touch $@ $(STAMPS)/base

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	@command -v npm >/dev/null || { echo "The web application needs Node 20 or newer (npm was not found)." >&2; exit 1; }
	@cd web && npm ci --silent --no-audit --no-fund && touch node_modules/.package-lock.json

web/openapi.json: $(STAMPS)/base $(API_SOURCES)
	@.venv/bin/huying openapi > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@  # an unchanged interface does not rebuild the web application

$(WEBAPP): web/node_modules/.package-lock.json web/openapi.json $(WEB_SOURCES) $(GUIDE)
	@cd web && npm run --silent build && touch ../$@
