"""What the shipped catalogue says is complete in both languages and stands in the law it cites."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import pytest

from policy_kb import PolicyBase
from policy_kb.catalogue import Catalogue, Cite, Text, Value, check_catalogue, load_catalogue
from policy_kb.catalogue.quantities import list_quantities
from policy_kb.model import Clause, Version

PILOT = [f"A{number}" for number in range(1, 15)]
SENTENCE = re.compile(r"[。！？；]|(?<=[.!?;])\s")


def list_texts(catalogue: Catalogue) -> Iterator[tuple[str, Text]]:
    """Every text of the catalogue with its place."""
    for item in catalogue.items.values():
        yield f"{item.id}.name", item.name
        yield f"{item.id}.summary", item.summary
        yield f"{item.id}.authority", item.authority.text
        for fact in item.facts:
            yield f"{item.id}/{fact.id}.text", fact.text
            yield f"{item.id}/{fact.id}.label", fact.label
        for name in ("conditions", "steps", "mistakes"):
            for place, entry in enumerate(getattr(item, name)):
                yield f"{item.id}.{name}[{place}]", entry.text
        for material in item.materials:
            yield f"{item.id}.materials[{material.id}].why", material.why
    for faq in catalogue.faqs:
        yield f"faq/{faq.id}.question", faq.question
        yield f"faq/{faq.id}.answer", faq.answer


@dataclass(frozen=True)
class Book:
    """One fictional text with one clause, enough of a policy base for the check."""

    catalogue: Catalogue
    clause: Clause

    def find_clause(self, title: str, article: int, *, as_of: date) -> Clause | None:
        return self.clause if title == "某办法" and article in (1, self.clause.article) else None

    def get_version(self, version_id: str) -> Version:
        return Version(version_id, "d", "某办法", "1", "rule", clauses=(self.clause,))


@dataclass(frozen=True)
class Borrowed:
    """Another catalogue over the law of a base."""

    catalogue: Catalogue
    base: PolicyBase

    def find_clause(self, title: str, article: int, *, as_of: date) -> Clause | None:
        return self.base.find_clause(title, article, as_of=as_of)

    def get_version(self, version_id: str) -> Version:
        return self.base.get_version(version_id)


WORKING_DAYS = "二十日内决定。本办法规定的期限以工作日计算。"


def make_book(
    number: float = 20, unit: str = "working_day", *, text: str = WORKING_DAYS, cite: Cite | None = None
) -> Book:
    """A base whose catalogue has one fact resting on one clause."""
    shipped = load_catalogue()
    fact = replace(shipped.get_item("A7").facts[0], cites=(cite or Cite("某办法", 3),), values=(Value(number, unit),))
    item = replace(
        shipped.get_item("A7"),
        facts=(fact,),
        authority=replace(shipped.get_item("A7").authority, cites=()),
        **dict.fromkeys(("conditions", "materials", "steps", "mistakes"), ()),
    )
    return Book(Catalogue({"A7": item}, ()), Clause("v:3", "v", 3, "第三条", text))


@pytest.mark.parametrize("item_id", PILOT)
def test_every_pilot_item_says_who_decides_how_long_and_what_it_costs(item_id: str) -> None:
    item = load_catalogue().get_item(item_id)
    assert item.authority.text.zh
    assert item.aliases.zh
    assert item.aliases.en
    assert item.variants
    assert {"time_limit", "fee"} <= {fact.kind for fact in item.facts}
    assert item.materials
    assert item.steps
    assert item.mistakes
    assert item.related


def test_every_text_is_chinese_in_zh_and_not_in_en() -> None:
    wrong = [
        place
        for place, text in list_texts(load_catalogue())
        if not re.search(r"[\u4e00-\u9fff]", text.zh) or not re.search(r"[A-Za-z]{2}", text.en)
    ]
    assert wrong == []


def test_first_sentences_are_short_enough_to_be_read() -> None:
    long = [
        f"{item.id}/{fact.id}"
        for item in load_catalogue().items.values()
        for fact in item.facts
        if len(SENTENCE.split(fact.text.zh)[0]) > 130
    ]
    assert long == []


def test_a_fee_is_never_stated_as_known_without_a_clause() -> None:
    facts = [fact for item in load_catalogue().items.values() for fact in item.facts if fact.kind == "fee"]
    assert facts
    assert all(fact.verified == "memory" or fact.cites for fact in facts)


def test_every_pilot_item_is_named_by_another_one() -> None:
    named = {other for item in load_catalogue().items.values() for other in item.related}
    assert [item_id for item_id in PILOT if item_id not in named] == []


def test_every_clause_cited_exists_and_states_the_number(ingested: PolicyBase) -> None:
    assert [f"{finding.where}: {finding.message}" for finding in check_catalogue(ingested)] == []


def test_every_quantity_in_a_text_read_in_the_law_stands_in_the_clauses_it_cites(ingested: PolicyBase) -> None:
    """What is said, not only what ``values`` lists: the sentence itself becomes the claim."""
    shipped = load_catalogue()
    items = {
        item.id: replace(item, facts=tuple(replace(fact, values=said_in(fact.text.zh)) for fact in item.facts))
        for item in shipped.items.values()
    }
    faqs = tuple(replace(faq, values=said_in(faq.answer.zh)) for faq in shipped.faqs)
    law = Borrowed(Catalogue(items, faqs), ingested)
    assert [f"{finding.where}: {finding.message}" for finding in check_catalogue(law)] == []


def said_in(text: str) -> tuple[Value, ...]:
    return tuple(Value(number, unit) for number, unit in sorted(list_quantities(text)) if unit != "count")


def test_a_number_that_is_not_in_the_clause_is_found() -> None:
    found = check_catalogue(make_book())
    assert found == []
    found = check_catalogue(make_book(30))
    assert [(finding.kind, finding.where) for finding in found] == [("missing_number", "A7/decision")]


def test_days_count_as_working_days_only_where_the_text_says_so() -> None:
    found = check_catalogue(make_book(text="二十日内决定。"))
    assert [finding.kind for finding in found] == ["missing_number"]


def test_a_missing_article_paragraph_and_text_are_told_apart() -> None:
    kinds = {
        title_article: [finding.kind for finding in check_catalogue(make_book(cite=Cite(*title_article)))]
        for title_article in [("某办法", 9), ("某办法", 3, 2), ("别的办法", 3)]
    }
    assert list(kinds.values()) == [["missing_clause"], ["missing_paragraph"], ["not_ingested"]]


QUANTITIES = [
    ("届满前90个工作日至30个工作日期间", {(90, "working_day"), (30, "working_day")}),
    ("九十至三十个工作日", {(90, "working_day"), (30, "working_day")}),
    ("罚款十五倍以上三十倍以下", {(15, "times"), (30, "times")}),
    ("五十万元以上五百万元以下", {(500_000, "yuan"), (5_000_000, "yuan")}),
    ("1万元以上", {(10_000, "yuan")}),
    ("每半年核验", {(6, "month")}),
    ("两年", {(2, "year"), (24, "month")}),
    ("一百二十日", {(120, "day")}),
    ("百分之三十", {(30, "percent")}),
    ("收入30%以上", {(30, "percent")}),
    ("４８小时", {(48, "hour")}),
]


@pytest.mark.parametrize(("text", "expected"), QUANTITIES, ids=[text for text, _ in QUANTITIES])
def test_quantities_are_read_as_chinese_law_writes_them(text: str, expected: set[tuple[float, str]]) -> None:
    assert expected <= list_quantities(text)


def test_a_date_is_no_quantity() -> None:
    assert {unit for _, unit in list_quantities("自2026年5月15日起施行")} <= {"count"}
