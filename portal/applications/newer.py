"""The conversation tells of a newer version of the form before it asks on: what changed, what is kept, and whether to go
over. Who stays is asked again only when the law makes it necessary, before sending."""

from flask_babel import gettext as _

from portal.applications import draft_view, saying, upgrading, wording
from portal.applications.draft_view import View
from portal.applications.saying import Said, Turn, say, step_of
from portal.applications.upgrading import Difference
from portal.identity.service import Identity


def find_untold(view: View, *, sending: bool = False) -> Difference | None:
    """The newer version of an open draft that the person has not said no to; at ``sending`` also the one they declined,
    when it demands what the draft has not."""
    newer = upgrading.find_difference(view) if view.draft.state == "open" else None
    if newer is None:
        return None
    declined = view.draft.talk.get("stays") == newer.version
    return newer if not declined or (sending and newer.demands) else None


def ask(view: View, newer: Difference, opening: Said) -> Turn:
    """What the version changes for this draft, and whether to go over."""
    lines = [_("There is a newer version of the form “%(item)s”.", item=wording.draft_title(view.draft))]
    if newer.added:
        lines.append(_("New questions: %(fields)s.", fields=_("; ").join(newer.added)))
    if newer.demands:
        lines.append(_("Now needed: %(fields)s.", fields=_("; ").join(newer.demands)))
    if newer.gone:
        lines.append(_("No longer asked: %(fields)s.", fields=_("; ").join(newer.gone)))
    lines.append(
        _("The draft can only be sent on the new version; every answer is kept. Shall I go over to it?")
        if newer.demands
        else _("The draft can be sent as it is, or go over; every answer is kept. Shall I go over to it?")
    )
    messages, pending = saying.ask_yes_no(
        view,
        "\n".join(lines),
        "newer",
        step_of(view, "newer"),
        _("Yes, go over to version %(n)s", n=newer.version),
        _("No, stay for now"),
        saying.page_button(view.draft),
    )
    return [*opening, *messages], pending


def decide(identity: Identity, view: View, yes: bool) -> tuple[View, Said]:
    """Go over, or note that the person stays; the draft as it then is, with what to say. The caller commits."""
    draft, newer = view.draft, upgrading.find_difference(view)
    if newer is None:
        return view, []
    if not yes:
        draft.talk = {**draft.talk, "stays": newer.version}
        return view, [say(_("It stays on the version it began with. You can go over on the page at any time."))]
    talk = {key: value for key, value in draft.talk.items() if key not in ("read_back", "wished", "stays")}
    upgrading.upgrade(identity, draft.id)
    draft.talk = talk
    fresh = draft_view.view_draft(draft, view.language)
    said = [say(_("The draft is now on version %(n)s; your answers went along.", n=newer.version))]
    kept = upgrading.list_left_behind(fresh, identity)
    if kept:
        told = _("; ").join(f"{label}: {text}" for label, text in kept)
        said.append(say(_("No longer asked, but kept with the draft: %(answers)s.", answers=told)))
    return fresh, said
