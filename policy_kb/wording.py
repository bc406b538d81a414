"""The sentences of the whole system in the language asked for.

``locales/<locale>/LC_MESSAGES/*.po`` hold one part of the house each (kb, portal,
chat, forms, …); ``python -m policy_kb.wording`` joins a locale's parts into one
``wenban.mo``, which portal, policy base and bot all read. English is the msgid.
"""

import gettext
import os
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

LOCALES = Path(__file__).resolve().parent.parent / "locales"
LOCALE_OF = {"zh": "zh_CN", "en": "en"}
# Flask-Babel looks for a locale under its full name, script included; a compiled copy lies there.
FULL_NAMES = {"zh_CN": ("zh_Hans_CN",)}


@lru_cache(maxsize=4)
def _translations(language: str) -> gettext.NullTranslations:
    return gettext.translation("wenban", str(LOCALES), [LOCALE_OF[language]], fallback=language == "en")


def gettext_for(language: str) -> Callable[[str], str]:
    """The translator of ``"zh"`` or ``"en"``; FileNotFoundError when zh was never compiled."""
    return _translations(language).gettext


def compile_catalogues(folder: Path = LOCALES) -> list[str]:
    """Join and compile every locale's parts; returns complaints (a msgid translated twice, differently)."""
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    complaints: list[str] = []
    for messages in (folder / locale / "LC_MESSAGES" for locale in LOCALE_OF.values()):
        whole = Catalog(locale=messages.parent.name, domain="wenban", charset="utf-8")
        for part in sorted(messages.glob("*.po")):
            with part.open("rb") as source:
                for entry in read_po(source, locale=messages.parent.name):
                    if not entry.id or not entry.string:
                        continue
                    known = whole.get(entry.id, entry.context)
                    if known is not None and known.string != entry.string:
                        complaints.append(f"{part}: {entry.id!r} is also translated as {known.string!r}")
                        continue
                    whole.add(entry.id, entry.string, context=entry.context, flags=entry.flags)
        for target in (messages, *(folder / name / "LC_MESSAGES" for name in FULL_NAMES.get(messages.parent.name, ()))):
            target.mkdir(parents=True, exist_ok=True)
            compiled = target / f"wenban.{os.getpid()}.part"
            with compiled.open("wb") as output:
                write_mo(output, whole)
            compiled.replace(target / "wenban.mo")  # a reader sees the old file or the new one, never half
    return complaints


if __name__ == "__main__":
    found = compile_catalogues()
    sys.exit(1 if found else 0)
