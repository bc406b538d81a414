"""The list of what rests on changed clauses as curators work through it: named, with what we say, most urgent first."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext as _

from policy_kb import ClauseChange, Touched, Transition, catalogue, clock, list_quantities
from portal.curation.reviewing import list_reviews
from portal.errors import Conflict
from portal.forms import service as forms
from portal.identity.service import Identity
from portal.knowledge import policy_base
from portal.language import current_language

PAGE = 30  # entries a page: each holds a difference to read
WHY = ("dropped", "figures", "words", "new", "number")  # most urgent first
KINDS = ("fact", "faq", "form", "item", "card")  # what people meet most often first
SHOWN = ("waiting", "seen", "all")
_WHY_OF = {"removed": "dropped", "added": "new", "renumbered": "number"}


@dataclass(frozen=True, slots=True)
class Named:
    """Something of ours in words: ``label`` what it is, ``says`` what it says, ``url`` where it is changed or shown."""

    label: str
    says: str
    url: str
    editable: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to look at. ``why`` is one of WHY, ``kind`` one of KINDS."""

    touched: Touched
    transition: Transition
    why: str
    kind: str

    @property
    def late(self) -> bool:
        """Whether the new wording counts already, so that what we say may be wrong today."""
        return self.transition.effective is None or self.transition.effective <= clock.today()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter. ``text`` is the id of a new version; "" means all."""

    text: str = ""
    why: str = ""
    kind: str = ""
    shown: str = "waiting"
    words: str = ""

    def list_parts(self) -> dict[str, str]:
        """As the query of an address."""
        parts = {"text": self.text, "why": self.why, "kind": self.kind, "shown": self.shown, "words": self.words}
        return {name: value for name, value in parts.items() if value}


def read_wanted(raw: Mapping[str, str]) -> Wanted:
    """The filter of a page's address or form; what it does not know counts as all."""

    def choose(name: str, known: Collection[str], default: str = "") -> str:
        value = raw.get(name, "")
        return value if value in known else default

    return Wanted(
        raw.get("text", "")[:80],
        choose("why", WHY),
        choose("kind", KINDS),
        choose("shown", SHOWN, "waiting"),
        raw.get("words", "").strip()[:60],
    )


def list_entries(identity: Identity) -> list[Entry]:
    """Every entry: what counts already before what is to come, then by urgency, then by what people meet most."""
    found = [
        Entry(touched, transition, _why(touched.change), kind_of(touched.where))
        for transition in list_reviews(identity)
        for touched in transition.touched
    ]
    return sorted(found, key=_urgency)


def _urgency(entry: Entry) -> tuple[bool, date, int, int, str]:
    day = entry.transition.effective or date.min
    return (
        not entry.late,
        date.min if entry.late else day,
        WHY.index(entry.why),
        KINDS.index(entry.kind),
        entry.touched.key,
    )


def _why(change: ClauseChange) -> str:
    return _WHY_OF.get(change.kind) or (
        "figures" if _list_figures(change.old) != _list_figures(change.new) else "words"
    )


def _list_figures(clauses: Iterable[object]) -> set[tuple[float, str]]:
    text = "\n".join(str(getattr(clause, "text", "")) for clause in clauses)
    return {quantity for quantity in list_quantities(text) if quantity[1] != "count"}


def kind_of(where: str) -> str:
    """What kind of thing a binding's name means."""
    head, _slash, rest = where.partition("/")
    if where.startswith("card:"):
        return "card"
    if head in ("faq", "form"):
        return head
    found = policy_base().catalogue.items.get(head)
    return "fact" if found is not None and found.find_fact(rest) else "item"


def select(entries: Iterable[Entry], wanted: Wanted) -> list[Entry]:
    """Those the filter lets through, in their order."""
    return [entry for entry in entries if _is_wanted(entry, wanted)]


def _is_wanted(entry: Entry, wanted: Wanted) -> bool:
    touched = entry.touched
    if wanted.shown != "all" and bool(touched.seen) != (wanted.shown == "seen"):
        return False
    if (wanted.text and entry.transition.new.id != wanted.text) or (wanted.why and entry.why != wanted.why):
        return False
    if wanted.kind and entry.kind != wanted.kind:
        return False
    if not wanted.words:
        return True
    named = name(touched.where)
    return any(wanted.words in text for text in (touched.where, named.label, named.says))


def select_keys(entries: Iterable[Entry], wanted: Wanted, expected: int) -> list[str]:
    """Keys of all that wait behind a filter; Conflict when they are not as many as the page had said."""
    keys = [entry.touched.key for entry in select(entries, wanted) if not entry.touched.seen]
    if len(keys) != expected:
        raise Conflict(_("The list has changed meanwhile. Reload the page and look at it again; nothing was noted."))
    return keys


def count_waiting(entries: Iterable[Entry]) -> dict[str, Counter[str]]:
    """How many wait, by the new version's id and the reason."""
    found: dict[str, Counter[str]] = {}
    for entry in entries:
        if not entry.touched.seen:
            found.setdefault(entry.transition.new.id, Counter())[entry.why] += 1
    return found


def why_name(why: str) -> str:
    """The reason in words."""
    return {
        "dropped": _("the clause is gone"),
        "figures": _("a figure changed"),
        "words": _("words changed"),
        "new": _("the clause is new"),
        "number": _("only its number changed"),
    }[why]


def kind_name(kind: str) -> str:
    """The kind of thing in words."""
    return {
        "fact": _("Catalogue fact"),
        "faq": _("FAQ"),
        "form": _("Form field or rule"),
        "item": _("Part of an item page"),
        "card": _("Clause card"),
    }[kind]


def name(where: str) -> Named:
    """A binding's name (``A11/renewal_window``) in words; itself when nothing is known of it any more."""
    makers = {"fact": _name_fact, "faq": _name_faq, "form": _name_form, "item": _name_part, "card": _name_card}
    return makers[kind_of(where)](where) or Named(where, "", "", editable=False)


def _name_fact(where: str) -> Named | None:
    item_id, _slash, fact_id = where.partition("/")
    item = policy_base().catalogue.items[item_id]
    fact = item.find_fact(fact_id)
    language = current_language()
    if fact is None:
        return None
    label = f"{item.name.in_language(language)} · {fact.label.in_language(language)}"
    url = url_for("curation.fact", item_id=item_id, fact_id=fact_id)
    return Named(label, fact.text.in_language(language), url, editable=True)


def _name_faq(where: str) -> Named | None:
    faq_id, language = where.partition("/")[2], current_language()
    faq = next((one for one in policy_base().catalogue.faqs if one.id == faq_id), None)
    if faq is None:
        return None
    url = url_for("curation.faq", faq=faq.id)
    return Named(faq.question.in_language(language), faq.answer.in_language(language), url, editable=True)


def _name_form(where: str) -> Named | None:
    _form, form_id, part_id = where.split("/", 2)
    form = next((one for one in forms.list_forms() if one.id == form_id), None)
    if form is None:
        return None
    language = current_language()
    labels = {field.id: field.label for field in form.list_fields()} | {rule.id: rule.label for rule in form.rules}
    part = labels.get(part_id, {}).get(language, part_id)
    return Named(f"{form.label[language]} · {part}", "", url_for("forms.preview", form_id=form_id), editable=False)


def _name_part(where: str) -> Named | None:
    """A condition, material, step, mistake or the authority of an item: ``A11/materials[licence]``."""
    item_id, _slash, part = where.partition("/")
    item, language = policy_base().catalogue.items.get(item_id), current_language()
    if item is None:
        return None
    group, _bracket, place = part.rstrip("]").partition("[")
    entry: object = item.authority if group == "authority" else None
    for number, each in enumerate(getattr(item, group, ()) if place else ()):
        entry = each if str(getattr(each, "id", number)) == place else entry
    text = getattr(entry, "text", None) or getattr(entry, "name", None)
    says = text.in_language(language) if isinstance(text, catalogue.Text) else ""
    heading = {
        "authority": _("Authority"),
        "conditions": _("Condition"),
        "materials": _("Material"),
        "steps": _("Step"),
        "mistakes": _("Common mistake"),
    }.get(group, group)
    label = f"{item.name.in_language(language)} · {heading}"
    return Named(label, says, url_for("services.item", item_id=item_id), editable=False)


def _name_card(where: str) -> Named | None:
    card = next((one for one in policy_base().catalogue.cards if one.id == where), None)
    if card is None:
        return None
    language = current_language()
    asks = card.asks.zh if language == "zh" else card.asks.en
    question = (asks or card.asks.all)[0]
    url = url_for("curation.faq", question=question)
    return Named(question, card.answer.in_language(language), url, editable=False)
