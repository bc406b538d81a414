#!/usr/bin/env bash
# Compile the dependency groups of pyproject.toml to hashed requirement files that name no host.
set -euo pipefail
uv=$(command -v uv || echo .uv/bin/uv)
compile() { "$uv" pip compile -q --upgrade --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version "$1" "${@:3}" -o "$2"; }
compile 3.11 requirements/portal.txt --group portal
compile 3.11 requirements/dev.txt --group portal --group dev
compile 3.10 requirements/bot.txt --group bot
