# Every command that a person runs. `make` alone lists them.
# Needed: make, and Python 3.11 or newer with venv. All else is installed into .venv by these commands.

PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
export PORT

.DEFAULT_GOAL := help
.PHONY: help demo code reset test lint format messages types journey crawl weigh screenshots bench bench-audit bench-clocks chaos proofs rules rules-mutate backup-drill restore-drill lock holes

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/.demo-ready ## Start everything on this machine with invented people (PORT=8000)
	@$(BIN)/python -m config.supervisor

code: .venv/.demo-ready ## Say the one-time code of a demo account (SECRET=…)
	@$(BIN)/python -m config.demo.code $(SECRET)

reset: .venv/.demo-ready ## Delete the demo's data, so that the next start begins anew
	@$(BIN)/python -m config.supervisor reset

test: .venv/.test-ready ## Check style and migrations, and run every test
	@BIN=$(BIN) bash .ci/test

lint: .venv/.test-ready ## Look for mistakes and for untidy formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: .venv/.test-ready ## Put imports and formatting right
	$(BIN)/ruff check --select I --fix .
	$(BIN)/ruff format .

messages: .venv/.demo-ready ## Bring the catalogues of es and ht up to date with the sources, and say what waits
	$(BIN)/python -m config.tongues

types: .venv/.test-ready ## Check types where they pay (see pyproject.toml)
	$(BIN)/mypy

journey: .venv/.test-ready ## Follow one referral from an officer to a closed loop, step by step
	$(BIN)/python -m tests.journey

crawl: .venv/.test-ready ## As everybody of the demo, follow every link and look at each page (ROLE=…)
	@ROLE='$(ROLE)' $(BIN)/python -m tests.crawl

weigh: .venv/.test-ready ## What the officer's steps and the public page cost on a slow line
	@$(BIN)/python -m tests.weigh

screenshots: .venv/.test-ready ## Take a picture of every main page at two widths (ONLY=officer,public; GUIDES=1)
	@ONLY='$(ONLY)' GUIDES='$(GUIDES)' $(BIN)/python -m tests.screenshots

bench: .venv/.test-ready ## Measure the pages and the clocks; writes bench.json
	$(BIN)/python -m tests.bench

bench-audit: .venv/.test-ready ## Measure what a line of the audit costs, and how many one chain takes
	$(BIN)/python -m tests.bench_audit

bench-clocks: .venv/.test-ready ## Measure a tick over a million scheduled reminders, and how fast 100,000 ring
	$(BIN)/python -m tests.bench_clocks

proofs: .venv/.test-ready ## Play two worlds (SEQUENCES=200) and look for any byte that tells a referrer
	CAUSEWAY_PROOFS=$(or $(SEQUENCES),200) $(BIN)/python -m pytest -s -n 2 tests/test_noninterference.py

rules: .venv/.test-ready ## Show each rule of the law with the tests that hold it
	$(BIN)/python -m tests.rules

rules-mutate: .venv/.test-ready ## Take out each guard of the rules in a copy; a test must notice (GUARD=name)
	@GUARD='$(GUARD)' QUICK='$(QUICK)' $(BIN)/python -m tests.mutate

chaos: .venv/.test-ready ## Kill, stop and flood everything while reminders fall due; a table says what it cost (FAULT=…)
	@$(BIN)/python -m tests.chaos $(FAULT)

backup-drill: .venv/.test-ready ## Make an encrypted backup of a throwaway database and bring it back
	@$(BIN)/python -m tests.backup_drill

restore-drill: .venv/.demo-ready ## Restore a backup into a new database, check and time it (FILE=… KEY=… DRILL_DATABASE_URL=…)
	@$(BIN)/python manage.py restore_drill '$(FILE)' --key '$(KEY)' --record '$(or $(RECORD),drills.jsonl)'

lock: .venv/.test-ready ## Resolve requirements/*.in again, for all platforms, with hashes
	@$(BIN)/python -m uv --version >/dev/null 2>&1 || $(BIN)/python -m pip install --quiet uv
	@for set in base dev; do \
		$(BIN)/python -m uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url \
			--python-version 3.11 requirements/$$set.in $$([ $$set = dev ] && echo -c requirements/base.txt) --output-file requirements/$$set.txt $(LOCK) || exit 1; \
		if grep -nE '://|^--|^-i ' requirements/$$set.txt; then \
			echo "requirements/$$set.txt names a host: see above"; exit 1; fi; \
	done
	@echo "Resolved. \`make test\` installs and checks the result. To raise versions: make lock LOCK=--upgrade"

holes: .venv/.test-ready ## Ask whether a known hole is in a package that we use
	@$(BIN)/python -m pip_audit --version >/dev/null 2>&1 || $(BIN)/python -m pip install --quiet pip-audit
	$(BIN)/python -m pip_audit --strict --disable-pip --require-hashes --requirement requirements/dev.txt

# One environment; a stamp for each set of packages, so that a later run does nothing.
.venv/.demo-ready: requirements/base.txt | .venv/bin/python
	@BIN=$(BIN) sh requirements/install requirements/base.txt
	@touch $@

.venv/.test-ready: requirements/dev.txt | .venv/bin/python
	@BIN=$(BIN) sh requirements/install requirements/dev.txt
	@touch $@ .venv/.demo-ready

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is missing. On Debian or Ubuntu:" \
		"apt install python3 python3-venv. Elsewhere: make demo PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Causeway needs Python 3.11" \
		"or newer; $(PYTHON) is $$($(PYTHON) --version). Name another: make demo PYTHON=python3.13"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing." \
		"On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python could not make a virtual environment in .venv."; exit 1; }
