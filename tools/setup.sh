#!/usr/bin/env bash
# Make one virtual environment from a hashed requirement file: tools/setup.sh FOLDER PYTHON REQUIREMENTS
# Installs what the machine lacks: uv (in a small environment of its own), the Python, and Debian packages when root.
set -euo pipefail
folder=$1 version=$2 requirements=$3
say() { printf '%s\n' "$*" >&2; }

debian_packages() {
  local missing=()
  ldconfig -p | grep -q libpango-1.0 || missing+=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)
  ldconfig -p | grep -q libharfbuzz-subset || missing+=(libharfbuzz-subset0)
  fc-list 2>/dev/null | grep -qi 'cjk' || missing+=(fonts-noto-cjk fontconfig)
  command -v chromium >/dev/null || missing+=(chromium)
  command -v pdftotext >/dev/null || missing+=(poppler-utils)
  ldconfig -p | grep -q libgomp || missing+=(libgomp1)
  command -v mvn >/dev/null || missing+=(maven)
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
  command -v java >/dev/null || missing+=(openjdk-17-jre-headless)
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "Installing Debian packages: ${missing[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  else
    say "Please install (PDF, Chinese glyphs, browser tests, PostgreSQL tests, Elasticsearch for development): ${missing[*]}"
  fi
}

find_uv() {
  command -v uv && return
  [ -x .uv/bin/uv ] || { say "Fetching uv"; python3 -m venv .uv && .uv/bin/pip -q install uv; }
  echo .uv/bin/uv
}

find_python() {
  local found
  for found in "python$version" "$HOME"/.pyenv/versions/"$version".*/bin/python; do
    if "$found" -c "import sys; sys.exit(sys.version_info[:2] != (${version/./, }))" 2>/dev/null; then
      echo "$found"; return
    fi
  done
  echo "$version"   # let uv fetch it
}

debian_packages
uv=$(find_uv)
say "Making $folder with Python $version from $requirements"
[ -x "$folder/bin/python" ] || "$uv" venv -q --python "$(find_python)" "$folder"
"$uv" pip sync -q --compile-bytecode --require-hashes --python "$folder/bin/python" "$requirements"
