"""How the policy base reads characters: one normal form, one segmentation, one way to read numerals.

Both stores, the question side and the check of catalogue numbers use these functions, so a word
is cut alike wherever it stands.
"""

from policy_kb.text.normal import normalise, strip_invisible
from policy_kb.text.numerals import format_article, parse_article, parse_number
from policy_kb.text.segment import grams, words

__all__ = ["format_article", "grams", "normalise", "parse_article", "parse_number", "strip_invisible", "words"]
