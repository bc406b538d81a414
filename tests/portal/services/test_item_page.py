"""The page of one item: what it holds can be reached from its top, and facts are grouped when there are many."""

import re

import pytest
from flask.testing import FlaskClient

from policy_kb.catalogue import ItemFact
from portal.services import service
from portal.services.service import FACT_GROUPS, MANY_FACTS, get_item


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("item_id", ["A12", "A11", "A1", "C1"])
def test_a_long_page_has_contents_that_lead_to_each_of_its_parts(
    client: FlaskClient, item_id: str, language: str
) -> None:
    page = client.get(f"/services/{item_id}?lang={language}").text
    contents = re.search(r'<nav class="contents".*?</nav>', page, re.DOTALL)
    assert contents is not None
    anchors = re.findall(r'href="#([a-z-]+)"', contents[0])
    parts = re.findall(r'<(?:h2|summary) id="([a-z-]+)"', page)
    assert anchors == [part for part in parts if part not in ("start", "contents", "facts-title")]
    assert page.count(f"<dt>{get_item(item_id).facts[-1].label.in_language(language)}</dt>") == 1


def test_a_short_page_has_one_list_and_no_contents(client: FlaskClient) -> None:
    page = client.get("/services/B12").text
    assert 'class="contents"' not in page
    assert "<details" not in page
    assert page.count("<dt>") == len(get_item("B12").facts) + 1


def test_every_fact_stands_in_one_group_and_time_and_term_are_open(client: FlaskClient) -> None:
    page = client.get("/services/A12").text
    open_groups = re.findall(r'<details class="fact-group" open><summary id="facts-([a-z]+)">', page)
    assert open_groups == ["basics", "term"]
    assert page.count("<dt>") == len(get_item("A12").facts) + 1


def test_grouping_loses_no_fact_of_any_item(client: FlaskClient) -> None:
    with client.application.app_context():
        items = [item for _domain, items in service.list_items_by_domain() for item in items]
        grouped = {item.id: service.group_facts(list(item.facts)) for item in items}

    def names(facts: list[ItemFact]) -> list[str]:
        return sorted(fact.id for fact in facts)

    for item in items:
        found = [fact for _group, facts in grouped[item.id] for fact in facts]
        assert names(found) == (names(list(item.facts)) if len(item.facts) > MANY_FACTS else []), item.id
    assert {group for groups in grouped.values() for group, _facts in groups} == set(FACT_GROUPS)
