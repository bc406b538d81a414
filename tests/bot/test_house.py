"""Every intent has a rule, an action or a response, examples, held-out sentences and both languages."""

import re

import pytest
from conftest import ROOT, list_training_examples, read_yaml
from test_actions import ACTIONS, RULES

from bot.components.gate_rules import REPLIES
from bot.scoring import read_heldout

DOMAIN = read_yaml("bot/domain/*.yml")
INTENTS = [next(iter(intent)) for document in DOMAIN for intent in document.get("intents", [])]
RESPONSES = {name: variations for document in DOMAIN for name, variations in (document.get("responses") or {}).items()}
DOMAIN_ACTIONS = {action for document in DOMAIN for action in document.get("actions", [])}
# Made by the gate from what is pending; no sentence means them by itself.
GATE_ONLY = {"answer_field", "unclear", "nothing_pending", "correct", "left"}
EXAMPLES = list_training_examples()
HELDOUT = [(sentence.intent, sentence.text) for sentence in read_heldout(ROOT / "nlu_data/heldout")]


def test_every_intent_has_exactly_one_rule() -> None:
    assert sorted(RULES) == sorted(INTENTS)
    assert len(INTENTS) == len(set(INTENTS))


def test_every_rule_ends_in_an_action_or_a_response_that_exists() -> None:
    assert {action for action in RULES.values() if action.startswith("action_")} == DOMAIN_ACTIONS == set(ACTIONS)
    assert {name for name in RULES.values() if name.startswith("utter_")} <= set(RESPONSES)


@pytest.mark.parametrize("intent", [i for i in INTENTS if i not in GATE_ONLY])
def test_every_intent_is_trained_and_measured_in_both_languages(intent: str) -> None:
    for sentences in (EXAMPLES[intent], [text for name, text in HELDOUT if name == intent]):
        chinese = [s for s in sentences if re.search("[一-龥]", s)]
        assert 0 < len(chinese) < len(sentences), f"{intent} lacks a language"


def test_what_is_trained_is_an_intent_of_the_domain() -> None:
    assert set(EXAMPLES) == set(INTENTS) - GATE_ONLY


def test_no_sentence_is_trained_twice_or_measured_on() -> None:
    def bare(text: str) -> str:
        return re.sub(r"\W", "", text.lower())

    trained = [bare(s) for sentences in EXAMPLES.values() for s in sentences]
    assert len(trained) == len(set(trained))
    measured = [bare(text) for _, text in HELDOUT]
    assert len(measured) == len(set(measured)) >= 500
    assert sorted(set(trained) & set(measured)) == []


def test_no_example_is_a_number_or_number_slang() -> None:
    """ "88" as goodbye made every number a goodbye."""
    assert [
        s for sentences in EXAMPLES.values() for s in sentences if not re.search("[一-龥a-zA-Z]{2}|^[一-龥]$", s)
    ] == []


def test_every_response_has_a_chinese_translation() -> None:
    source = (ROOT / "locales/zh_CN/LC_MESSAGES/bot.po").read_text(encoding="utf-8")
    pairs = dict(re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', source, re.M))
    for name, [variation] in RESPONSES.items():
        text = variation["text"].replace('"', '\\"')
        assert re.search("[一-龥]", pairs.get(text, "")), name


def test_the_gate_and_the_domain_name_the_same_intents() -> None:
    from bot.components.gate_rules import ASIDES

    assert set(INTENTS) == ASIDES | REPLIES | GATE_ONLY | {"emergency"}


def test_the_config_names_the_same_words_for_tokenizer_and_entities() -> None:
    [config] = read_yaml("bot/config.yml")
    lists = [step["dictionaries"] for step in config["pipeline"] if "dictionaries" in step]
    assert len(lists) == 2
    assert lists[0] == lists[1]
    assert all((ROOT / path).is_file() for path in lists[0])


def test_the_guard_is_first_and_the_gate_is_last() -> None:
    [config] = read_yaml("bot/config.yml")
    names = [step["name"].rsplit(".", 1)[-1] for step in config["pipeline"]]
    assert names[0] == "PayloadGuard"
    assert names[-1] == "AnswerGate"
