"""What the browser's twin of the value checks needs: the formats and the sentences, in one language.

``static/formats.js`` checks a value while it is typed, with the same patterns and the same words as the server, which
alone decides. ``tests/contracts/form_values.json`` holds the vectors that both must answer alike.
"""

from typing import Any

from policy_kb import gettext_for
from portal.forms.formats import FORMATS, PROVINCES
from portal.forms.values import LIMITS


def build_twin(language: str) -> dict[str, Any]:
    """Formats by name and texts by key; ``%(name)s`` in a text is filled in by the twin."""
    _ = gettext_for(language)
    formats = {
        name: {
            "tidy": one.tidy_name,
            "pattern": one.pattern,
            "check": one.check,
            "longest": one.max_length,
            "error": one.error[language],
        }
        for name, one in FORMATS.items()
    }
    texts = {
        "control": _("This holds characters that cannot be printed. Type it again."),
        "line": _("Enter this on one line."),
        "markup": _("Enter plain words without <tags>."),
        "long": _("Use at most %(count)s characters; now there are %(now)s."),
        "short": _("Use at least %(count)s characters."),
        "number": _("Enter a number, for example 12.5."),
        "least": _("Enter a number of at least %(low)s."),
        "between": _("Enter a number from %(low)s to %(high)s."),
        "decimals": _("Use at most six decimal places."),
        "day": _("Enter a day as year-month-day, for example 2026-03-11."),
    }
    return {"formats": formats, "texts": texts, "limits": LIMITS, "provinces": PROVINCES}
