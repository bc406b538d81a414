"""What the bot does: every action is one call to the portal, one module a topic.

The tracker's last message becomes one request (turn.py), the portal stores what is to
be said and names the messages (portal_client.py), and the names go back as they are.
The portal decides; nothing here knows a sentence for people, a law or a field.
"""
