"""Where a value comes from, in words, in the language asked for."""

from datetime import date
from functools import lru_cache

from policy_kb import gettext_for
from portal.pages import write_date
from portal.prefill.facts import Fact
from portal.vocabulary import ACCOUNT_SOURCE, FILE_SOURCE, SOURCE_LABELS

# Names that end so are papers, and stand in title marks.
CERTIFICATES = ("证", "证书", "凭证", "批件", "决定书")


def source_name(source: str, language: str) -> str:
    """A source as people call it."""
    label = SOURCE_LABELS.get(source)
    return label[language] if label else source


def origin_line(fact: Fact, language: str, *, sent: bool = False) -> str:
    """“来自《医疗器械经营许可证》粤…号 · 2024年3月11日 · 核对”: the record, its number, its day, and that it is to be checked;
    ``sent``: as documents and officers read it, when nobody is to check it any more."""
    return _write_line(fact.source, fact.stand.number, fact.stand.place, fact.as_of, language, sent)


@lru_cache(maxsize=4096)  # a record's line stands beside each of its values
def _write_line(source: str, number: str, place: str, as_of: date, language: str, sent: bool) -> str:
    _ = gettext_for(language)
    day = write_date(as_of, language)
    if source == ACCOUNT_SOURCE:
        return _("From the account of the applicant") if sent else _("From your account · please check")
    if source == FILE_SOURCE:
        told = {"name": number, "place": write_place(place, language), "day": day}
        return (
            _("From the applicant's file “%(name)s”, %(place)s · %(day)s")
            if sent
            else _("From your file “%(name)s”, %(place)s · %(day)s · please check")
        ) % told
    name = source_name(source, language)
    name = f"《{name}》" if language == "zh" and name.endswith(CERTIFICATES) else name
    between = "" if name.endswith("》") or not number else " "
    line = _("From the %(name)s · %(day)s") if sent else _("From the %(name)s · %(day)s · please check")
    return line % {"name": f"{name}{between}{number}", "day": day}


def write_place(place: str, language: str) -> str:
    """Page and line of a file (a DOCX knows its paragraphs alone)."""
    _ = gettext_for(language)
    page, _colon, line = place.partition(":")
    if page == "0":
        return _("paragraph %(line)s") % {"line": line}
    return _("page %(page)s, line %(line)s") % {"page": page, "line": line}


def reason_line(code: str, language: str, *, detail: str = "") -> str:
    """The sentence for a reason code of ``candidates`` and ``resolution``; ``detail`` is what a check said."""
    text = _reason_texts(language)[code]
    return text % {"detail": detail} if "%(" in text else text


@lru_cache(maxsize=4)
def _reason_texts(language: str) -> dict[str, str]:
    """By code; kept, because an enterprise with many products has hundreds of reasons in one form."""
    _ = gettext_for(language)
    return {
        "expired": _("no longer valid on the day of this application"),
        "revoked": _("it was revoked"),
        "cancelled": _("it was cancelled"),
        "superseded": _("replaced by a newer record"),
        "suspended": _("it is suspended"),
        "future": _("not yet valid on the day of this application"),
        "ended_party": _("the business registration has ended"),
        "ended_licence": _("the licence it belongs to is no longer valid"),
        "ended_product": _("the product it belongs to is no longer registered or filed"),
        "other_subject": _("it is about another licence, product, shop or case"),
        "other_concept": _("it is another thing; have a look whether it is the same here"),
        "other_source": _("this form does not take it from there; have a look"),
        "not_accepted": _("the application it comes from was not accepted"),
        "not_confirmed": _("it was said or uploaded and not confirmed"),
        "computed": _("worked out from your other answers"),
        "answered": _("you answered this yourself"),
        "login_low": _("not shown: sign in strongly first"),
        "source_down": _("the source could not be asked"),
        "consent_refused": _("the source was not asked, as you wished"),
        "no_mandate": _("no mandate of this party lets you see it"),
        "mandate_ended": _("the mandate has ended"),
        "mandate_not_begun": _("the mandate has not begun yet"),
        "mandate_other_item": _("the mandate does not cover this service item"),
        "source_denied": _("the source may not be asked for this"),
        "stale": _("our copy is too old; the source must be asked again"),
        "failed_check": _("it does not pass today's check: %(detail)s"),
        "needs_correction": _("it must be corrected first: %(detail)s"),
        "register_differs": _("A register says something else; compare, and choose which is right."),
        "sources_differ": _("Two sources disagree; choose which is right."),
        "change_due": _(
            "The business register now says otherwise than the licence: a change of the licence is due first or together."
        ),
        "renamed": _("an address with an old district name: have a look"),
    }
