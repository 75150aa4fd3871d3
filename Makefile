# `make run` and `make test` are all that most people need; `make check` is for those who change the code.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check lint format texts clean

run: $(VENV)/run.stamp
	@$(BIN)/citebot start

test: $(VENV)/dev.stamp
	$(BIN)/pytest --numprocesses 2 --dist loadgroup

check: lint test

lint: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/dev.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# What is said in another language: takes up what the sources say now, and names what is not translated yet.
texts: $(VENV)/dev.stamp
	$(BIN)/python -m bot.texts.translations

clean:
	rm -rf $(VENV)

# pip takes the pinned torch as it finds it; other installers may pick a build that is several gigabytes larger.
$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: $(BIN)/python pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/dev.stamp: $(BIN)/python pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[test,check]"
	@touch $@ $(VENV)/run.stamp
