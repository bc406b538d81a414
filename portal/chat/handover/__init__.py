"""Hand-over of a conversation to an officer: a state machine with time-outs (``states``), moved by the person, one
officer and the clock (``moves``, ``timeouts``), told in the conversation (``telling``), seen from the desk (``desk``)."""
