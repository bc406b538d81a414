"""English words as compared: without endings and empty words."""

import re

from policy_kb.answering.vocabulary import load_vocabulary

_EN_WORD = re.compile(r"[a-z]+|\d+")


def stems(text: str) -> list[str]:
    stop = load_vocabulary().stop
    plain = text.lower().replace("license", "licence")
    return [
        re.sub(r"(ing|ed|es|s)$", "", word) if len(word) > 4 else word
        for word in _EN_WORD.findall(plain)
        if word not in stop
    ]
