# Thin: the work is done by the Python package stack/ (standard library only).
PYTHON ?= python3
COMMANDS := help demo test up down status clean soak bench docs

.DEFAULT_GOAL := help
.PHONY: $(COMMANDS)

$(COMMANDS):
	@$(PYTHON) -m stack $@
