# Every target sets itself up: from Python 3.11 to 3.13 with its venv module, and make, to the end.
# The first one prepares an environment in build/venv, exactly as requirements.lock says.

# On Windows, in Git's shell, an environment keeps its programs elsewhere.
ifeq ($(OS),Windows_NT)
PYTHON ?= python
BIN := Scripts
EXE := .exe
else
PYTHON ?= python3
BIN := bin
EXE :=
endif
PROFILE ?= laptop
EXTRAS := book browser cluster lab site test
UV_PYPI := uv>=0.6

VENV := build/venv
READY := $(VENV)/.ready
DEEP := $(VENV)/.deep
RUN := $(VENV)/$(BIN)/python$(EXE)
BOOT := build/boot/$(BIN)

# Compiled kernels are kept by a checksum of the library's sources: numba does not notice that
# a kernel which it has inlined from another module has changed.
SOURCES := $(shell find lib -name '*.py' | LC_ALL=C sort | xargs cat | cksum | cut -d' ' -f1)
export NUMBA_CACHE_DIR := $(CURDIR)/build/numba/$(SOURCES)

# One thread for linear algebra: chapters and tests run side by side already, and threads would wait for one another.
export OPENBLAS_NUM_THREADS ?= 1

# Texts of the book are in UTF-8, whatever the system's own encoding is.
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.PHONY: help figures gallery lab test compare reproduce ledger site browse results deep test-deep bench references
.PHONY: lock clean FORCE

help: ## list the targets
	@awk -F ':.*## ' '/^(# )?[a-z\/<>.N-]+:.*## /{sub("# ", "", $$1); printf "  make %-24s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

figures: $(READY) ## draw every figure of the papers, with the data behind it, into figures/
	@$(RUN) -m flatminima.book figures --profile $(PROFILE)

# figures/<paper>/figN.png: ## draw one figure, such as figures/unveiling-2021/fig3.png
figures/%.png figures/%.pdf figures/%.csv: $(READY) FORCE
	@$(RUN) -m flatminima.book figures --profile $(PROFILE) $*

site: $(READY) ## build the book as pages to read in a browser: build/site/html/index.html
	@$(RUN) -m flatminima.book site --profile $(PROFILE)

browse: site ## read all pages of the site in headless Chromium, and check what is seen
	@$(RUN) -m pytest tests/browser --quiet

lab: $(READY) ## open the book in JupyterLab
	@cd notebooks && $(CURDIR)/$(VENV)/$(BIN)/jupyter lab

# Nobody sees the figures of these chapters: each is drawn once, and not a second time for the screen. Python keeps
# bytecode, even where it is told not to: each chapter and each worker would compile the library and the tests anew.
test: $(READY) ## run all tests, and every chapter against its reference
	@FLATMINIMA_FIGURES=$(CURDIR)/build/test/figures MPLBACKEND=module://flatminima.book.unseen PYTHONDONTWRITEBYTECODE= \
		$(RUN) -m pytest --ignore tests/browser --nbval-lax --nbval-current-env --numprocesses auto --dist loadscope --quiet

compare: $(READY) ## draw and check everything, and compare figures and ledgers with what is committed
	@$(RUN) -m flatminima.book compare

reproduce: ## the same from a fresh clone of the last commit, in build/reproduce
	@rm -rf build/reproduce
	@git clone --quiet . build/reproduce
	@$(MAKE) --no-print-directory -C build/reproduce compare

ledger: $(READY) ## build the ledgers of equations, numbers and figures, and print their tallies
	@$(RUN) -m flatminima.book ledger

# What is stored stays, unless `make results ARGS=--fresh` deletes it first; ARGS="--workers 1" is passed on as well.
# A study that cannot be computed here says why, and the others go on.
results: $(READY) ## compute what is missing of the outcomes in results/; all of them with ARGS=--fresh
	@for script in results/*/*.py; do $(RUN) $$script $(ARGS) || failed="$$failed $$script"; done; \
		test -z "$$failed" || { echo "Not all could be computed, each says above why:$$failed" >&2; exit 1; }

deep: $(DEEP) ## add JAX to the environment, which training deep networks needs, and nothing else does

test-deep: $(DEEP) ## run the tests that need JAX
	@$(RUN) -m pytest tests/deep --quiet

bench: $(READY) ## measure speed and accuracy against the usual recipes
	@for script in benchmarks/[!_]*.py; do $(RUN) $$script || exit 1; done

gallery: figures ## tile the figures into the picture on the front page
	@$(RUN) -m flatminima.book gallery

references: $(READY) ## run the book again and write the references of the tests
	@$(RUN) -m flatminima.book references

# JAX is large, and the book does without: it has a lock of its own, which takes all it can from the book's.
LOCK = $(BOOT)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml
lock: build/boot/.ready ## choose versions anew: both locks from pyproject.toml
	@$(LOCK) $(EXTRAS:%=--extra %) --output-file requirements.lock
	@$(LOCK) --extra deep --constraint requirements.lock --no-annotate --output-file requirements-deep.lock

clean: ## remove everything that make has made
	rm -rf build figures

# --- the environment ---------------------------------------------------------------------------

# A small environment that holds uv, which fills the real one.
build/boot/.ready:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { \
		echo "Python 3.11, 3.12 or 3.13 is needed, and $(PYTHON) is not one. Name yours: make PYTHON=python3.12" >&2; exit 1; }
	@echo "Preparing Python packages in $(VENV), once …"
	@$(PYTHON) -m venv build/boot
	@$(BOOT)/python$(EXE) -m pip install --quiet --disable-pip-version-check '$(UV_PYPI)'
	@touch $@

# uv brings its own list of certificate authorities. Behind a proxy that signs for itself only the
# system's list will do, so a failure is tried again with that one. Packages are compiled to bytecode
# here: where Python may not keep bytecode itself, every kernel would compile SciPy anew.
OPTIONS := --quiet --compile-bytecode --python $(RUN) --require-hashes
fetch = $(BOOT)/uv pip $(1) 2>build/uv.log || $(BOOT)/uv --system-certs pip $(1) || { cat build/uv.log >&2; exit 1; }

$(READY): build/boot/.ready requirements.lock
	@$(BOOT)/uv venv --quiet --clear --python $(BOOT)/python$(EXE) $(VENV)
	@$(call fetch,sync $(OPTIONS) requirements.lock)
	@$(RUN) -c 'import sysconfig as s; open(s.get_path("purelib") + "/flatminima.pth", "w").write("$(CURDIR)/lib\n")'
	@# matplotlib lists the system's fonts once, here, and does not tell about it in a chapter.
	@$(RUN) -c 'import matplotlib.font_manager' 2>/dev/null
	@# JupyterLab opens a chapter as a notebook, not as text.
	@$(VENV)/$(BIN)/jupytext-config --settings-file $(VENV)/share/jupyter/lab/settings/overrides.json \
		set-default-viewer markdown myst
	@touch $@

# A new environment begins without it.
$(DEEP): $(READY) requirements-deep.lock
	@echo "Adding JAX to $(VENV), once …"
	@$(call fetch,install $(OPTIONS) --requirements requirements-deep.lock)
	@touch $@
