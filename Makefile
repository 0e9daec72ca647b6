# Everything installs into .venv; nothing is installed twice while its lock file stays the same.

PYTHON ?= python3
PORT ?= 8000
DATA ?= .demo
ONLY ?=
ARGS ?=
SEED ?= 1
KEY ?=
FROM ?=
ROUNDS ?= 1000
CALLS ?= 100000
PEOPLE ?=

BIN := .venv/bin
WORDS := src/wardkey_station/locale
ASSETS := src/wardkey/web/static/nhsuk/nhsuk-frontend.min.css

# uv where there is one, otherwise the pip that every virtual environment brings.
PIP_INSTALL := $(if $(shell command -v uv),uv pip install --quiet --python $(BIN)/python,\
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input)
LOCKED := --require-hashes --only-binary :all:

# Tools that import Django's settings want a secret and a database; neither is used for anything.
FOR_CHECKS := DJANGO_SETTINGS_MODULE=wardkey.settings WARDKEY_SECRET_KEY=for-checks-only \
	DATABASE_URL=sqlite:///:memory:

.DEFAULT_GOAL := list
.PHONY: list setup demo demo-check test check bench fill fuzz fuzz-api screenshots compatibility guide openapi words format lock both-databases release cases upgrade-check single-use

list: # list these targets
	@sed -nE 's/^([a-z-]+):[^#]*# (.*)/make \1|\2/p' $(MAKEFILE_LIST) | \
		while IFS='|' read -r target purpose; do printf '%-18s%s\n' "$$target" "$$purpose"; done

setup: .venv/.portal $(ASSETS) # install portal and station into .venv, and start nothing

demo: setup # serve a filled portal on http://localhost:8000 (PORT=, DATA= change that)
	@$(BIN)/wardkey demo --port $(PORT) --data $(DATA)

demo-check: setup # start the demo on a free port, look at it, stop it
	@$(BIN)/python -m tools.demo_check

test: setup .venv/.development .venv/.release .venv/.fido2-source # run every test, on SQLite and on PostgreSQL (ARGS= goes to pytest)
	@$(PYTHON) tools/system_packages.py
	@$(BIN)/python -m tools.run_tests $(ARGS)

check: setup .venv/.development # style, types, imports, migrations and the house's budgets
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python -m tools.house_budgets
	$(FOR_CHECKS) $(BIN)/mypy
	$(BIN)/lint-imports
	$(FOR_CHECKS) $(BIN)/python -m django makemigrations --check --dry-run
	$(FOR_CHECKS) $(BIN)/python -m tools.locking_migrations
	$(FOR_CHECKS) $(BIN)/python -m tools.openapi

bench: setup .venv/.development # measure against floors and peers (ONLY=signin, …; PEOPLE= for ONLY=scale; ONLY=peer beside privacyIDEA)
	@PEOPLE=$(PEOPLE) $(BIN)/python -m bench $(ONLY)

fill: setup .venv/.development # fill the empty database of DATABASE_URL with two million people (ARGS="--people 100000" for fewer)
	@test -n "$(DATABASE_URL)" || { echo "Which database? make fill DATABASE_URL=…" >&2; exit 2; }
	@DJANGO_SETTINGS_MODULE=wardkey.settings DATABASE_URL="$(DATABASE_URL)" \
		WARDKEY_SECRET_KEY="$${WARDKEY_SECRET_KEY:-only-for-filling-and-of-a-length-that-the-checks-accept}" \
		$(BIN)/python -m bench.filling $(ARGS)

fuzz: setup .venv/.development # a million hostile answers to the ceremonies (SEED= chooses others)
	@$(BIN)/python -m pytest tests/ceremonies/test_hostile_bytes.py \
		--hypothesis-profile=fuzz --hypothesis-seed=$(SEED)

fuzz-api: setup .venv/.development # a hundred thousand requests to the API (SEED=, CALLS=)
	@SEED=$(SEED) CALLS=$(CALLS) $(BIN)/python -m pytest tests/api/fuzzing.py -q -s -x --show-capture=no

screenshots: setup .venv/.development # photograph the demo anew, into docs/screenshots
	@$(PYTHON) tools/system_packages.py screenshots
	@$(BIN)/python -m tools.screenshots

openapi: setup # write docs/openapi.json anew, as the API describes itself
	@$(FOR_CHECKS) $(BIN)/python -m tools.openapi --write

guide: setup .venv/.development # make the guide's pictures, video and PDF anew from the demo
	@$(PYTHON) tools/system_packages.py guide
	@$(BIN)/python -m tools.guide

compatibility: setup .venv/.development # try registration and login here, into the guide's table
	@$(PYTHON) tools/system_packages.py compatibility
	@$(BIN)/python -m tools.compatibility

release: setup .venv/.release # make the wheel, its SBOM and a signature, into dist/ (KEY= signs)
	@$(BIN)/python -m tools.release $(KEY)

words: setup .venv/.development # gather the sentences of portal and station for translators (ARGS=--partly compiles halves)
	@$(BIN)/python -m tools.words $(ARGS)
	@mkdir -p $(WORDS)
	@$(BIN)/pybabel --quiet extract --no-default-keywords --keyword=_ --keyword=N_ \
		--keyword=counted:1,2 --project=wardkey-station --output-file=$(WORDS)/wardkey_station.pot \
		src/wardkey_station

format: .venv/.development # rewrite the code in the house's format
	@$(BIN)/ruff check --quiet --select I --fix .
	@$(BIN)/ruff format .

single-use: setup .venv/.development # what is good for once, a hundred times at once (ROUNDS=)
	@$(PYTHON) tools/system_packages.py
	@ROUNDS=$(ROUNDS) $(BIN)/python -m tools.run_tests -q -x tests/single_use.py

upgrade-check: setup .venv/.development # upgrade from a release or a commit under load (FROM=v1.0.0)
	@$(PYTHON) tools/system_packages.py
	@FROM=$(FROM) $(BIN)/python -m pytest -q -s -x tests/upgrading.py

cases: # print each hostile case of the test material with its tests (WARDKEY_TEST_MATERIAL)
	@$(PYTHON) -m tools.cases

both-databases: setup .venv/.development # choose anew what of the suite runs on SQLite alone
	@$(BIN)/python -m tools.both_databases

lock: # choose versions anew and rewrite the lock files (needs uv)
	uv pip compile $(LOCK) --extra portal --extra station --output-file requirements/portal.txt
	uv pip compile $(LOCK) --extra portal --extra station --extra traces --extra cache \
		--group development --output-file requirements/development.txt
	uv pip compile $(LOCK) --constraint requirements/development.txt --extra traces \
		--output-file requirements/traces.txt
	uv pip compile $(LOCK) --constraint requirements/development.txt --extra cache \
		--output-file requirements/cache.txt
	uv pip compile $(LOCK) --group build --output-file requirements/build.txt
	uv pip compile $(LOCK) --constraint requirements/development.txt --group release \
		--output-file requirements/release.txt
	uv pip compile $(LOCK) --group node --output-file requirements/node.txt
	uv pip compile $(LOCK) --group peer --output-file requirements/peer.txt
	uv pip compile $(LOCK) --no-deps --constraint requirements/portal.txt --group fido2-source \
		--output-file requirements/fido2-source.txt

LOCK := pyproject.toml --universal --upgrade --generate-hashes --no-header --no-annotate --quiet

.venv/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Wardkey needs Python 3.11")'
	$(PYTHON) -m venv .venv

# A stamp is written last, so that an installation cut short is done again.
.venv/.portal: requirements/build.txt requirements/portal.txt pyproject.toml | .venv/pyvenv.cfg
	$(PIP_INSTALL) $(LOCKED) -r requirements/build.txt -r requirements/portal.txt
	$(PIP_INSTALL) --no-deps --no-build-isolation --no-index --editable .
	@touch $@

.venv/.development: requirements/development.txt .venv/.portal
	$(PIP_INSTALL) $(LOCKED) -r requirements/development.txt
	@touch $@

.venv/.release: requirements/release.txt .venv/.development
	$(PIP_INSTALL) $(LOCKED) -r requirements/release.txt
	@touch $@

.venv/.fido2-source: requirements/fido2-source.txt tools/fido2_source.py | .venv/pyvenv.cfg
	$(BIN)/python tools/fido2_source.py
	@touch $@

$(ASSETS): package-lock.json requirements/node.txt tools/npm_ci.py tools/copy_assets.py \
		tools/nhsuk_assets.sha256 | .venv/pyvenv.cfg
	$(BIN)/python tools/npm_ci.py
	$(BIN)/python tools/copy_assets.py
