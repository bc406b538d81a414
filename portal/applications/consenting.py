"""Whether and which sources may be asked for a draft: the question, the answer, and what the answer does to the draft."""

from collections.abc import Collection, Mapping

from flask_babel import gettext as _

from policy_kb import clock
from portal.applications import draft_view, drafts, prefilling, questions
from portal.applications.models import Answer, Draft
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.identity.service import Identity
from portal.language import current_language
from portal.prefill import service as prefill
from portal.prefill.service import Asked


def is_undecided(draft: Draft) -> bool:
    """Whether nobody has said yet which sources may be asked for this draft."""
    return draft.state == "open" and not prefill.list_decisions(draft.id)


def list_asked(draft: Draft, language: str) -> list[Asked]:
    """The sources of a draft with what each gives and what was said about it."""
    return prefill.list_asked(questions.form_of(draft.form_id, draft.form_version), draft.id, language)


def read_said(answer: str, ticked: Collection[str]) -> dict[str, bool]:
    """What a pressed button says of every source: ``all``, ``none``, or ``chosen`` with the boxes ticked."""
    known = list(prefill.list_channels())
    if answer not in ("all", "none", "chosen"):
        text = _("Say whether the sources may be asked: all, the ticked ones or none.")
        raise Invalid(text, fields={"sources": text})
    if answer == "chosen" and not set(ticked) & set(known):
        text = _("Tick at least one source, or choose to fill everything in yourself.")
        raise Invalid(text, fields={"sources": text})
    return {name: answer == "all" or (answer == "chosen" and name in ticked) for name in known}


def decide_sources(identity: Identity, draft_id: str, said: Mapping[str, bool]) -> list[str]:
    """Keep what the person says of sources, ask those newly agreed to and fill from them; labels of what changed.

    What a withdrawn source filled stays, as the answers of the person who withdrew. The caller commits.
    """
    draft = drafts.get_draft(identity, draft_id)
    if draft.state not in draft_view.EDITABLE:
        raise Conflict(_("This application was sent already. Its state stands under “my matters”."), code="sent")
    form = questions.form_of(draft.form_id, draft.form_version)
    # what is said goes out together before the sources are asked, and the rest at the commit
    with db.session.no_autoflush:
        changed = prefill.decide(identity, draft.id, draft.party_code, form, said)
        if not changed:
            return []
        if draft.answers:
            draft.version += 1
        draft.updated_at = clock.now()
        db.session.flush()
        for source in [name for name, row in changed.items() if row.decision == "withdrawn"]:
            _carry(identity, draft, source)
        failed, facts = prefilling.fetch(identity, draft, form, said=changed)
        draft.failed = [*(set(draft.failed) - set(changed)), *failed]
        return [questions.label_of(form, name, current_language()) for name in drafts.fill(draft, facts)]


def _carry(identity: Identity, draft: Draft, source: str) -> None:
    """Make what a source filled the person's own answers: nobody will ask it again whether they still hold."""
    ids = {fact.id for fact in prefill.list_facts_of(draft.id, source)}
    for row in draft_view.newest_answers(draft).values():
        if row.state == "given" and not row.author and row.fact_id in ids:
            draft.answers.append(
                Answer(
                    field_id=row.field_id,
                    value=row.value,
                    state="given",
                    origin="carried",
                    fact_id=row.fact_id,
                    author=identity.actor,
                    channel="page",
                    version=draft.version,
                    at=clock.now(),
                )
            )
    db.session.flush()
