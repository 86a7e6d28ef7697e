# Thin: the work is done by the Python package stack/ (standard library only).
PYTHON ?= python3
.DEFAULT_GOAL := help
.PHONY: help up down status clean

help:
	@$(PYTHON) -m stack help

up down status clean:
	@$(PYTHON) -m stack $@
