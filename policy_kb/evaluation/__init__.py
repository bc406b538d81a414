"""How good the answers are, in this project's own terms, and what is tuned on that.

``questions`` are read (``gold``), asked through ``PolicyBase.answer`` (``asking``), judged (``judging``) and counted
(``counting``); ``calibration`` chooses the thresholds, ``labels`` trains the model of message kinds.
"""
