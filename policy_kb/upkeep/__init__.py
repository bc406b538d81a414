"""Keeping the policy base: carrying it from one machine or store to another (portable), and asking what ails it (doctor)."""

from policy_kb.upkeep.doctor import Finding, examine
from policy_kb.upkeep.portable import BadSnapshot, Contents, export_base, import_base, read_contents

__all__ = ["BadSnapshot", "Contents", "Finding", "examine", "export_base", "import_base", "read_contents"]
