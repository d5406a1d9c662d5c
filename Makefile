# Two commands on a machine that has Python (3.11 to 3.13), git and make and nothing else.
PYTHON ?= python3
HOME_DEMO ?= .policygraph-demo
VENV := .venv
VENV_DEMO := .venv-demo

.PHONY: demo test quality lint bench clean train

demo: $(VENV_DEMO)/installed  ## the whole flow on a sample site, from a crawl to the exposure of two firms
	$(VENV_DEMO)/bin/policygraph --home $(HOME_DEMO) demo; code=$$?; [ $$code -eq 3 ] || exit $$code

test: $(VENV)/installed  ## the whole suite: real Neo4j, SQLite, PostgreSQL; then lint and types
	$(VENV)/bin/python -m pytest
	$(MAKE) lint

lint: $(VENV)/installed  ## style, types, and the direction of imports
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

quality: $(VENV)/installed  ## score the annotator on the development documents, against the pinned floor
	$(VENV)/bin/python -m benchmarks.quality

bench: $(VENV)/installed  ## the measurements behind benchmarks/*.md
	$(VENV)/bin/python -m benchmarks

$(VENV_DEMO)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV_DEMO)
	$(VENV_DEMO)/bin/python -m pip install --quiet --upgrade pip
	@echo "installing policygraph and what the demo needs (0.9 GB on disk)"
	$(VENV_DEMO)/bin/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --upgrade pip
	@echo "installing policygraph and what its tests need"
	$(VENV)/bin/python -m pip install --quiet --constraint constraints.txt --editable '.[test]'
	touch $@

clean:  ## remove what the commands above made, but no home
	rm -rf $(VENV) $(VENV_DEMO) .mypy_cache .ruff_cache .pytest_cache

train: $(VENV)/installed  ## train a reader (two to three hours on two cores); TRAIN="--go-on": the shipped one goes on
	$(VENV)/bin/python -m pip install --quiet --constraint constraints.txt --editable '.[test,train]'
	$(VENV)/bin/python -m training $(TRAIN)
