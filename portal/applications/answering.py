"""An answer said in the conversation: read for the asked field, kept to be read back, counted only after a yes."""

from typing import Any

from flask_babel import gettext as _

from portal.applications import asking, consenting, draft_view, hearing, meanwhile, questions, yes_no
from portal.applications.draft_view import View
from portal.applications.saying import Turn, name_of, say, without
from portal.applications.telling import get_open
from portal.extensions import db
from portal.forms.service import Field
from portal.identity.service import Identity


def answer(
    identity: Identity, draft_id: str, field_id: str, text: str, step: str, language: str, option: str | None = None
) -> Turn:
    """Read what was said for the asked field and read it back. ``option`` is the value of a named option, if any."""
    view = get_open(identity, draft_id, language)
    if consenting.is_undecided(view.draft):
        return asking.ask_sources(view, [])
    asked = asking.next_field(view)
    field = meanwhile.find_meant(view, asked, field_id, step)
    if field is None:
        late = _("That answer belonged to an earlier question; here is the present one.")
        return asking.ask_next(view, [say(late)] if asked is not None else [])
    option = option if option is not None else yes_no.read_yes_no(field, text)
    offer = hearing.find_offer(view, field, option if option is not None else text)
    if offer is None and option is None and hearing.is_bare_yes(field, text):
        told = _("A yes alone says nothing here: write what is asked, or say “skip”.")
        return asking.ask_next(view, [say(told)])
    value, errors = _read(field, option if option is not None else text, offer)
    if errors or value is None:
        error = next(iter(errors.values()), _("I could not read an answer in that. Say it again, or say “skip”."))
        return asking.ask_next(view, [say(error)])
    fact = offer.fact_id if offer else None
    read_back = {"field": field.id, "value": value, "fact": fact, "version": view.draft.version}
    if meanwhile.is_filled_since(view, field, step):
        return meanwhile.tell_clash(view, field, read_back)
    _keep(view, read_back)
    return asking.read_back(view)


def answer_denial(identity: Identity, draft_id: str, text: str, step: str, language: str) -> Turn | None:
    """没有这个 where the asked field can be denied is an answer, not a wish to leave it for later; None elsewhere."""
    view = get_open(identity, draft_id, language)
    asked = asking.next_field(view)
    if asked is None or consenting.is_undecided(view.draft) or not yes_no.denies_all(text):
        return None
    deniable = yes_no.read_yes_no(asked, text) or yes_no.find_none_of_them(asked, text)
    return answer(identity, draft_id, asked.id, text, step, language) if deniable else None


def keep_present(identity: Identity, draft_id: str, language: str) -> Turn | None:
    """What stands in the asked field stays, and the next one is asked; None when nothing stands there."""
    view = get_open(identity, draft_id, language)
    asked = asking.next_field(view)
    if asked is None or consenting.is_undecided(view.draft) or view.values.get(asked.id) is None:
        return None
    if view.is_conflict(asked.id) or asked.id in view.notes:
        return None  # two records disagree, or an officer wants it otherwise
    if asked.id in view.list_errors():
        return asking.ask_next(view, [])  # it cannot stay
    view.draft.talk = without(view.draft.talk, "wished")
    db.session.flush()
    text = _("%(label)s stays as it is.", label=name_of(asked, language))
    return asking.ask_next(draft_view.view_draft(view.draft, language), [say(text)])


def answer_at_read_back(identity: Identity, draft_id: str, field_id: str, text: str, language: str) -> Turn | None:
    """Words that are neither yes nor no as another answer to what is being read back; None when they are no answer to it."""
    view = get_open(identity, draft_id, language)
    kept, field = view.draft.talk.get("read_back"), questions.fields_of(view.form).get(field_id)
    if field is None or field.type == "declaration" or not kept or kept["field"] != field_id:
        return None
    value, errors = _read(field, text, None)
    if errors or value is None or value == kept["value"] or not meanwhile.still_holds(kept, view):
        return None
    _keep(view, {**kept, "value": value, "fact": None})
    messages, pending = asking.read_back(view)
    return [say(_("I take that as your answer instead.")), *messages], pending


def _read(field: Field, said: str, offer: Any) -> tuple[Any, dict[str, str]]:
    return questions.read(field, offer.value if offer is not None else hearing.tidy(field, said))


def _keep(view: View, read_back: dict[str, Any]) -> None:
    view.draft.talk = {**view.draft.talk, "read_back": read_back}
    db.session.flush()
