"""What the sentences of a version state: terms, references, duties with deadlines, effects on itself and others.

Each 款 and 项 is read once by a spaCy pipeline without a trained part (``reading``: our words, and whole titles, places,
dates and spans of time as single tokens; rulers mark the formulas of law); the four modules beside it turn marks to
findings. Only what is printed is found; nothing is resolved against other texts here.
"""

from policy_kb.extract.findings import extract

__all__ = ["extract"]
