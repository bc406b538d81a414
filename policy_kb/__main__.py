"""``python -m policy_kb``: see ``policy_kb.commands``."""

from policy_kb.commands import run

run()
