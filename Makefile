# Starts from nothing but python3.11 with venv, make and git: uv comes into .uv/, everything else into .venv/.
# `make help` lists what there is.

UV_VERSION := 0.13.9
UV := .uv/bin/uv
VENV := $(or $(UV_PROJECT_ENVIRONMENT),.venv)
PYTHON := $(VENV)/bin/python
BAILLEURS := $(VENV)/bin/bailleurs
SYNCED := $(VENV)/.synced
CHECKS := lint types imports model unit portal validate stories conversations services browser widget

export UV_PROJECT_ENVIRONMENT := $(VENV)
export UV_PYTHON_DOWNLOADS := never
export RASA_TELEMETRY_ENABLED := false
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH
unexport PYTHONDONTWRITEBYTECODE # Rasa would compile TensorFlow anew at each start

.DEFAULT_GOAL := help
.PHONY: help run test load faults topology fuzz bench nlu train demo sync clean $(CHECKS)

help: ## cette aide
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

# The tether ends the servers when make itself is killed.
run: $(SYNCED) ## servir le portail et le chat, en préparant tout ce qui manque
	@exec $(PYTHON) cli/tether.py $$PPID SIGTERM $(BAILLEURS) serve

test: $(SYNCED) ## tout vérifier ; REQUIRE_SERVICES=1 refuse ce qui est sauté
	@$(PYTHON) -m tests.suite

lint: ## ruff : erreurs, style, mise en forme
types: ## mypy : types
imports: ## import-linter : le sens des imports
unit: ## tests unitaires
portal: ## tests du portail
validate: ## rasa : cohérence des données
model: ## rasa : modèle à jour
stories: ## rasa : scénarios de test
conversations: ## conversations avec le vrai assistant
services: ## tests avec les vrais serveurs et services
browser: ## tests dans Chromium
widget: ## le widget : types, tests, construction
unit stories conversations services browser: model
$(CHECKS): $(SYNCED)
	@$(PYTHON) -m tests.suite $@

load: $(SYNCED) ## 500 bailleurs déclarent en même temps, deux Rasa ; puis l'un des deux est tué
	@$(BAILLEURS) train
	@$(PYTHON) -m tests.load $(LOAD)

faults: $(SYNCED) ## casser chaque pièce à chaque moment, sur les deux bases
	@$(BAILLEURS) train
	@$(PYTHON) -m pytest tests/services/faults --thorough

topology: $(SYNCED) ## le service derrière nginx, deux de chaque, et les conversations à travers lui ; STAY=1 le garde
	@$(PYTHON) -m tests.topology $(if $(STAY),--stay)

fuzz: $(SYNCED) ## attaquer le chat et le portail : schemathesis, 10 000 messages hostiles ; FUZZ_SEED=… rejoue
	@$(BAILLEURS) train
	@FUZZ=full $(PYTHON) -m pytest tests/services/fuzz tests/portal/test_hostile_posts.py

bench: $(SYNCED) ## mesurer notre assistant à côté de celui de « rasa init »
	@$(PYTHON) -m bench $(BENCH)

nlu: $(SYNCED) ## mesurer plusieurs façons de comprendre le français
	@$(PYTHON) -m bench.nlu

train: $(SYNCED) ## entraîner le modèle, si ce qu'il lit a changé
	@$(BAILLEURS) train

demo: $(SYNCED) ## ajouter les données de démonstration à une base vide
	@$(BAILLEURS) demo

sync: $(SYNCED) ## installer ce que dit uv.lock

clean: ## effacer ce qui se refait : environnements, modèles, caches (les données restent)
	rm -rf $(VENV) .uv models results .rasa .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf widget/node_modules

$(SYNCED): pyproject.toml uv.lock .uv/$(UV_VERSION)
	@echo "• Installation des bibliothèques dans $(VENV)/ (quelques minutes la première fois)…"
	@$(UV) sync --frozen --python .uv/bin/python
	@touch $@

.uv/$(UV_VERSION):
	@echo "• Installation de uv $(UV_VERSION) dans .uv/…"
	@for name in python3.11 python3 python; do \
	  if $$name -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then found=$$name; break; fi; \
	done; \
	if [ -z "$$found" ]; then echo "Erreur : Python 3.11 est introuvable (Debian 12 : apt install python3.11)." >&2; exit 1; fi; \
	if ! $$found -c 'import ensurepip' 2>/dev/null; then \
	  echo "Erreur : le module venv de Python manque (Debian 12 : apt install python3.11-venv)." >&2; exit 1; fi; \
	$$found -m venv --clear .uv && .uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@
