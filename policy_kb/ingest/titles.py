"""When two titles name the same text, and the id of that text."""

import hashlib
import re
from functools import lru_cache

from policy_kb.ingest.source import bare_title
from policy_kb.text.normal import normalise


@lru_cache(maxsize=8192)  # every binding asks for the same few hundred titles
def title_key(title: str) -> str:
    """Equal for titles that mean the same text: brackets, width, 《》 and a leading 中华人民共和国 do not count."""
    plain = re.sub(r"[\s《》〈〉<>()“”\"'·,，、:：]", "", normalise(bare_title(title)).lower())
    return plain.removeprefix("中华人民共和国") or plain


def document_id(title: str) -> str:
    """The id of all versions of one title."""
    return hashlib.sha1(title_key(title).encode(), usedforsecurity=False).hexdigest()[:10]
