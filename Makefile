# The only way in: two environments, one set of commands. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PY := .venv/bin/python
BOTPY := .venv-bot/bin/python
SHARED ?= ../shared
export WENBAN_SHARED := $(SHARED)
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
export PYTHONDONTWRITEBYTECODE := 1

help: ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

setup: .venv/.done .venv-bot/.done locales/zh_CN/LC_MESSAGES/wenban.mo ## Install everything (Debian packages when root, two Pythons, translations)

.venv/.done: requirements/dev.txt
	@bash tools/setup.sh .venv 3.11 requirements/dev.txt
	@touch $@

.venv-bot/.done: requirements/bot.txt
	@bash tools/setup.sh .venv-bot 3.10 requirements/bot.txt
	@touch $@

locales/zh_CN/LC_MESSAGES/wenban.mo: .venv/.done $(wildcard locales/*/LC_MESSAGES/*.po)
	@$(PY) -W ignore -m policy_kb.wording
	@touch $@

train: setup ## Train the bot (only when its data changed)
	@$(PY) tools/train.py

vectors: setup ## Fetch the text models and prepare what questions are compared with (a minute the first time)
	@WENBAN_DENSE_MODEL="$$($(PY) -m tools.text_model fetch)" $(PY) -W ignore -m policy_kb embed

run: setup ## Start the portal with all its processes; CORPUS=folder STORE=embedded|elasticsearch PORT=8000 DATA=var
	@exec $(PY) tools/run.py $(if $(CORPUS),--corpus "$(CORPUS)") $(if $(STORE),--store $(STORE)) $(if $(PORT),--port $(PORT)) $(if $(DATA),--data "$(DATA)")

test: setup train vectors ## Every test: unit, contract, stores on a real Elasticsearch, dialogue, browser
	@bash tools/test.sh

test-quick: setup ## Unit tests of portal and policy base only
	@$(PY) -m pytest tests/policy_kb tests/portal tests/house -m "not elasticsearch"

lint: setup ## ruff, mypy, catalogue and translations
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy

eval: setup train ## Ask QUESTIONS=file.jsonl through the widget's HTTP endpoint, write OUT=results.jsonl; CORPUS=folder
	@$(PY) tools/evaluate.py --questions "$(QUESTIONS)" --out "$(OUT)" $(if $(CORPUS),--corpus "$(CORPUS)")

read-messages: .venv/.done locales/zh_CN/LC_MESSAGES/wenban.mo ## Read complaint messages: IN=messages.jsonl OUT=results.jsonl (DATA=var quotes its law)
	@$(PY) -W ignore tools/read_messages.py --in "$(IN)" --out "$(OUT)" $(if $(DATA),--data "$(DATA)")

bench: setup train ## Measure a chat turn against a bare Rasa turn, memory and start (prints JSON)
	@$(PY) bench/chat_turn.py

elasticsearch: setup ## Fetch and start a real Elasticsearch for development (prints its address)
	@$(PY) -m tools.elasticsearch_development start

compile: .venv/.done ## Compile the hashed requirement files again
	@bash tools/compile_requirements.sh

screenshots: setup ## Pictures of every page, zh and en, 1280 and 320 px, into var/screenshots (URL=running portal)
	@$(PY) tools/screenshots.py $(URL)

.PHONY: help setup train vectors run test test-quick lint eval read-messages bench elasticsearch compile screenshots
