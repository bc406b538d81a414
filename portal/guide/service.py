"""What a page of the guide shows: where one stands in a table, and the addresses that go on, back and change an answer.

The address holds the facts given, in the order in which they were given, so that a page can be kept, sent on and gone back
to, and nothing is stored about anybody. Words taken over from a sentence stand there only when the table knows them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _

from policy_kb import Answer, Citation, UnknownDocument, clock, guidance
from portal.errors import Invalid, Missing
from portal.knowledge import policy_base
from portal.language import current_language
from portal.pages import write_date

UNSURE = "?"
LONGEST_TEXT = 200
_RESERVED = ("as_of", "ask", "asked", "heard")


@dataclass(frozen=True, slots=True)
class Given:
    """One fact that counts, with the address that changes it."""

    label: str
    value: str
    change_url: str


@dataclass(frozen=True, slots=True)
class Walk:
    """A step with what its page needs. ``facts`` are all facts of the address; ``asked`` is asked now ("" when settled)."""

    step: guidance.Step
    facts: Mapping[str, str]
    heard: Mapping[str, guidance.Heard]
    day_written: str
    asked: guidance.Question | None
    unsure: bool
    missing: bool

    @property
    def table(self) -> guidance.Table:
        return self.step.table

    @property
    def chosen(self) -> str:
        """The choice made before of what is asked again, "" when none."""
        return self.facts.get(self.asked.id, "") if self.asked else ""

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What the form carries along."""
        others = [(fact, code) for fact, code in self.facts.items() if self.asked is None or fact != self.asked.id]
        return [*others, *self._heard_pairs(), *([("as_of", self.day_written)] if self.day_written else [])]

    def _heard_pairs(self) -> list[tuple[str, str]]:
        return [("heard", f"{fact}:{each.words}") for fact, each in self.heard.items()]

    def url(self, facts: Mapping[str, str], **more: str) -> str:
        """The address of this table with other facts."""
        pairs = [*facts.items(), *self._heard_pairs(), *([("as_of", self.day_written)] if self.day_written else [])]
        query = urlencode([*pairs, *more.items()])
        return url_for("guide.table", table_id=self.table.id) + (f"?{query}" if query else "")

    @property
    def back_url(self) -> str:
        """One answer back; the list of guides when nothing was answered yet."""
        facts = [fact for fact in self.facts if self.asked is None or fact != self.asked.id]
        if not facts:
            return url_for("guide.index")
        return self.url({fact: self.facts[fact] for fact in facts[:-1]}, ask=facts[-1])

    @property
    def given(self) -> list[Given]:
        """The facts that count, in words."""
        shown = guidance.list_facts(self.step, current_language(), self.heard)
        asked = self.asked.id if self.asked else ""
        return [Given(fact.label, fact.value, self.url(self.facts, ask=fact.id)) for fact in shown if fact.id != asked]


def list_tables() -> tuple[guidance.Table, ...]:
    return guidance.load_tables()


def find_start(text: str) -> str:
    """The address of the table a sentence is about, with what it says already; Invalid when no table is about it."""
    text = text.strip()[:LONGEST_TEXT]
    found = guidance.find_table(guidance.load_tables(), text)
    if found is None:
        told = (
            _("None of the guides is about these words. Choose one from the list, or ask in the chat.")
            if text
            else _("Write what you plan to do, for example: open a web shop for contact lenses.")
        )
        raise Invalid(told, fields={"text": told})
    heard = guidance.hear(found, text)
    day = guidance.find_law_day(text)
    step = guidance.take_step(found, {}, found.begins)
    walk = Walk(step, {}, heard, day.isoformat() if day and day >= found.begins else "", None, False, False)
    return walk.url({fact: each.code for fact, each in heard.items()})


def read_walk(table_id: str, args: Iterable[tuple[str, str]]) -> Walk:
    """Where the address stands. Missing for an unknown table, Invalid for a fact, code or day that does not fit it."""
    pairs = list(args)
    table = _get_table(table_id)
    last = dict(pairs)
    written = {fact: code for fact, code in pairs if fact not in (*_RESERVED, "lang")}
    unsure = {fact for fact, code in written.items() if code == UNSURE}
    facts = _read_facts(table, {fact: code for fact, code in written.items() if code != UNSURE})
    day_written = last.get("as_of", "").strip()
    step = guidance.take_step(table, facts, _read_day(table, day_written))
    asked = table.find_question(last.get("ask", "")) or step.question
    if asked and asked.id != (step.question.id if step.question else ""):
        others = {fact: code for fact, code in facts.items() if fact != asked.id}
        step = guidance.Step(table, step.day, step.facts, guidance.take_step(table, others, step.day).rows, asked)
    missing = bool(asked) and last.get("asked") == (asked.id if asked else "") and not unsure
    heard = _read_heard(table, facts, [words for name, words in pairs if name == "heard"])
    return Walk(step, facts, heard, day_written, asked, bool(asked and asked.id in unsure), missing)


def _get_table(table_id: str) -> guidance.Table:
    try:
        return guidance.get_table(table_id)
    except UnknownDocument:
        raise Missing(_("There is no such guide. Choose one from the list of guides.")) from None


def _read_facts(table: guidance.Table, raw: Mapping[str, str]) -> dict[str, str]:
    strange = [
        fact for fact, code in raw.items() if not (q := table.find_question(fact)) or q.find_choice(code) is None
    ]
    if strange:
        told = _("This address does not fit the questions of this guide. Start the guide again.")
        raise Invalid(told, fields={fact[:40]: told for fact in strange})
    return dict(raw)


def _read_day(table: guidance.Table, written: str) -> date:
    if not written:
        return clock.today()
    try:
        day = date.fromisoformat(written)
    except ValueError:
        told = _("Write the day as year-month-day, for example %(day)s.", day=clock.today().isoformat())
        raise Invalid(told, fields={"as_of": told}) from None
    if day < table.begins:
        told = _("This guide knows the law from %(day)s on. Choose a later day.", day=write_date(table.begins))
        raise Invalid(told, fields={"as_of": told})
    return day


def _read_heard(table: guidance.Table, facts: Mapping[str, str], raw: list[str]) -> dict[str, guidance.Heard]:
    """Words in the address count only when the table itself hears the given choice in them."""
    found = {}
    for each in raw:
        fact, _colon, words = each.partition(":")
        heard = guidance.hear(table, words).get(fact)
        if heard and facts.get(fact) == heard.code:
            found[fact] = heard
    return found


def answer(walk: Walk) -> Answer:
    """The outcome of a settled walk."""
    return guidance.answer_step(policy_base(), walk.step, current_language(), heard=walk.heard)


def explain(walk: Walk) -> Answer:
    """How to find out what is asked."""
    return guidance.explain(policy_base(), walk.step, current_language())


def list_services(row: guidance.Row) -> list[tuple[str, str, str, str]]:
    """What to apply for, in order: name, the variant's name, the address of its item, the address where it starts online."""
    language = current_language()
    found = []
    for item_id, variant_id in row.services:
        item = policy_base().catalogue.get_item(item_id)
        variant = item.find_variant(variant_id) if variant_id else None
        start = url_for("applications.start", item=item_id, variant=variant_id) if variant and variant.form else ""
        found.append(
            (
                item.name.in_language(language),
                variant.name.in_language(language) if variant else "",
                url_for("services.item", item_id=item_id, variant=variant_id or None),
                start,
            )
        )
    return found


def clause_url(citation: Citation) -> str:
    """Where the clause (款, 项) stands among the policies, "" when its text is not loaded."""
    if not citation.version_id or not citation.clause_id:
        return ""
    place = f"a{citation.clause_id.rsplit(':', 1)[-1]}"
    if citation.paragraph:
        place += f"p{citation.paragraph}" + (f"i{citation.item}" if citation.item else "")
    return url_for("policies.document", version_id=citation.version_id, _anchor=place)
