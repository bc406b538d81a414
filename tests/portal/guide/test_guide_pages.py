"""The guide as pages: one question a page, nothing but links and forms, every answer can be gone back to and changed."""

import html
import re
from urllib.parse import urlencode

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from policy_kb import guidance

TABLES = [table.id for table in guidance.load_tables()]
LENSES = "/guide/devices?does=sell&class=III&who=other&how=online"


def read(client: FlaskClient, url: str, status: int = 200) -> str:
    reply = client.get(url)
    assert reply.status_code == status, reply.text
    return reply.text


def find_link(page: str, label: str) -> str:
    found = re.search(rf'<a href="([^"]+)"[^>]*>{re.escape(label)}', page)
    assert found, f"no link {label!r}"
    return html.unescape(found.group(1))


def read_form(page: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The hidden fields and the radio choices (name, value) of a question page."""
    form = page.split('<form method="get"')[1].split("</form>")[0]
    pairs = {
        kind: [
            (found[1], html.unescape(found[2]))
            for found in re.finditer(rf'<input type="{kind}"[^>]*?name="([^"]+)" value="([^"]*)"', form)
        ]
        for kind in ("hidden", "radio")
    }
    return pairs["hidden"], pairs["radio"]


@pytest.mark.parametrize(("language", "title"), [("zh", "我需要办什么证？"), ("en", "Which licence do I need?")])
def test_the_list_names_every_table_and_home_and_services_lead_to_it(
    client: FlaskClient, language: str, title: str
) -> None:
    page = read(client, f"/guide/?lang={language}")
    assert all(f'href="/guide/{table}"' in page for table in TABLES)
    for url in ("/", "/services/"):
        assert find_link(read(client, url).replace('class="button" ', ""), title) == "/guide/"


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_walk_by_forms_alone_ends_at_an_outcome_with_its_clause(
    client: FlaskClient, table: str, language: str
) -> None:
    page = read(client, f"/guide/{table}?lang={language}")
    for _turn in range(6):
        if "<fieldset" not in page:
            break
        hidden, radios = read_form(page)
        assert [value for _name, value in radios][-1] == "?"
        page = read(client, f"/guide/{table}?{urlencode([*hidden, radios[0]])}")
    assert ("依据的条文" if language == "zh" else "The clauses") in page
    assert "《" in page


def test_words_lead_to_the_table_with_what_they_say_and_the_words_are_shown(client: FlaskClient) -> None:
    reply = client.post("/guide/", data={"text": "我要开网店卖隐形眼镜需要什么证"})
    assert reply.status_code == 302
    assert reply.location.startswith(LENSES)
    assert "我要开" not in html.unescape(reply.location)
    page = read(client, reply.location + "&lang=zh")
    assert "第三类（您说“隐形眼镜”）" in page
    assert "先办第三类医疗器械经营许可证" in page
    assert 'href="/services/A11?variant=issue"' in page
    assert 'href="/services/A13?variant=tell"' in page


@pytest.mark.parametrize(
    ("text", "told"), [("", "请写下您打算做什么"), ("今天天气怎么样", "没有找到与您所说相关的导办")]
)
def test_words_that_no_table_knows_are_said_so_and_kept(client: FlaskClient, text: str, told: str) -> None:
    reply = client.post("/guide/?lang=zh", data={"text": text})
    assert reply.status_code == 422
    assert told in reply.text
    assert f'value="{text}"' in reply.text


def test_words_in_the_address_that_do_not_mean_the_choice_are_not_shown(client: FlaskClient) -> None:
    page = read(client, LENSES + "&heard=class:%E4%BB%BB%E6%84%8F%E6%96%87%E5%AD%97&lang=zh")
    assert "任意文字" not in page.split('<section aria-labelledby="given"')[1].split("</section>")[0]


def test_back_takes_one_answer_back_and_ends_at_the_list(client: FlaskClient) -> None:
    page = read(client, LENSES + "&lang=zh")
    asked = []
    for _turn in range(4):
        page = read(client, find_link(page, "返回上一步"))
        asked.append(re.findall(r"<h1>([^<]+)</h1>", page)[0])
    assert asked == [
        "只在线下卖，还是也在网上卖？",
        "卖的是谁的产品，在哪里卖？",
        "产品是哪一类医疗器械？",
        "您打算做哪一件事？",
    ]
    assert find_link(page, "返回上一步") == "/guide/"


def test_an_answer_is_changed_and_the_others_stay(client: FlaskClient) -> None:
    page = read(client, LENSES + "&lang=zh")
    change = re.findall(r'<dt>管理类别</dt>.*?<a href="([^"]+)">修改', page)[0]
    hidden, radios = read_form(read(client, html.unescape(change)))
    assert ("class", "III") in radios
    page = read(client, f"/guide/devices?{urlencode([*hidden, ('class', 'II')])}")
    assert "先办第二类医疗器械经营备案" in page
    page = read(client, f"/guide/devices?{urlencode([*hidden, ('class', 'I')])}")
    assert "您不用办" in page
    assert "怎么卖" not in page.split('<section aria-labelledby="given"')[1].split("</section>")[0]


def test_not_sure_explains_and_asks_again_without_losing_anything(client: FlaskClient) -> None:
    page = read(client, "/guide/devices?does=sell&class=%3F&lang=zh")
    assert "怎么弄清楚" in page
    assert "第一类：不用办" in page
    assert "医疗器械注册与备案管理办法" in page
    hidden, radios = read_form(page)
    assert ("does", "sell") in hidden
    assert ("class", "?") not in radios


def test_going_on_without_an_answer_is_a_problem_that_links_to_the_first_choice(client: FlaskClient) -> None:
    page = read(client, "/guide/devices?does=sell&asked=class&lang=zh", 422)
    assert 'href="#field-answer"' in page
    assert 'id="field-answer"' in page


@pytest.mark.parametrize(
    ("url", "status", "told"),
    [
        ("/guide/tobacco", 404, "没有这个导办"),
        ("/guide/devices?colour=red", 422, "与这个导办的问题不符"),
        ("/guide/devices?class=IV", 422, "与这个导办的问题不符"),
        ("/guide/devices?as_of=yesterday", 422, "日期"),
        ("/guide/devices?as_of=2020-01-01", 422, "2021年6月1日以后"),
        ("/guide/devices?ask=nothing", 200, "您打算做哪一件事？"),
    ],
)
def test_an_address_that_does_not_fit_says_what_to_do(client: FlaskClient, url: str, status: int, told: str) -> None:
    assert told in read(client, url + ("&" if "?" in url else "?") + "lang=zh", status)


@pytest.mark.parametrize(
    ("day", "told"), [("2023-11-30", "牙膏参照普通化妆品"), ("2023-12-01", "化妆品生产许可证（牙膏单元）")]
)
def test_another_day_shows_the_law_of_that_day(client: FlaskClient, day: str, told: str) -> None:
    page = read(client, f"/guide/cosmetics?kind=tooth&does=own&as_of={day}&lang=zh")
    assert told in page
    assert f'value="{day}"' in page


def test_a_form_that_exists_here_can_be_started_from_the_outcome(client: FlaskClient) -> None:
    page = read(client, "/guide/cosmetics?kind=general&does=brand&lang=zh")
    assert '<a class="button" href="/applications/start?item=A1&amp;variant=file">在线办理' in page


def test_every_outcome_names_items_that_open(app: APIFlask, client: FlaskClient) -> None:
    items = {item for table in guidance.load_tables() for row in table.rows for item, _variant in row.services}
    assert {item: client.get(f"/services/{item}").status_code for item in items} == dict.fromkeys(items, 200)
