# `make run` opens the dashboard, `make test` checks everything; both set up what they need.
PYTHON ?= python3.11
PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check bench clean

run: $(VENV)/.run-ready
	$(BIN)/python -m streamlit run app.py --server.port $(PORT)

test: $(VENV)/.test-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy explorer
	bash tests/install_browser.sh
	$(BIN)/python -m pytest -n 2 --dist loadfile

# What to run before each commit: seconds, not minutes.
check: $(VENV)/.test-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy explorer
	$(BIN)/python -m pytest -m "not browser and not model"

bench: $(VENV)/.test-ready
	for file in tests/benchmarks/bench_*.py; do $(BIN)/python $$file $(ARGS) || exit 1; done

clean:
	rm -rf $(VENV)

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run-ready: requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet -r requirements.txt
	touch $@

$(VENV)/.test-ready: tests/requirements.txt $(VENV)/.run-ready
	$(BIN)/python -m pip install --quiet -r tests/requirements.txt
	touch $@
