"""The dialogue half: what a message means, and which one portal call answers it.

portal → channel (token, metadata) → payload guard → tokenizer → entities →
classifier → fallback → answer gate → rules → one action → portal → reply.
It keeps no state of its own: the portal sends the pending step with every message.
This package imports neither portal nor policy_kb; `bot.actions` does not import rasa.
"""
