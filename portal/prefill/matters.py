"""What a draft is about, read from its facts: which licence or product, what of it has ended, and who acts on what day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from portal.forms.service import Field, Form
from portal.prefill.facts import STATUS, Fact, find_reason_ended
from portal.prefill.kinds import ACCOUNT_SOURCE, KINDS

# Sources of registers -> what their records are about.
REGISTERS = {kind.source: kind.about for kind in KINDS.values() if kind.grade == "A"}


@dataclass(frozen=True, slots=True)
class Matter:
    """``named`` is the subject of the record the task names, ``named_source`` its source; ``standing`` maps a source to
    its subjects that are in force today, ``ended`` holds those that have ended. ``main`` maps what a form is about
    (licence, product) to the registers that may say which one: those of its field for the number."""

    party_code: str
    about: str
    named: str
    named_source: str
    named_record: str
    actor: str
    today: date
    ended: frozenset[str]
    standing: Mapping[str, frozenset[str]]
    main: Mapping[str, frozenset[str]]
    strong: bool = False
    found: dict[frozenset[str], str] = field(default_factory=dict, compare=False)
    subjects: dict[str, str] = field(default_factory=dict, compare=False)

    def find_subject(self, field: Field) -> str:
        """The one licence or product a field is about; "" when nobody named it and it could be several or a new one."""
        if field.id not in self.subjects:  # asked for every fact of the field
            self.subjects[field.id] = self._find_subject(field)
        return self.subjects[field.id]

    def _find_subject(self, field: Field) -> str:
        """A form that does not ask for the number of an existing licence (product) is about a new one, and what is known
        of others does not fill it."""
        registers = frozenset(s for s in field.sources if REGISTERS.get(s) == field.about)
        if self.named and self.named.partition(":")[0] == field.about:
            if not registers or self.named_source in registers or self.named_source not in REGISTERS:
                return self.named
        elif self.named_record and not self.named:
            return ""
        main = self.main.get(field.about)
        if main is not None and (not registers or registers & main):
            return self.find_only(main)
        if main is None and field.about == self.about:
            return ""
        return self.find_only(registers)

    def find_only(self, sources: Iterable[str]) -> str:
        """The only subject of these registers that is in force today, or ""."""
        asked = frozenset(sources)
        if asked not in self.found:  # asked for every fact, and a party may have hundreds of products
            possible = {subject for source in asked for subject in self.standing.get(source, ())}
            self.found[asked] = possible.pop() if len(possible) == 1 else ""
        return self.found[asked]


def find_matter(
    form: Form,
    facts: Iterable[Fact],
    *,
    party_code: str,
    named_record: str,
    actor: str,
    today: date,
    strong: bool = False,
) -> Matter:
    """What the draft is about and how everything known of the party stands today."""
    stands = [fact for fact in facts if fact.concept == STATUS]
    named = next((fact for fact in stands if named_record and fact.record_id == named_record), None)
    newest = _list_newest(stands, today)
    ended = {fact.subject for fact in newest if reason_of(fact, today) and _speaks_of_itself(fact)}
    standing: dict[str, set[str]] = {}
    for fact in newest:
        if fact.subject not in ended and not reason_of(fact, today):
            standing.setdefault(fact.source, set()).add(fact.subject)
    return Matter(
        party_code,
        form.about,
        named.stand.subject if named else "",
        named.source if named else "",
        named_record,
        actor,
        today,
        frozenset(ended),
        {source: frozenset(subjects) for source, subjects in standing.items()},
        find_main(form),
        strong,
    )


def find_main(form: Form) -> dict[str, frozenset[str]]:
    """The registers that say which licence (product) it is: the sources of the field that asks for its number."""
    pairs = [
        (field.about, frozenset(s for s in field.sources if REGISTERS.get(s) == field.about))
        for field in form.list_fields()
        if field.concept == f"{field.about}.number"
    ]
    return {about: sources for about, sources in pairs if sources}


def is_there_before(form: Form, field: Field) -> bool:
    """Whether what a field is about can be known before the application: the party, the person acting, or a licence
    (product) that the form takes from a register. The new one that a first application asks for can not."""
    if field.about == "party":
        return True
    if field.about == "person":
        return ACCOUNT_SOURCE in field.sources
    if field.about in find_main(form):
        return True
    return field.about != form.about and any(REGISTERS.get(source) == field.about for source in field.sources)


def _list_newest(stands: Iterable[Fact], today: date) -> list[Fact]:
    """Of each register and subject the newest entry that speaks of today: it decides whether the subject has ended."""
    newest: dict[tuple[str, str], Fact] = {}
    for fact in stands:
        begins = fact.stand.valid_from
        if fact.grade != "A" or fact.as_of > today or (begins is not None and begins > today):
            continue
        known = newest.setdefault((fact.source, fact.subject), fact)
        if (fact.as_of, bool(reason_of(fact, today))) > (known.as_of, bool(reason_of(known, today))):
            newest[fact.source, fact.subject] = fact
    return list(newest.values())


def _speaks_of_itself(fact: Fact) -> bool:
    """Whether the end of the record is the end of what it is about: a contract over a product ends without it."""
    return fact.source == "business_register" or fact.subject.partition(":")[2] == fact.stand.number != ""


def reason_of(fact: Fact, today: date) -> str:
    """Why the record behind a fact does not count on that day; "" when it does."""
    return find_reason_ended(fact.stand.status, fact.stand.valid_from, fact.stand.valid_to, today)
