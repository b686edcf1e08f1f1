# `make run` opens the dashboard, `make test` checks everything; both set up what they need.
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3 python; do \
	if $$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; \
	then echo $$name; break; fi; done)
PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check docs bench gpu-check lock clean

run: $(VENV)/.run-ready
	$(BIN)/python -m streamlit run app.py --server.port $(PORT)

test: $(VENV)/.test-ready
	$(MAKE) --no-print-directory static
	bash tests/install_browser.sh
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# What to run before each commit: under two minutes on two cores, its time told at the end.
check: $(VENV)/.test-ready
	@began=$$(date +%s); $(MAKE) --no-print-directory static && \
	$(BIN)/python -m pytest -q -m "not browser and not model and not slow" -n 2 --dist loadfile --no-loadscope-reorder && \
	echo "make check took $$(( $$(date +%s) - began )) s"

.PHONY: static
static:
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy explorer pages app.py docs tests
	$(BIN)/lint-imports --no-logo

# The figures and the screenshots of the pages in docs/.
docs: $(VENV)/.test-ready
	bash tests/install_browser.sh
	$(BIN)/python docs/make_figures.py
	$(BIN)/python docs/make_findings.py
	$(BIN)/python docs/make_screenshots.py

bench: $(VENV)/.test-ready
	for file in tests/benchmarks/bench_*.py; do $(BIN)/python $$file $(ARGS) || exit 1; done

# What a CUDA GPU computes and how fast, in one call of less than ten minutes; it installs
# nothing, so that it also runs where no package index can be reached.
gpu-check:
	$(or $(wildcard $(BIN)/python),$(PYTHON)) tests/benchmarks/bench_gpu.py $(ARGS)

# Writes constraints.txt anew from what requirements.txt and tests/requirements.txt resolve to.
lock: $(VENV)/bin/python
	rm -rf .lock-venv && $(PYTHON) -m venv .lock-venv
	.lock-venv/bin/python -m pip install --quiet -r requirements.txt -r tests/requirements.txt
	.lock-venv/bin/python -m pip freeze --exclude-editable > constraints.found
	head -1 constraints.txt > constraints.new
	sed 's/+[a-z0-9]*$$//' constraints.found | grep -viE '^(nvidia|triton|cuda)' | sort -f >> constraints.new
	mv constraints.new constraints.txt && rm -rf .lock-venv constraints.found

clean:
	rm -rf $(VENV)

$(VENV)/bin/python:
	@if [ -z "$(PYTHON)" ]; then \
	echo "Expert Explorer needs Python 3.11, 3.12 or 3.13, and found none on PATH." >&2; exit 1; fi
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run-ready: requirements.txt constraints.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet -r requirements.txt -c constraints.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

$(VENV)/.test-ready: tests/requirements.txt $(VENV)/.run-ready
	$(BIN)/python -m pip install --quiet -r tests/requirements.txt -c constraints.txt
	touch $@
