"""A4 on the living system: in order, once each, found again after a reload, and never mixed."""

from functools import partial

from person import Person, at_once

from tests.running import Running


def test_two_messages_at_once_are_answered_in_order_once_each(system: Running) -> None:
    for _round in range(3):
        person = Person(system.address)
        first = {"text": "药品经营许可证有效期几年？", "message_id": "first"}
        second = {"text": "第三类医疗器械经营许可证什么时候可以申请延续？", "message_id": "second"}
        replies = at_once(*(partial(person.send, **body) for body in (first, second, first, second)))
        sent = [reply.json() for reply in replies]
        assert sent[0]["messages"] == sent[2]["messages"]
        assert sent[1]["messages"] == sent[3]["messages"]
        listed = [message for message in person.read() if message["role"] == "user" or message["reply_to"]]
        asked = [message for message in listed if message["role"] == "user"]
        assert sorted(message["text"] for message in asked) == sorted([first["text"], second["text"]])
        assert [message["reply_to"] or message["id"] for message in listed] == sorted(
            (message["reply_to"] or message["id"] for message in listed), key=int
        ), "an answer stands behind its own question"
        assert all(sum(m["reply_to"] == question["id"] for m in listed) >= 1 for question in asked)


def test_twelve_conversations_at_once_do_not_mix(system: Running) -> None:
    people = [Person(system.address) for _ in range(12)]
    names = [f"{number}号药店的药品经营许可证有效期几年？" for number in range(12)]
    at_once(*(partial(person.say, name) for person, name in zip(people, names, strict=True)))
    for person, name in zip(people, names, strict=True):
        listed = person.read()
        assert [message["text"] for message in listed if message["role"] == "user"] == [name]
        assert "5年" in "".join(message["text"] for message in listed)
