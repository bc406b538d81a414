"""What every page has: language links, identity, the state of the policy base, and how dates and numbers are written."""

import logging
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from apiflask import APIFlask
from flask import request, session

from policy_kb import Address, clock, errors, parse_address, tell_address
from portal.identity.service import current_identity, name_actor
from portal.knowledge import policy_base
from portal.language import LANGUAGES, current_language

log = logging.getLogger(__name__)


def write_date(day: date | datetime | None, language: str = "") -> str:
    """2026年11月24日 in Chinese, 24 November 2026 in English, an em dash for None."""
    if day is None:
        return "—"
    if (language or current_language()) == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {day:%B} {day.year}"


def write_moment(moment: datetime | None, language: str = "") -> str:
    """A date with hours and minutes, Beijing time."""
    if moment is None:
        return "—"
    local = moment.astimezone(clock.BEIJING)
    return f"{write_date(local, language)} {local:%H:%M}"


def write_place(article: int = 0, paragraph: int = 0, label: str = "", *, item: int = 0, language: str = "") -> str:
    """第十条第二款 in Chinese, Article 10, paragraph 2 in English; 0 stands for the whole. ``label`` is the clause's own or a place
    as the law prints it: it alone tells a 之 and what is no article (三、 or 附件2)."""
    if not (article or label):
        return ""
    named = parse_address(label) if label.startswith("第") else None
    at = named or Address(article)
    at = Address(at.article, at.sub, paragraph or at.paragraph, item or at.item)
    return tell_address(at, language or current_language(), "" if named else label)


def write_clause(
    title: str, article: int = 0, paragraph: int = 0, label: str = "", *, item: int = 0, language: str = ""
) -> str:
    """《药品管理法》第十条第二款 in Chinese, 《药品管理法》 Article 10, paragraph 2 in English."""
    place = write_place(article, paragraph, label, item=item, language=language)
    return f"《{title}》{' ' if place.startswith('A') else ''}{place}"


def in_language(text: Any, language: str = "") -> str:
    """The text of a ``{zh, en}`` mapping or Text value in the page's language."""
    language = language or current_language()
    if isinstance(text, dict):
        return str(text.get(language) or text.get("zh") or "")
    return str(getattr(text, language, text))


def language_link(language: str) -> str:
    """This page in the other language: same address, same query."""
    query = {key: values for key, values in request.args.to_dict(flat=False).items() if key != "lang"}
    return f"{request.path}?{urlencode({**query, 'lang': [language]}, doseq=True)}"


def _find_knowledge() -> dict[str, object]:
    """Version and whether texts are loaded, for the footer and the banner; a base that is down is said to be down."""
    try:
        base = policy_base()
        health = base.health()
        return {
            "ok": bool(health.get("ok")),
            "loaded": bool(health.get("versions")),
            "version": base.version,
            "clauses": health.get("published", 0),
        }
    except errors.PolicyBaseError as error:
        log.warning("policy base: %s", error)
        return {"ok": False, "loaded": False, "version": "", "clauses": 0}


def init_pages(app: APIFlask) -> None:
    """Register filters and what templates see."""
    app.add_template_filter(write_date, "day")
    app.add_template_filter(write_moment, "moment")
    app.add_template_filter(in_language, "tr")
    app.add_template_filter(name_actor, "person")
    app.add_template_global(write_place)
    app.add_template_global(write_clause)

    @app.context_processor
    def shell() -> dict[str, object]:
        settings = app.config["SETTINGS"]
        language = current_language()
        return {
            "language": language,
            "languages": LANGUAGES,
            "language_link": language_link,
            "identity": current_identity(),
            "find_knowledge": _find_knowledge,  # asks the store: only for a whole page, not for each piece of one
            "today": clock.today(),
            "large_text": bool(session.get("large_text") or request.cookies.get("large_text") == "1"),
            "authority_name": settings.authority_zh if language == "zh" else settings.authority_en,
            "development": settings.env == "development",
        }
