"""The catalogue format refuses what it does not know, and lays curators' changes over what is shipped."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from policy_kb.catalogue import Catalogue, CatalogueError, UnknownItem, load_catalogue


def make_text(zh: str = "二十个工作日内决定。", en: str = "Within 20 working days.") -> dict[str, str]:
    return {"zh": zh, "en": en}


def make_cite(title: str = "化妆品监督管理条例", article: Any = 27, **more: Any) -> dict[str, Any]:
    return {"title": title, "article": article, **more}


def make_fact(**changes: Any) -> dict[str, Any]:
    fact = {
        "id": "decision",
        "kind": "time_limit",
        "label": make_text("多久", "How long"),
        "text": make_text(),
        "values": [{"number": 20, "unit": "working_day"}],
        "cites": [make_cite()],
        "verified": "text",
        "asks": {"zh": ["要多久"], "en": ["how long"]},
    }
    return fact | changes


def make_item(**changes: Any) -> dict[str, Any]:
    item = {
        "id": "A1",
        "name": make_text("某某许可", "Some licence"),
        "aliases": {"zh": ["某证"], "en": ["some permit"]},
        "domain": "drug",
        "audience": "enterprise",
        "nature": "licence",
        "summary": make_text("摘要", "Summary"),
        "authority": {"level": "city", "text": make_text("市局", "City"), "cites": [make_cite()], "verified": "text"},
        "variants": [{"id": "renew", "name": make_text("延续", "Renewal")}],
        "facts": [make_fact()],
    }
    return item | changes


def make_faq(**changes: Any) -> dict[str, Any]:
    faq = {
        "id": "soap",
        "question": make_text("香皂要备案吗？", "Does soap need filing?"),
        "answer": make_text("不要。", "No."),
        "cites": [make_cite(article=77)],
        "verified": "text",
    }
    return faq | changes


def make_catalogue(folder: Path, *items: dict[str, Any], faqs: Any = None, overlay: Any = None) -> Catalogue:
    """A catalogue written to ``folder`` and read back."""
    (folder / "items").mkdir(parents=True)
    (folder / "faqs").mkdir()
    for item in items:
        path = folder / "items" / f"{item['id']}.yml"
        path.write_text(yaml.safe_dump(item, allow_unicode=True), encoding="utf-8")
    if faqs is not None:
        (folder / "faqs" / "topic.yml").write_text(yaml.safe_dump(faqs, allow_unicode=True), encoding="utf-8")
    return load_catalogue(overlay, folder=folder)


def test_a_whole_item_is_read(tmp_path: Path) -> None:
    item = make_catalogue(tmp_path / "kb", make_item(), faqs=[make_faq()]).get_item("A1")
    fact = item.facts[0]
    assert (item.name.in_language("zh"), item.name.in_language("en")) == ("某某许可", "Some licence")
    assert (fact.values[0].number, fact.values[0].unit, fact.source) == (20, "working_day", "shipped")
    assert item.list_facts(kind="time_limit", variant="renew") == [fact]


BAD_ITEMS = [
    (make_item(colour="red"), "items/A1.yml: unknown field colour"),
    (make_item(domain="food"), "items/A1.yml: domain: 'food' is not one of drug, device"),
    (make_item(name={"zh": "某某许可"}), "items/A1.yml: name.en: is missing or empty; every text has zh and en"),
    (make_item(summary={"zh": "", "en": "x"}), "items/A1.yml: summary.zh: is missing or empty"),
    (make_item(summary={**make_text(), "fr": "x"}), "items/A1.yml: summary: unknown field fr"),
    (make_item(related=["A9"]), "items/A1.yml: related: A9 is not another item; there are A1"),
    (make_item(related=["A1"]), "items/A1.yml: related: A1 is not another item"),
    (make_item(facts=[make_fact(cites=[])]), "items/A1.yml: facts[decision].cites: verified: text needs at least one"),
    (
        make_item(facts=[make_fact(cites=[{"title": "某法"}])]),
        "items/A1.yml: facts[decision].cites[0].article: is missing",
    ),
    (make_item(facts=[make_fact(cites=[{"article": 3}])]), "items/A1.yml: facts[decision].cites[0].title: is missing"),
    (make_item(facts=[make_fact(cites=[make_cite(article="27")])]), "cites[0].article: must be a whole number from 1"),
    (
        make_item(facts=[make_fact(cites=[make_cite(as_of="spring")])]),
        "cites[0].as_of: must be a day like 2026-04-14, not 'spring'",
    ),
    (make_item(facts=[make_fact(cites=[make_cite(paragraph=0.5)])]), "cites[0].paragraph: must be a whole number"),
    (
        make_item(facts=[make_fact(variants=["issue"])]),
        "facts[decision].variants: issue is not a variant; there are renew",
    ),
    (make_item(facts=[make_fact(), make_fact()]), "items/A1.yml: facts: the id decision is used twice"),
    (make_item(facts=[make_fact(verified="guess")]), "facts[decision].verified: 'guess' is not one of text, memory"),
    (make_item(facts=[make_fact(values=[{"number": "20", "unit": "day"}])]), "values[0].number: must be a number"),
    (make_item(facts=[make_fact(values=[{"number": 20, "unit": "weeks"}])]), "values[0].unit: 'weeks' is not one of"),
    (make_item(facts=[make_fact(asks={"zh": "要多久"})]), "facts[decision].asks.zh: must be a list of non-empty texts"),
    (make_item(facts={"id": "x"}), "items/A1.yml: facts: must be a list"),
    (make_item(facts=["x"]), "items/A1.yml: facts[0]: must be a mapping of fields, not 'x'"),
]


@pytest.mark.parametrize(("item", "message"), BAD_ITEMS, ids=[message[:60] for _, message in BAD_ITEMS])
def test_a_bad_item_is_refused_with_file_and_field(tmp_path: Path, item: dict[str, Any], message: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        make_catalogue(tmp_path / "kb", item)
    assert message in str(caught.value)


BAD_FAQS = [
    ({"id": "soap"}, "faqs/topic.yml: must be a list of questions"),
    ([make_faq(), make_faq()], "faqs/topic.yml: [soap].id: the id is used twice"),
    ([make_faq(item="A9")], "faqs/topic.yml: [soap].item: A9 is not an item; there are A1"),
    ([make_faq(cites=[])], "faqs/topic.yml: [soap].cites: verified: text needs at least one clause"),
    ([make_faq(anwser=1)], "faqs/topic.yml: [soap]: unknown field anwser"),
]


@pytest.mark.parametrize(("faqs", "message"), BAD_FAQS, ids=[message[:60] for _, message in BAD_FAQS])
def test_a_bad_question_is_refused_with_file_and_field(tmp_path: Path, faqs: Any, message: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        make_catalogue(tmp_path / "kb", make_item(), faqs=faqs)
    assert message in str(caught.value)


def test_a_field_written_twice_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "kb"
    (folder / "items").mkdir(parents=True)
    (folder / "items" / "A1.yml").write_text("id: A1\nid: A2\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"A1.yml: line 1: the field id is written twice"):
        load_catalogue(folder=folder)


def test_a_file_that_is_no_yaml_is_refused_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "kb"
    (folder / "items").mkdir(parents=True)
    (folder / "items" / "A1.yml").write_text("id: [A1\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"items/A1.yml"):
        load_catalogue(folder=folder)


def test_an_item_must_be_called_as_its_file(tmp_path: Path) -> None:
    folder = tmp_path / "kb"
    (folder / "items").mkdir(parents=True)
    (folder / "items" / "A2.yml").write_text(yaml.safe_dump(make_item(), allow_unicode=True), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"items/A2.yml: id: 'A1' must be the name of the file"):
        load_catalogue(folder=folder)


def test_an_unknown_item_is_answered_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(UnknownItem, match="there is no service item 'Z9'; there are: A1"):
        make_catalogue(tmp_path / "kb", make_item()).get_item("Z9")


def test_the_longest_name_in_a_question_wins(tmp_path: Path) -> None:
    longer = make_item(id="A2", name=make_text("某某许可延续", "Renewal of some licence"), aliases={})
    catalogue = make_catalogue(tmp_path / "kb", make_item(), longer)
    assert [item.id for item in catalogue.find_items("某某许可延续要多久")] == ["A2"]
    assert [item.id for item in catalogue.find_items("某某许可要多久，某某许可延续呢")] == ["A2", "A1"]
    assert [item.id for item in catalogue.find_items("Renewal of Some Licence?")] == ["A2"]
    assert catalogue.find_items("awesome licences") == []


def test_an_overlaid_fact_keeps_what_it_does_not_name(tmp_path: Path) -> None:
    changed = {"item": "A1", "fact": "decision", "text": make_text("十五个工作日。", "Within 15 working days.")}
    catalogue = make_catalogue(tmp_path / "kb", make_item(), overlay={"facts": [changed]})
    fact = catalogue.get_item("A1").facts[0]
    assert (fact.text.zh, fact.source, fact.kind) == ("十五个工作日。", "curated", "time_limit")
    assert fact.cites[0].article == 27
    assert catalogue.fingerprint != load_catalogue(folder=tmp_path / "kb").fingerprint


def test_an_overlay_adds_replaces_and_withdraws(tmp_path: Path) -> None:
    overlay = {
        "faqs": [make_faq(answer=make_text("改了。", "Changed.")), make_faq(id="new")],
        "facts": [{"item": "A1", "fact": "fee", **{k: v for k, v in make_fact(kind="fee").items() if k != "id"}}],
        "withdrawn": ["A1/decision"],
    }
    before = copy.deepcopy(overlay)
    catalogue = make_catalogue(tmp_path / "kb", make_item(), faqs=[make_faq()], overlay=overlay)
    assert [(faq.id, faq.answer.en, faq.source) for faq in catalogue.faqs] == [
        ("soap", "Changed.", "curated"),
        ("new", "No.", "curated"),
    ]
    assert [fact.id for fact in catalogue.get_item("A1").facts] == ["fee"]
    assert overlay == before


BAD_OVERLAYS = [
    ({"faq": []}, "overlay: unknown field faq"),
    ({"withdrawn": ["nothing"]}, "overlay: withdrawn: nothing is neither a FAQ id nor <item>/<fact>"),
    ({"facts": [{"item": "Z9", "fact": "x"}]}, "overlay: facts[Z9/x].item: Z9 is not an item; there are A1"),
    ({"facts": [{"item": "A1", "fact": "new"}]}, "overlay: facts[A1/new].verified: is missing"),
    ({"facts": [{"item": "A1", "fact": "decision", "cites": []}]}, "overlay: facts[A1/decision].cites: verified: text"),
    ({"facts": [{"item": "A1", "fact": "decision", "variants": ["x"]}]}, "x is not a variant; there are renew"),
    ({"faqs": [make_faq(question={"zh": "？"})]}, "overlay: faqs: [soap].question.en: is missing or empty"),
]


@pytest.mark.parametrize(("overlay", "message"), BAD_OVERLAYS, ids=[message[:60] for _, message in BAD_OVERLAYS])
def test_a_bad_overlay_is_refused_with_its_place(tmp_path: Path, overlay: dict[str, Any], message: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        make_catalogue(tmp_path / "kb", make_item(), overlay=overlay)
    assert message in str(caught.value)
