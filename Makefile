# The Fate of Features: every command of the study. `make` lists them.

PROFILE ?= laptop

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

# ---- Which Python -----------------------------------------------------------------------------
# Without PYTHON, the study makes its own environment in .venv. With it (`make book PYTHON=python`
# in an activated conda environment, see environment.yml) that one is used as it is.

ifeq ($(origin PYTHON), undefined)
  PYTHON := .venv/bin/python
  ENVIRONMENT := .venv/.installed
else
  ENVIRONMENT := given-python
endif

# A Python that torch $(torch) has builds for, and that can make an environment.
torch := 2.13.0
candidates := python3.11 python3.12 python3.13 python3 python
fitting := import sys; assert (3, 11, 5) <= sys.version_info[:3] < (3, 14)

define find_python
for python in $(candidates); do \
  $$python -c '$(fitting); import ensurepip, venv' 2>/dev/null && { found=$$python; break; }; \
  $$python -c '$(fitting)' 2>/dev/null && bare=$$python; \
done; \
if [ -z "$$found" ] && [ -n "$$bare" ]; then \
  echo "$$bare cannot make an environment: its venv and ensurepip are missing" \
       "(on Debian and Ubuntu: apt-get install $$bare-venv)." >&2; exit 1; \
elif [ -z "$$found" ]; then \
  echo "No Python 3.11, 3.12 or 3.13 found, and the study is made for these." \
       "Install Python 3.11.5 or later, or say which to use: make ... PYTHON=python" >&2; exit 1; \
fi
endef

# Stamps come last, so that an installation that was cut short starts again.
.venv/.made:
	@$(find_python); echo "Making .venv with $$found"; $$found -m venv --clear .venv
	@touch $@

.venv/.installed: .venv/.made requirements.lock pyproject.toml
	@echo "Installing requirements.lock (a few minutes the first time)"
	@$(PYTHON) -m pip install -qq --requirement requirements.lock
	@$(PYTHON) -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: given-python
given-python:
	@$(PYTHON) -c 'import featurefate' || { \
	  echo "$(PYTHON) has no featurefate: conda env create -f environment.yml," \
	       "conda activate featurefate; or leave PYTHON out" >&2; exit 1; }

# ---- The study: notebooks in order, then the book ---------------------------------------------

build := build/$(PROFILE)
notebooks := $(sort $(wildcard notebooks/[0-9][0-9]_*.py))
executed := $(notebooks:notebooks/%.py=$(build)/executed/%.ipynb)
package := src/featurefate

# What the rendered pages rest on besides the notebooks, and what neither rests on.
rendering := $(addprefix $(package)/study/,staging.py site.py provenance.py)
tools := $(addprefix $(package)/study/,compare.py verify.py lock.py readme_figure.py stand_ins.py)

# What a notebook's result rests on: all other code. Heavy steps know better (they are read back
# from artifacts where their own code, settings and inputs are the same), so running one again
# costs little.
computing := $(filter-out $(rendering) $(tools),$(shell find $(package) -name '*.py'))
profile_file := $(wildcard notebooks/profiles/$(PROFILE).yaml)
prose := _config.yml _toc.yml $(shell find book -type f 2>/dev/null)

.PHONY: book
book: $(build)/site/index.html  ## run the notebooks, build the book   [PROFILE=laptop]
	@echo "The book: $<"

$(executed): $(build)/executed/%.ipynb: notebooks/%.py $(profile_file) requirements.lock \
             $(computing) | $(ENVIRONMENT)
	@$(PYTHON) -m featurefate.study.run --profile $(PROFILE) $< $@

# Literature, and results of a long run made by hand.
$(build)/executed/10_synthesis.ipynb: notebooks/papers.yaml \
                                      $(wildcard notebooks/recorded/chain_$(PROFILE).json)

# Each notebook waits for the one before it, also under `make -j`.
previous :=
$(foreach notebook,$(executed),\
  $(if $(previous),$(eval $(notebook): $(previous)))\
  $(eval previous := $(notebook)))

$(build)/site/index.html: $(executed) $(prose) $(rendering) | $(ENVIRONMENT)
	@$(PYTHON) -m featurefate.study.site --profile $(PROFILE)
	@touch $@

.PHONY: serve
serve: book  ## read the book in a browser, from this machine only
	@$(PYTHON) -m http.server --bind 127.0.0.1 --directory $(build)/site 8000

.PHONY: lab
lab: | $(ENVIRONMENT)  ## open the notebooks in JupyterLab, with the profile's artifacts
	FEATUREFATE_PROFILE=$(PROFILE) JUPYTER_PREFER_ENV_PATH=1 $(PYTHON) -m jupyterlab notebooks

.PHONY: run
run: | $(ENVIRONMENT)  ## run one notebook again: make run NOTEBOOK=04
	@source=$$(ls notebooks/$(NOTEBOOK)*.py 2>/dev/null | head -n 1); \
	if [ -z "$(NOTEBOOK)" ] || [ -z "$$source" ]; then \
	  echo "Which notebook? make run NOTEBOOK=04" >&2; ls notebooks/[0-9]*.py >&2; exit 1; fi; \
	$(PYTHON) -m featurefate.study.run --profile $(PROFILE) $$source \
	  $(build)/executed/$$(basename $$source .py).ipynb

# ---- Looking after it -------------------------------------------------------------------------

# A process of one thread for every core; the tests of a file share its fixtures, so one process.
side_by_side := -n auto --dist loadfile

.PHONY: test
test: | $(ENVIRONMENT)  ## all tests: units, then the smoke profile executed, rendered and opened
	OMP_NUM_THREADS=1 $(PYTHON) -m pytest $(side_by_side)
	@$(MAKE) --no-print-directory book PROFILE=smoke
	FEATUREFATE_SITE=build/smoke/site $(PYTHON) -m pytest $(side_by_side) \
	  tests/test_smoke_study.py tests/book

.PHONY: verify
verify: | $(ENVIRONMENT)  ## hash every artifact again
	@$(PYTHON) -m featurefate.study.verify --profile $(PROFILE)

.PHONY: compare
compare: | $(ENVIRONMENT)  ## compare two builds: make compare A=build/first B=build/laptop
	@$(PYTHON) -m featurefate.study.compare $(A) $(B)

.PHONY: bench
bench: | $(ENVIRONMENT)  ## time our code against its peers; writes build/bench.json
	@$(PYTHON) tests/benchmarks/harness.py

.PHONY: stand-ins
stand-ins: export TEXT := $(TEXT)
stand-ins: | $(ENVIRONMENT)  ## measure a generated domain on real text: make stand-ins DOMAIN=stories TEXT=file
	@$(PYTHON) -m featurefate.study.stand_ins --profile $(PROFILE) --domain $(DOMAIN) --text "$$TEXT"

.PHONY: repeats
repeats: export REPEATS := $(REPEATS)
repeats: | $(ENVIRONMENT)  ## run the whole chain again with other seeds: make repeats REPEATS="2 3"
	@$(PYTHON) -m featurefate.study.chain --profile $(PROFILE) $$REPEATS

.PHONY: readme-figure
readme-figure: $(executed)  ## draw the figure of the README from the profile's run
	@$(PYTHON) -m featurefate.study.readme_figure --profile $(PROFILE)

.PHONY: notebooks
notebooks: | $(ENVIRONMENT)  ## make the .ipynb pairs again from the .py sources
	@$(PYTHON) -m featurefate.study.notebooks

.PHONY: lock
lock: | $(ENVIRONMENT)  ## resolve pyproject.toml afresh into requirements.lock
	@$(PYTHON) -m featurefate.study.lock

.PHONY: lint
lint: | $(ENVIRONMENT)  ## check style
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check

.PHONY: format
format: | $(ENVIRONMENT)  ## mend style
	$(PYTHON) -m ruff check --fix
	$(PYTHON) -m ruff format

.PHONY: clean
clean:  ## remove the profile's site and executed notebooks; artifacts are kept
	rm -rf $(addprefix $(build)/,site book executed partial lab headline headline.json)

.PHONY: clean-all
clean-all:  ## remove all that was ever built, and .venv
	rm -rf build .venv src/*.egg-info

.PHONY: help
help:  ## list the commands
	@echo "make COMMAND [PROFILE=laptop] [PYTHON=python]"
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/  \1\t\2/p' Makefile | expand -t 17
	@echo "Profiles: laptop $(sort $(basename $(notdir $(wildcard notebooks/profiles/*.yaml))))"
