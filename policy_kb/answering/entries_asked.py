"""Questions that are, letter by letter, what somebody wrote as the question of an entry."""

from collections.abc import Sequence

from policy_kb.answering.entries import Entry
from policy_kb.answering.items import fold_name


class Asked:
    """The FAQs that rest on a clause, by their phrasings, blanks and marks aside; facts of items are asked in words that need
    their item."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = {
            _letters(phrase): entry
            for entry in reversed(entries)
            if entry.kind == "faq" and entry.cites
            for phrase in (entry.label.zh, *entry.asks, entry.label.en, *entry.asks_en)
        }

    def find(self, text: str) -> Entry | None:
        """The entry of which ``text`` is a phrasing; of several the first."""
        return self._entries.get(_letters(text))


def _letters(text: str) -> str:
    return "".join(character for character in fold_name(text).lower() if character.isalnum())
