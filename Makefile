# `make run` and `make test` do everything that a fresh Debian or Ubuntu machine with a Swift toolchain needs.

LIBRARIES := libncurses-dev libsqlite3-dev zlib1g-dev
# Ubuntu has Chromium as a snap alone, without a driver: what needs a web browser is tested elsewhere.
WEB_BROWSER := $(shell . /etc/os-release && [ "$$ID" = ubuntu ] || echo chromium chromium-driver)
TEST_TOOLS := binutils tmux screen faketime curl procps strace python3 sqlite3 unicode-data $(WEB_BROWSER)
CHECK_TOOLS := python3
CONFORMANCE_TOOLS := python3 python3-venv
BENCH_TOOLS := python3 gcc libc6-dev libncurses-dev wrk sqlite3
SCREENSHOT_TOOLS := python3 tmux xvfb xterm fontconfig fonts-dejavu-core fonts-noto-core fonts-noto-cjk fonts-symbola
# Colours are an option of the compiler: with them in a terminal alone everything would be built anew in a pipe.
PLAIN := --no-color-diagnostics
# Not position-independent: the loader would write to half of the pages before the first frame.
# Without a path of its own for libraries: one beside a copy that somebody downloaded would be loaded otherwise.
# Without debug information, which the linker would only take out again.
STATIC := $(PLAIN) -c release -debug-info-format none -Xswiftc -static-stdlib -Xlinker -s -Xlinker -no-pie --disable-local-rpath --scratch-path .build/static
# Where nobody steps through them, the tests are built without debug information.
CHECKED := $(PLAIN) --explicit-target-dependency-import-check error $(if $(CI),-debug-info-format none)

.PHONY: run build install test check format screenshots bench bench-terminal bench-service clean \
	conformance conformance-quick stay-signed-in soak story libraries test-tools conformance-tools screenshot-tools bench-tools

run: build
	@.build/static/release/twinscope --local

build: libraries
	swift build $(STATIC) --product twinscope

# PREFIX=/usr/local by default.
PREFIX ?= /usr/local
install: build
	install -D -m 755 .build/static/release/twinscope $(DESTDIR)$(PREFIX)/bin/twinscope

test: test-tools
	swift build --build-tests $(CHECKED)
	python3 scripts/run-tests

# The local service against its own description, by tens of thousands of requests that Schemathesis makes up.
conformance: build conformance-tools
	python3 scripts/conformance .build/static/release/twinscope

# The same with fewer requests, in a minute and a half.
conformance-quick: build conformance-tools
	python3 scripts/conformance .build/static/release/twinscope --quick

# What is checked without building: formatting, who may import whom, that places and panes are told apart in one place, that
# a test that hangs is noticed, and that docs/reliability.md says what the tests say.
check: check-tools
	swift format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Benchmarks
	sh scripts/check-imports
	python3 scripts/check-structure
	python3 scripts/run-tests --self-check
	python3 scripts/fault-table --check

format:
	swift format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Benchmarks

# The pictures of the README: the program in xterm on an X server of its own, by keys that are pressed.
screenshots: build screenshot-tools
	python3 scripts/screenshots .build/static/release/twinscope

# Ten minutes of browsing with tokens that live for seconds, and what of it failed.
stay-signed-in: build test-tools
	python3 scripts/stay-signed-in .build/static/release/twinscope

# An hour of random keys, or HOURS, at services with faults, with what grew; then the tests that repeat more there.
HOURS ?= 1
soak: build test-tools
	python3 scripts/soak .build/static/release/twinscope $(HOURS)
	swift build --build-tests $(CHECKED)
	python3 scripts/run-tests --soak

# What a person does first, with the program that people run; once in `LANG=C`.
story: build test-tools
	python3 scripts/story .build/static/release/twinscope

# How long the view models take, without a terminal; BENCHMARKS.md has the figures.
bench:
	cd Benchmarks && swift package benchmark --no-progress

# The whole program on a pseudo terminal beside the least a C program does, and beside what is installed of tig, fzf, less.
bench-terminal: build bench-tools
	python3 scripts/bench-terminal .build/static/release/twinscope

# The local service under load, beside sqlite3 on the same database.
bench-service: build bench-tools
	python3 scripts/bench-service .build/static/release/twinscope
	python3 scripts/token-timing .build/static/release/twinscope

clean:
	rm -rf .build Benchmarks/.build

check-tools:
	@sh scripts/install $(CHECK_TOOLS)

libraries:
	@sh scripts/install $(LIBRARIES)

test-tools:
	@sh scripts/install $(LIBRARIES) $(TEST_TOOLS)

conformance-tools:
	@sh scripts/install $(CONFORMANCE_TOOLS)
	@python3 scripts/conformance --tools

screenshot-tools:
	@sh scripts/install $(SCREENSHOT_TOOLS)

bench-tools:
	@sh scripts/install $(BENCH_TOOLS)
