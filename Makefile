# Two commands a newcomer needs: `make demo` and `make test`.
PYTHON ?= python3
PORT ?= 8000
# One more than there are processors: many tests wait for processes that they started.
JOBS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
VENV := .venv
PY := $(VENV)/bin/python
RUN_STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev

.PHONY: demo run test check fix bench bench-search bench-delivery lighthouse screens nightly clean

demo: $(RUN_STAMP)
	@PORT=$(PORT) exec $(PY) -m cong demo

run: $(RUN_STAMP)
	@$(PY) -m cong setup && PORT=$(PORT) exec $(PY) -m cong serve

test: $(DEV_STAMP)
	@$(PY) -m tests.on_both -n $(JOBS) --dist worksteal

check: $(DEV_STAMP)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports --no-cache
	$(VENV)/bin/djlint --lint --quiet cong
	$(PY) -m tests.project_check

fix: $(DEV_STAMP)
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

bench: $(DEV_STAMP)
	@missed=; for one in harvest schedule lateness enrich $(if $(NEWS_FOLDER),duplicates) $(if $(FEEDS_FOLDER),equality) process jobs; do \
		echo "== bench.$$one"; $(PY) -m bench.$$one || missed="$$missed $$one"; \
	done; \
	[ -n "$(NEWS_FOLDER)" ] || echo "bench.duplicates không chạy: đặt NEWS_FOLDER là thư mục có các bài báo (*.jsonl, *.txt)."; \
	[ -n "$(FEEDS_FOLDER)" ] || echo "bench.equality không chạy: đặt FEEDS_FOLDER là thư mục có các nguồn tin đã lưu."; \
	[ -z "$$missed" ] || { echo "Không đạt:$$missed"; exit 1; }

# The folders: judged sets of search, news texts, documents (docs/reference/benchmarks.md). ENTRIES: how large a shelf.
ENTRIES ?= 1000000
bench-search: $(DEV_STAMP)
	@missed=; $(PY) -m bench.search_quality || missed="$$missed search_quality"; \
	$(PY) -m bench.search_scale $(ENTRIES) || missed="$$missed search_scale"; \
	[ -z "$$missed" ] || { echo "Không đạt:$$missed"; exit 1; }

bench-delivery: $(DEV_STAMP)
	@$(PY) -m bench.delivery

lighthouse: $(DEV_STAMP)
	@$(PY) -m bench.lighthouse $(SITE)

# SITE: a portal that runs, with content; SCREENS: where the pictures go.
SITE ?=
SCREENS ?= var/screens
screens: $(DEV_STAMP)
	@$(PY) -m tests.screens $(or $(SITE),http://127.0.0.1:$(PORT)) $(SCREENS)

nightly: $(DEV_STAMP)
	@$(PY) -m tests.on_both -m "nightly or not nightly"
	@$(PY) -m bench.delivery instructions

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Cần Python 3.11 trở lên; ví dụ: make demo PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo "Không tạo được môi trường ảo; trên Debian hãy cài gói python3-venv."; exit 1; }

$(RUN_STAMP): requirements.txt | $(VENV)/bin/python
	@echo "Cài các thư viện đã ghim phiên bản…"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@echo "$(CURDIR)" > "$$($(PY) -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/cong.pth"
	@printf '#!/bin/sh\nexec "%s/bin/python" -m cong "$$@"\n' "$(CURDIR)/$(VENV)" > $(VENV)/bin/cong
	@chmod +x $(VENV)/bin/cong
	@touch $@

$(DEV_STAMP): requirements-dev.txt $(RUN_STAMP)
	@echo "Cài các công cụ kiểm thử…"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# `var` goes only when the demo made it: otherwise it is somebody's portal.
clean:
	@if [ -e var/cong.sqlite3 ] && [ ! -e var/demo-state.json ]; then \
		echo "Giữ lại var/: trong đó là dữ liệu của một cổng thật, không phải của bản chạy thử."; \
	else rm -rf var; fi
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
