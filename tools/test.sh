#!/usr/bin/env bash
# Every test. The Rasa half runs in its own environment; all parts run even when one fails, the exit code is the worst.
set -uo pipefail
cd "$(dirname "$0")/.."
worst=0
part() {
  local title=$1; shift
  printf '\n== %s ==\n' "$title"
  local began=$SECONDS
  "$@" || worst=1
  printf '== %s: %s s ==\n' "$title" "$((SECONDS - began))"
}
export WENBAN_BOT_MODEL=${WENBAN_BOT_MODEL:-$PWD/bot/models/wenban.tar.gz}
part "house, policy base, portal" .venv/bin/python -m pytest --durations=20 tests/house tests/policy_kb tests/portal tests/test_compose.py
part "bot" .venv-bot/bin/python -m pytest -p no:cacheprovider -c tests/bot/pytest.ini tests/bot
part "dialogue with a real Rasa" .venv-bot/bin/python -m pytest -p no:cacheprovider -c tests/bot/pytest.ini tests/dialogue
part "the living system: what was promised, and a browser" .venv/bin/python -m pytest --durations=10 tests/live tests/browser
exit $worst
