"""The bot's own sentences, from the same gettext catalogue as the portal's.

The domain's responses are English msgids; the conversation's language comes with every
message from the portal, so that a change of language holds from the next sentence on.
"""

import gettext
from functools import lru_cache
from pathlib import Path
from typing import Any

from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

LOCALES = Path(__file__).resolve().parents[2] / "locales"
LOCALE_OF = {"zh": "zh_CN", "en": "en"}


@lru_cache(maxsize=8)
def open_translations(language: str, folder: Path = LOCALES) -> gettext.NullTranslations:
    """English needs no file; Chinese does: FileNotFoundError says how to make it."""
    try:
        return gettext.translation("wenban", str(folder), [LOCALE_OF[language]], fallback=language == "en")
    except FileNotFoundError as missing:
        raise FileNotFoundError(
            f"No compiled wording for {language!r}: run 'python -m policy_kb.wording' first."
        ) from missing


def language_of(tracker: DialogueStateTracker) -> str:
    """The language the portal sent with the last message; Chinese when it sent none that we speak."""
    message = tracker.latest_message
    language = ((message.metadata if message else None) or {}).get("language")
    return language if language in LOCALE_OF else "zh"


class GettextGenerator(TemplatedNaturalLanguageGenerator):
    """Response name → first variation → translated text.

    It must be a kind of Rasa's own generator: only then does Rasa hand it the model's
    responses once the model is loaded.
    """

    def __init__(self, endpoint_config: EndpointConfig | None, domain: Domain) -> None:
        super().__init__(domain.responses)
        open_translations("zh")

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **values: Any
    ) -> dict[str, Any] | None:
        """``{"text": …}`` or None for a name the domain does not have."""
        variations = self.responses.get(utter_action)
        if not variations:
            return None
        return {"text": open_translations(language_of(tracker)).gettext(variations[0]["text"])}
