# Two commands for a fresh machine with Python 3.11 or newer, make and a C compiler:
#   make run    screens the example dossiers, prints the leads and the path of the HTML report
#   make test   lint, types and all tests
# A second call is quick: stamps in the environment remember what was installed for which pyproject.toml.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3 python; do \
    command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
    && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.installed-ocr
DEV_STAMP := $(VENV)/.installed-ocr-dev
OUT ?= out
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run test check demo format bench clean
.DELETE_ON_ERROR:

help:
	@sed -n '1,4s/^# \{0,1\}//p' Makefile
	@echo "  make demo   the service with the example dossiers, on http://localhost:8000/"
	@echo "  make check  lint and types only     make bench  quality and speed     make format"

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer was not found; set PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	    echo "python -m venv failed; on Debian and Ubuntu: apt-get install python3.11-venv" >&2; exit 1; }

$(RUN_STAMP): pyproject.toml | $(BIN)/python
	@echo "Installing into $(VENV) …"
	@$(PIP) -e '.[ocr]'
	@touch $@

$(DEV_STAMP): pyproject.toml | $(BIN)/python
	@echo "Installing into $(VENV) …"
	@$(PIP) -e '.[ocr,dev,serve,postgres,oidc]'
	@touch $@ $(RUN_STAMP)

# Every entry of examples/ is one dossier: a file, an archive or a folder. Names may hold spaces, hence the shell's glob.
run: $(RUN_STAMP)
	@for entry in examples/*; do \
	    case "$$entry" in *.md|*.py|*.yaml|*__pycache__|"examples/*") ;; *) set -- "$$@" "$$entry" ;; esac; \
	done; \
	test $$# -gt 0 || { echo "examples/ holds no dossier" >&2; exit 1; }; \
	$(BIN)/jiuzhu screen "$$@" --format table && echo && echo "HTML 报告：" && \
	$(BIN)/jiuzhu screen "$$@" --format html --out $(OUT) --quiet

# The service on this machine with the example dossiers and an account for every role; its data are temporary.
demo: $(DEV_STAMP)
	@$(BIN)/jiuzhu serve --demo

check: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: check
	.ci/offline $(BIN)/python -m pytest

format: $(DEV_STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .


bench: $(DEV_STAMP)
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) $(OUT) build .mypy_cache .pytest_cache .ruff_cache
