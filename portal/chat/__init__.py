"""Conversations: the gateway that everything people type passes, the record of what was said, page and widget.

The life of a message: ``views``/``api`` → ``gateway.take_turn`` (clean, mask, order) → Rasa → its action calls
``/api/bot/<topic>/<verb>`` → ``dispatch.handle`` → a module of ``topics`` → stored message → back to the person.
When Rasa cannot be reached ``alone.answer`` chooses the topic itself.
"""
