"""Clauses in an officer's words: chosen from the policy base, resolved on the server today, never typed as text."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from policy_kb import Citation, Clause, PolicyBaseError, Version, clock
from portal.chat.answers import citation_url
from portal.errors import Invalid
from portal.knowledge import policy_base
from portal.pages import write_clause

MOST_CITES = 5
MOST_HITS = 6
LONGEST_QUOTE = 600


@dataclass(frozen=True, slots=True)
class Choice:
    """A clause to tick: ``key`` comes back from the form, ``shown`` is the citation as people see it."""

    key: str
    shown: dict[str, Any]


def write_key(cite: dict[str, Any]) -> str:
    """A cite of the catalogue's form (title, article, paragraph) as the value of a tick box."""
    return f"{cite['title']}#{cite['article']}#{cite.get('paragraph') or 0}"


def read_key(key: str) -> dict[str, Any]:
    """The cite behind a tick box; Invalid when the value was not made by ``write_key``."""
    title, _mark, place = key.partition("#")
    article, _mark, paragraph = place.partition("#")
    if not title or len(title) > 200 or not article.isdigit() or not paragraph.isdigit():
        raise Invalid(_wrong_cite(), fields={"cites": _wrong_cite()})
    cite: dict[str, Any] = {"title": title, "article": int(article)}
    return cite | ({"paragraph": int(paragraph)} if int(paragraph) else {})


def _wrong_cite() -> str:
    return _("Choose clauses from the list; search for them in the policy base.")


def find_choice(cite: dict[str, Any]) -> Choice | None:
    """The clause in force today, or None when the policy base has none such."""
    today, base = clock.today(), policy_base()
    clause = base.find_clause(cite["title"], cite["article"], as_of=today)
    version = base.find_version(cite["title"], as_of=today)
    if clause is None or version is None:
        return None
    return Choice(write_key(cite), _show(clause, version, int(cite.get("paragraph") or 0), today))


def resolve(keys: list[str]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Each ticked clause as (cite, citation); Invalid names the one that is not in force today."""
    cites = [read_key(key) for key in dict.fromkeys(keys)]
    if len(cites) > MOST_CITES:
        message = _("Choose at most %(most)s clauses.", most=MOST_CITES)
        raise Invalid(message, fields={"cites": message})
    found = []
    for cite in cites:
        choice = find_choice(cite)
        if choice is None:
            message = _(
                "%(clause)s is not in the policy base as a clause in force today, so it cannot be cited.",
                clause=write_clause(cite["title"], cite["article"]),
            )
            raise Invalid(message, fields={"cites": message})
        found.append((cite, choice.shown))
    return found


def search(words: str) -> list[Choice]:
    """The best clauses in force today that can be cited by number; none when the policy base is away."""
    if not words.strip():
        return []
    try:
        hits = policy_base().search(words[:300], as_of=clock.today(), limit=2 * MOST_HITS)
    except PolicyBaseError:
        return []
    choices = [
        Choice(
            write_key({"title": hit.version.title, "article": hit.clause.article, "paragraph": hit.paragraph}),
            _show(hit.clause, hit.version, hit.paragraph, clock.today()),
        )
        for hit in hits
        if hit.clause.article and not hit.clause.sub
    ]
    return choices[:MOST_HITS]


def _show(clause: Clause, version: Version, paragraph: int, today: date) -> dict[str, Any]:
    named = next((each for each in clause.paragraphs if paragraph and each.number == paragraph), None)
    quote = named.text + "".join(named.items) if named else clause.text
    citation = Citation(
        title=version.title,
        article=clause.article,
        label=clause.label,
        clause_id=clause.id,
        version_id=version.id,
        version=version.label,
        paragraph=named.number if named else 0,
        quote=quote[:LONGEST_QUOTE],
        document_number=version.document_number,
        issuer=version.issuer,
        in_force_from=version.in_force_from,
        in_force_to=version.in_force_to,
        status=version.status_on(today),
    )
    shown = {key: value.isoformat() if isinstance(value, date) else value for key, value in asdict(citation).items()}
    return {**shown, "url": citation_url(citation)}
