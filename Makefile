# Every target is done by build.py, which needs no make: `python build.py book` does what `make book` does.
SHELL := bash
.DEFAULT_GOAL := help
TARGETS := env book verify pdf epub slides serve test test-all test-fast exit-door check format lock linkcheck clean
.PHONY: help $(TARGETS)

# Any Python starts build.py, which finds one that fits; where there is none, uv brings it.
ANY := $(shell for name in python3 python python3.11 python3.12 python3.13 python3.14; do \
  "$$name" -c "import sys; sys.exit(sys.version_info < (3, 7))" >/dev/null 2>&1 && echo "$$name" && break; done)
PYTHON ?= $(or $(ANY),uv run --no-project --python 3.13 python)
ifdef SURVEY
export COMPANION_SURVEY := $(abspath $(SURVEY))
endif
ifdef QUESTIONNAIRE
export COMPANION_QUESTIONNAIRE := $(abspath $(QUESTIONNAIRE))
endif
ifdef MAPPING
export COMPANION_MAPPING := $(abspath $(MAPPING))
endif

help: ## Print the targets
	@$(PYTHON) build.py

$(TARGETS):
	@$(PYTHON) build.py $@ $(MORE)

verify: MORE = $(if $(ENGINE),--engine $(ENGINE))
book pdf epub: MORE = $(if $(EDITION),--edition $(EDITION))
