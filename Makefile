# `make run` and `make test` are all that most people need; `make check` is for those who change the code.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test proof check lint format texts clean

run:
	@$(PYTHON) install.py --goal run
	@$(BIN)/citebot start

test:
	@$(PYTHON) install.py --goal test test check
	$(BIN)/pytest --numprocesses 2 --dist loadgroup --no-loadscope-reorder

# The random steps and the kills of which `make test` takes a share, at their full length: half an hour.
proof:
	@$(PYTHON) install.py --goal proof test check
	SOAK_STEPS=1000 KILLED_EVERY=1 KILLED_DELAYS=40 $(BIN)/pytest --numprocesses 2 --dist loadgroup \
		--no-loadscope-reorder tests/test_soak.py tests/ingest/test_index_killed.py

check: lint test

lint:
	@$(PYTHON) install.py --goal lint test check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format:
	@$(PYTHON) install.py --goal format test check
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# What is said in another language: takes up what the sources say now, and names what is not translated yet.
texts:
	@$(PYTHON) install.py --goal texts test check
	$(BIN)/python -m bot.texts.translations

clean:
	rm -rf .venv
