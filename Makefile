# The same words for a person and for CI; `make help` says what each does.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: setup run test law check bench simulate fuzz chaos clean help

STARTED := $(shell date +%s)
VENV := .venv
PY := $(VENV)/bin/python
FOLDERS := $(patsubst %/pyproject.toml,%,$(wildcard contracts/pyproject.toml chassis/pyproject.toml worktime/pyproject.toml \
	forms/pyproject.toml motcua/pyproject.toml simulators/pyproject.toml simulation/pyproject.toml deploy/local/pyproject.toml services/*/pyproject.toml))
MODULES := $(subst -,_,$(notdir $(filter-out deploy/local,$(FOLDERS)))) $(if $(filter deploy/local,$(FOLDERS)),motcua_stack)
SOURCES := $(wildcard $(FOLDERS) tests bench)

setup: $(VENV)/.packages ## Make the environment in .venv, with the command .venv/bin/motcua

# The distribution's Python comes first: it is compiled with profiles, others on the path often are not (docs/performance.md). One that is
# newer than the libraries were pinned for is taken where there is no other.
$(VENV)/.libraries: requirements.lock
	@python=; for newest in 13 99; do for p in $(or $(PYTHON),/usr/bin/python3 python3.13 python3.12 python3.11 python3); do \
	  if [ -z "$$python" ] && "$$p" -c "import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, $$newest))" 2>/dev/null; \
	  then python=$$p; fi; done; done; \
	if [ -z "$$python" ]; then \
	  echo "$(if $(PYTHON),PYTHON=$(PYTHON) does not do: )Motcua needs Python 3.11 or newer with its venv module: install python3 and python3-venv, or say make PYTHON=/path/to/python3."; exit 1; fi; \
	echo "environment: installing the libraries of requirements.lock for $$("$$python" --version)"; \
	rm -rf $(VENV) && "$$python" -m venv $(VENV) \
	  || { echo "The environment could not be made in $(VENV): free some disk space (1.5 GB is enough) and run make again."; exit 1; }
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock \
	  || { echo "The libraries could not be installed: check the network (or pip's settings) and the free disk space, then run make again."; exit 1; }
	@touch $@

$(VENV)/.packages: $(VENV)/.libraries $(addsuffix /pyproject.toml,$(FOLDERS))
	@$(PY) -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation $(foreach f,$(FOLDERS),-e ./$(f))
	@touch $@

run: setup ## Start everything in the foreground; Ctrl-C stops it in order
	@MOTCUA_STARTED=$(STARTED) exec $(PY) -m motcua_stack run

test: setup ## Run all tests, with real PostgreSQL and Kafka, and print the result of each requirement
	@exec $(PY) -m pytest --numprocesses 2 --dist loadfile

law: setup ## Compare 100,000 random due dates with counting minute by minute
	@WORKTIME_CASES=100000 exec $(PY) -m pytest tests/worktime/test_oracle.py

check: setup ## Check format, lint, types, generated files and the Kubernetes resources
	$(PY) -m ruff format --check $(SOURCES)
	$(PY) -m ruff check $(SOURCES)
	$(PY) -m mypy --strict $(addprefix -p ,$(MODULES)) -p tests
	$(PY) -m mypy --strict $(wildcard bench/*.py) bench/copies
	@if [ -e tests/generated.py ] || [ -e tests/generated/__main__.py ]; then set -x; $(PY) -m tests.generated --check; fi
	@if [ -d tests/deploy ]; then set -x; $(PY) -m pytest tests/deploy; fi

bench: setup ## Measure: run each script of bench/
	@for script in $(filter-out bench/_%,$(wildcard bench/*.py)); do echo "== $$script"; $(PY) "$$script" || exit 1; done

simulate: setup ## Simulate a thousand small provinces with every fault, then a few long ones
	@$(VENV)/bin/motcua simulate --seeds 1000 --days 3 --dossiers 50 --faults all --jobs 2
	@$(VENV)/bin/motcua simulate --seed 5001 --seeds 2 --days 60 --dossiers 5000 --faults all --jobs 2 --no-thorough

fuzz: setup ## Send 50,000 bad requests to a running system of its own; ARGS="--requests 5000 intake" for less
	@exec $(PY) -m tests.fuzz $(ARGS)

chaos: setup ## Kill, cut off and fill up whole systems under load; ARGS="--list" says what, ARGS="kills --seconds 120 --size 20" is one, shorter
	@exec $(PY) -m tests.chaos $(ARGS)

clean: ## Stop what runs here, then remove the environment, the caches and ALL local data (.local)
	@if [ -x $(PY) ] && [ -d .local ]; then $(PY) -m motcua_stack down; fi
	rm -rf .venv .local .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'
