# `make run` and `make test` are all that most people need; `make check` is for those who change the code.
PYTHON ?= python3
BIN := .venv/bin
# Where this is set, each of the many processes that tests start would compile all modules anew: half of its start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test proof check lint format texts lock audit clean

run:
	@$(PYTHON) install.py --goal run
	@$(BIN)/citebot start

test:
	@$(PYTHON) install.py --goal test test check
	$(BIN)/pytest --numprocesses 4 --dist loadgroup --no-loadscope-reorder

# The random steps, kills, faults and damaged inputs of which `make test` takes a share, at their full length: hours.
proof:
	@$(PYTHON) install.py --goal proof test check
	SOAK_STEPS=1000 KILLED_EVERY=1 KILLED_DELAYS=40 KILLED_RUNS=300 KILLED_BOTS=100 FAILING_WRITES_EVERY=1 \
		POWER_CUTS=100 MEMORY_LIMITS=40 DAMAGED_FILES=all $(BIN)/pytest --numprocesses 2 --dist loadgroup \
		--no-loadscope-reorder tests/test_soak.py tests/ingest/test_index_killed.py \
		tests/ingest/test_index_killed_at_random.py tests/bot/test_bot_killed.py tests/faults
	FUZZ_EXAMPLES=4000 $(BIN)/pytest --numprocesses 2 --timeout 3600 tests/fuzz

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

# The versions and hashes that install.py installs, with the Python and on the kind of machine that LOCKED_FOR there
# names. What is locked stays unless pyproject.toml forbids it; `make lock UPGRADE=--upgrade` takes the newest.
LOCK := CUSTOM_COMPILE_COMMAND="make lock" .venv/locking/bin/pip-compile $(UPGRADE)
lock:
	@$(PYTHON) install.py --goal lock
	$(BIN)/python -m venv .venv/locking
	.venv/locking/bin/pip install --quiet "pip-tools>=7.6,<8"
	$(LOCK) --all-extras --output-file locks/test.txt pyproject.toml
	$(LOCK) --constraint locks/test.txt --extra documents --extra postgres --output-file locks/extras.txt pyproject.toml
	$(LOCK) --constraint locks/test.txt --output-file locks/run.txt pyproject.toml

# Fails where a locked version has a published vulnerability; names what the package index has no data of.
audit:
	@$(PYTHON) -m venv .venv/auditing
	@.venv/auditing/bin/pip install --quiet "pip-audit>=2.10,<3"
	.venv/auditing/bin/pip-audit --disable-pip --no-deps --progress-spinner off -r locks/test.txt -r locks/extras.txt

clean:
	rm -rf .venv
