"""What people say against a record while they fill in a form becomes data tickets for the keeper of its source."""

from collections.abc import Mapping, Sequence

from portal.applications.draft_view import View, offered
from portal.applications.models import Answer
from portal.identity.service import Identity
from portal.prefill.service import Fact
from portal.tickets import service as tickets
from portal.uploads import CheckedFile


def find_filling(view: View, field_id: str) -> Fact | None:
    """The fact that fills a field, or did before a person changed it; None when it stands on no record."""
    outcome = view.outcomes.get(field_id)
    if outcome is not None and outcome.locked:
        found = view.facts.get(outcome.fact_id or 0)
    else:
        rows = [r for r in view.draft.answers if r.field_id == field_id and r.origin == "auto" and r.fact_id]
        found = view.facts.get(rows[-1].fact_id or 0) if rows else None
    return found if found is not None and found.record_id else None


def raise_doubts(identity: Identity, view: View, rows: Sequence[Answer], evidence: Mapping[str, CheckedFile]) -> None:
    """Tickets for the answers just given: against each record that a settled conflict passed over, and against the
    record behind a value that was changed with a reason. ``view`` is the draft before they were given.

    Evidence that comes without a new answer goes to the answer that stands. The caller commits.
    """
    given = {row.field_id: row for row in rows}
    for name in [*given, *(name for name in evidence if name not in given)]:
        row = given.get(name) or view.answers.get(name)
        if row is None or row.state != "given":
            continue
        files = [evidence[name]] if name in evidence else []
        if view.is_disputed(name):
            _doubt_passed_over(identity, view, row, files)
        elif row.origin == "override" and row.reason:
            _doubt(identity, view, find_filling(view, name), row, files)
        else:
            _follow(identity, view, row, files)
            continue
        _follow(identity, view, row)


def _doubt_passed_over(identity: Identity, view: View, row: Answer, files: Sequence[CheckedFile]) -> None:
    for choice in offered(view.outcomes.get(row.field_id)):
        if choice.fact_id != row.fact_id:
            _doubt(identity, view, view.facts.get(choice.fact_id), row, files, cause="conflict")


def _doubt(
    identity: Identity,
    view: View,
    fact: Fact | None,
    row: Answer,
    files: Sequence[CheckedFile],
    *,
    cause: str = "override",
) -> None:
    doubt = tickets.doubt_fact(fact) if fact else None
    if doubt is None or tickets.is_same_value(doubt.concept, doubt.value, row.value, doubt.source):
        return
    tickets.raise_claim(identity, doubt, row.value, cause=cause, reason=row.reason, files=files, draft_id=view.draft.id)


def _follow(identity: Identity, view: View, row: Answer, files: Sequence[CheckedFile] = ()) -> None:
    """What this draft's tickets claim goes with its answer, which may now be what the record says after all."""
    concept = view.form.get_field(row.field_id).concept
    if concept:
        tickets.follow_draft(identity, view.draft.id, concept, row.value, reason=row.reason, files=files)
