"""``python -m policy_kb``: see ``policy_kb.cli``."""

from policy_kb.cli import run

run()
