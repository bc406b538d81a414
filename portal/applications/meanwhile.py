"""What the page did between a question of the conversation and its answer: the answer to a field that nobody touched
counts all the same; where the field was filled in meanwhile, both values are told and the person says which is right."""

from typing import Any

from flask_babel import gettext as _

from portal.applications import asking, questions
from portal.applications.draft_view import View
from portal.applications.saying import Turn, name_of, say, without
from portal.forms.service import Field


def find_meant(view: View, asked: Field | None, field_id: str, step: str) -> Field | None:
    """The field that an answer is about: the asked one, or the one of its ``step`` as long as that may be answered; None when
    the answer belongs to no question that is still open."""
    draft_id, _version, name = _split(step)
    if not step:
        return asked if asked is None or field_id in ("", asked.id) else None
    if draft_id != view.draft.id or field_id not in ("", name):
        return None
    if asked is not None and name == asked.id:
        return asked
    return _find_answerable(view, name)


def is_filled_since(view: View, field: Field, step: str) -> bool:
    """Whether the field got the value it has after the question of this step was put."""
    return bool(step) and _is_filled(view, field.id, _split(step)[1])


def asks(step: str, field_id: str) -> bool:
    """Whether a step put this question, whatever the draft's version was then."""
    return _split(step)[2] == field_id


def is_of(kept: dict[str, Any], view: View, step: str) -> bool:
    """Whether a step is that of the read-back that is kept, be it that the draft went on since."""
    draft_id, version, name = _split(step)
    return draft_id == view.draft.id and name == "confirm" and kept["version"] <= version <= view.draft.version


def still_holds(kept: dict[str, Any], view: View) -> bool:
    """Whether what is being read back may still be written: its field is open, and nobody filled it in since."""
    return _find_answerable(view, kept["field"]) is not None and not _is_filled(view, kept["field"], kept["version"])


def find_clash(kept: dict[str, Any], view: View) -> Turn | None:
    """What to say where the field of a read-back was filled in, closed or hidden since it was read; None where nothing was.
    With another value in it the read-back is kept anew, as one that ``stands`` against a value."""
    if still_holds(kept, view):
        return None
    field = _find_answerable(view, kept["field"])
    if field is None:
        view.draft.talk = without(view.draft.talk, "read_back")
        return asking.ask_next(view, [say(_("Something changed since; here is the present question."))])
    return tell_clash(view, field, {**kept, "version": view.draft.version})


def tell_clash(view: View, field: Field, read_back: dict[str, Any]) -> Turn:
    """The answer beside the value that came in meanwhile; the same value twice is simply noted."""
    if view.values.get(field.id) == read_back["value"]:
        view.draft.talk = without(view.draft.talk, "read_back")
        text = _("“%(label)s” was filled in with the same value meanwhile.", label=name_of(field, view.language))
        return asking.ask_next(view, [say(text)])
    view.draft.talk = {**view.draft.talk, "read_back": {**read_back, "stands": True}}
    return asking.read_back(view)


def _split(step: str) -> tuple[str, int, str]:
    """Draft, version and what is asked."""
    draft_id, _colon, rest = step.partition(":")
    version, _colon, name = rest.partition(":")
    return draft_id, int(version) if version.isdecimal() else 0, name


def _find_answerable(view: View, name: str) -> Field | None:
    shown = {field.id: field for field in questions.list_shown(view.form, view.values)}
    field = shown.get(name)
    return field if field is not None and view.is_open(name) and field.asked_in_chat else None


def _is_filled(view: View, field_id: str, version: int) -> bool:
    row = view.answers.get(field_id)
    return row is not None and row.state == "given" and row.version > version
