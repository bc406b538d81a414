"""A6 on the living system: "did you mean" keeps what was named, never loops, and is offered twice at most."""

from typing import Any

from person import Person, Turn

from tests.running import Running

DOUBTFUL = [
    "第三类医疗器械经营许可证这个事情弄一弄",
    "第三类医疗器械经营许可证那个弄一下",
    "三类器械经营许可证帮忙搞搞",
    "三类经营许可证整一个",
    "第三类医疗器械经营许可证弄弄",
]


def list_offers(turn: Turn) -> list[dict[str, Any]]:
    return [message for message in turn["messages"] if (message["data"] or {}).get("reason") == "guess"]


def test_what_was_perhaps_meant_is_offered_with_what_was_named_and_twice_at_most(system: Running) -> None:
    person = Person(system.address)
    offered = []
    for text in DOUBTFUL:
        offers = list_offers(person.say(text))
        assert person.pending == {}, "an offer asks nothing, so it cannot loop"
        offered += offers
    assert 1 <= len(offered) <= 2
