"""The operations of the open API on forms and drafts; those on cases are in ``case_api``, their table in ``operations``."""

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.applications import service as applications
from portal.applications.service import Draft
from portal.errors import Invalid, Missing
from portal.forms import service as forms
from portal.forms.service import Form
from portal.identity.service import Identity, find_party
from portal.open_api import document, telling
from portal.open_api.operations import Call, Reply, api, operation, take_page
from portal.open_api.service import require_scope
from portal.uploads import check_upload

__all__ = ["api"]


@operation("GET", "/openapi.json", _l("This description"), scope="", reply="application/json")
def description(_call: Call) -> Response:
    return jsonify(document.build_document(request.url_root.rstrip("/")))


@operation("GET", "/token", _l("What the token may do, for whom, and until when"), scope="read", reply="Token")
def token(call: Call) -> Reply:
    assert call.token is not None
    party = find_party(call.token.party_code)
    content = {
        "name": call.token.name,
        "scopes": call.token.scopes,
        "party": call.token.party_code,
        "party_name": party.name if party else "",
        "expires_at": call.token.expires_at.isoformat(),
        "items": list(call.identity.items),
    }
    return Reply(content)


@operation("GET", "/forms", _l("The forms there are"), scope="read", reply="FormList", query=("limit", "cursor"))
def form_list(_call: Call) -> Reply:
    page, following = take_page(forms.list_forms(), lambda form: form.id, newest_first=False)
    return Reply({"forms": [telling.tell_form_line(form) for form in page], "next": following})


@operation(
    "GET", "/forms/<form_id>", _l("One form: its JSON Schema (the data contract), sources, and own licences it may be about"),
    scope="read", reply="Form", problems=(404,),
)  # fmt: skip
def form(call: Call, form_id: str) -> Reply:
    return Reply(telling.tell_form(call.identity, _get_form(form_id)))


def _get_form(form_id: str) -> Form:
    found = next((one for one in forms.list_forms() if one.id == form_id), None)
    if found is None:
        raise Missing(_("There is no such form. GET /api/v1/forms lists those there are."))
    return found


@operation(
    "GET", "/drafts", _l("Own drafts: open and returned ones, the newest first"), scope="read", reply="DraftList",
    query=("limit", "cursor"),
)  # fmt: skip
def draft_list(call: Call) -> Reply:
    page, following = take_page(applications.list_drafts(call.identity), _draft_key)
    return Reply({"drafts": [telling.tell_draft_line(draft) for draft in page], "next": following})


def _draft_key(draft: Draft) -> str:
    return f"{draft.created_at.timestamp():017.6f}.{draft.id}"


@operation(
    "POST", "/drafts", _l("Start a draft; the sources that may be asked are named (scope “prefill”), or none"),
    scope="write", body="DraftStart", reply="Draft", status=201, once=True, problems=(404, 422),
)  # fmt: skip
def start(call: Call) -> Reply:
    wanted = _get_form(call.body["form"])
    said = _read_sources(call, call.body["sources"])
    draft = applications.start(
        call.identity, wanted.item, wanted.variant, call.body.get("record", ""), another=call.body.get("another", False)
    )
    if applications.is_undecided(draft):
        applications.decide_sources(call.identity, draft.id, said)
    reply = _told(call.identity, draft)
    return Reply(reply.content, reply.version, location=url_for("open_api.draft", draft_id=draft.id))


def _read_sources(call: Call, sources: Any) -> dict[str, bool]:
    """What is said of every source; a yes needs the scope for it."""
    if sources != "none" and call.token is not None:
        require_scope(call.token, "prefill")
    if isinstance(sources, str):
        return applications.read_said(sources, ())
    unknown = set(sources) - set(applications.list_channels())
    if unknown:
        text = _("There is no source “%(name)s”. GET the form to see which there are.", name=min(unknown))
        raise Invalid(text, fields={"sources": text})
    return applications.read_said("chosen", sources)


def _told(identity: Identity, draft: Draft) -> Reply:
    return Reply(telling.tell_draft(identity, draft), draft.version)


@operation(
    "GET", "/drafts/<draft_id>",
    _l("One draft: every field with value, origin, conflict and offers; what is missing and why, with the clause"),
    scope="read", reply="Draft", problems=(404,),
)  # fmt: skip
def draft(call: Call, draft_id: str) -> Reply:
    return _told(call.identity, applications.open_draft(call.identity, draft_id))


@operation(
    "PATCH", "/drafts/<draft_id>", _l("Change answers: all that is sent is saved, or nothing is"), scope="write",
    body="Answers", reply="Saved", matched=True, problems=(404, 409, 412, 422),
)  # fmt: skip
def change(call: Call, draft_id: str) -> Reply:
    values: Mapping[str, Any] = call.body.get("values", {})
    cleared = [name for name, value in values.items() if value is None]
    given = {name: value for name, value in values.items() if value is not None}
    chosen = call.body.get("choose", {})
    saved = applications.save_fields(
        call.identity, draft_id, call.version, given, "api", clear=cleared, chosen=chosen,
        reasons=call.body.get("reasons", {}),
    )  # fmt: skip
    return _saved(call, draft_id, saved, [*values, *chosen], cleared)


def _saved(call: Call, draft_id: str, saved: applications.Saved, names: list[str], cleared: list[str]) -> Reply:
    if saved.errors:
        raise Invalid(_("Nothing was saved: some answers cannot be read."), fields=saved.errors)
    results = {
        name: ("cleared" if name in cleared else "saved") if name in saved.saved else "unchanged" for name in names
    }
    told = _told(call.identity, applications.get_draft(call.identity, draft_id))
    return Reply({"results": results, "draft": told.content}, told.version)


@operation(
    "PUT", "/drafts/<draft_id>/files/<field_id>", _l("Attach a file (multipart, part “file”)"), scope="write",
    reply="Saved", matched=True, upload=True, problems=(404, 409, 412, 413, 422),
)  # fmt: skip
def attach(call: Call, draft_id: str, field_id: str) -> Reply:
    draft = applications.get_draft(call.identity, draft_id)
    form = forms.get_form(draft.form_id, draft.form_version)
    field = next((one for one in form.list_fields() if one.id == field_id and one.type == "file"), None)
    if field is None:
        raise Missing(_("This form asks for no such file."))
    sent = request.files.get("file")
    if sent is None or len(request.files.getlist("file")) != 1 or not sent.filename:
        text = _("Send one file as multipart/form-data in the part “file”.")
        raise Invalid(text, fields={field_id: text})
    file = check_upload(sent, field=field_id, allowed=forms.media_types(field), limit=(field.high or 5) * 1024 * 1024)
    saved = applications.save_fields(call.identity, draft_id, call.version, {field_id: file}, "api")
    return _saved(call, draft_id, saved, [field_id], [])


@operation(
    "PUT", "/drafts/<draft_id>/sources", _l("Say anew which sources may be asked; a no withdraws"), scope="write",
    body="SourcesSaid", reply="Draft", problems=(404, 409, 422),
)  # fmt: skip
def decide(call: Call, draft_id: str) -> Reply:
    applications.get_draft(call.identity, draft_id)
    applications.decide_sources(call.identity, draft_id, _read_sources(call, call.body["sources"]))
    return _told(call.identity, applications.get_draft(call.identity, draft_id))


@operation(
    "POST", "/drafts/<draft_id>/refresh", _l("Ask the sources again where what they said is too old or they were away"),
    scope="prefill", reply="Draft", problems=(404,),
)  # fmt: skip
def refresh(call: Call, draft_id: str) -> Reply:
    draft = applications.get_draft(call.identity, draft_id)
    applications.refresh(call.identity, draft)
    return _told(call.identity, draft)


@operation(
    "POST", "/drafts/<draft_id>/upgrade", _l("Go over to the newest version of the form; every answer is kept"),
    scope="prefill", reply="Draft", problems=(404, 409),
)  # fmt: skip
def upgrade(call: Call, draft_id: str) -> Reply:
    return _told(call.identity, applications.upgrade(call.identity, draft_id))


@operation(
    "GET", "/drafts/<draft_id>/check", _l("Whether it can be sent, and what stands against it"), scope="read",
    reply="Check", problems=(404,),
)  # fmt: skip
def check(call: Call, draft_id: str) -> Reply:
    draft = applications.open_draft(call.identity, draft_id)
    return Reply(telling.tell_check(applications.view_draft(draft)))


@operation("DELETE", "/drafts/<draft_id>", _l("Give an open draft up"), scope="write", status=204, problems=(404, 409))
def abandon(call: Call, draft_id: str) -> Reply:
    applications.abandon(call.identity, draft_id)
    return Reply({})
