# Two commands: `make demo` and `make test`. Everything else is for developers.
PYTHON ?= python3.11
PY := .venv/bin/python
STAMP := .venv/.ready

.PHONY: demo test check bench lock mutation clean

demo: $(STAMP)
	@$(PY) -m yifa demo

test: $(STAMP)
	@$(PY) -m tests.run

check: $(STAMP)
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

bench: $(STAMP)
	@$(PY) -m bench

mutation: $(STAMP)
	@$(PY) -m tests.mutation

$(STAMP): requirements-dev.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { command -v python3 >/dev/null && python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ; } || { echo "需要 Python 3.11 或更新版本 / Python 3.11 or newer is needed"; exit 1; }
	@test -x .venv/bin/python || $$(command -v $(PYTHON) || command -v python3) -m venv .venv
	@echo "正在安装依赖 / installing dependencies ..."
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@PYTHONWARNINGS=ignore .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

# Lock files carry hashes and no addresses.
lock: $(STAMP)
	.venv/bin/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-trusted-host --allow-unsafe --strip-extras -o requirements.txt requirements.in
	.venv/bin/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-trusted-host --allow-unsafe --strip-extras -o requirements-dev.txt requirements-dev.in

clean:
	rm -rf demo build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
