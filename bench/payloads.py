"""Payloads made from the contract of every form, through the page's raw request and the open API: does one crash, is a wrong one kept?

    python bench/payloads.py [--turns 3] [--anything 20] [--form ID]

For every form a complete draft is made. Then, each turn: a right payload drawn from the form's schema; the same payload with one
value made wrong, which must be refused as a whole; every field of the form wrong at once, in as many requests as the field with
most kinds of wrong has, by both doors; and bodies of whatever JSON can hold. Counts requests by door and status. A right payload
that is refused, a wrong value without an error, a version that moved for a refused request and a status of 500 or more are
listed, and make the exit code 1. Answers of the open API are held against its own OpenAPI document.
"""

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("WENBAN_NOW", "2026-11-24T10:00")

from hypothesis import HealthCheck, Phase, given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from bench.measuring import machine  # noqa: E402
from policy_kb import wording  # noqa: E402
from portal import create_app  # noqa: E402
from portal.applications import service as applications  # noqa: E402
from portal.applications.models import Draft  # noqa: E402
from portal.extensions import db  # noqa: E402
from portal.forms.service import Field, Form, build_schema, list_forms  # noqa: E402
from portal.identity import service as identities  # noqa: E402
from portal.identity.commands import DEMO_PASSWORD  # noqa: E402
from portal.open_api import service as open_api  # noqa: E402
from portal.settings import Settings  # noqa: E402
from tests.portal.forms.made_answers import list_wrong, make_answers  # noqa: E402
from tests.portal.forms.made_payloads import ANYTHING, make_right  # noqa: E402
from tests.portal.forms.test_every_form import DAY, put_draft  # noqa: E402
from tests.portal.open_api.conftest import Program  # noqa: E402

Reply = Any


class Doors:
    """One draft of a form at a time, reached by the page's raw request and by the open API; counts what comes back."""

    def __init__(self, app: Any) -> None:
        self.app = app
        account = identities.find_account("kangrui")
        assert account is not None
        self.identity = replace(identities.identity_of(account), strong=True)
        _token, text = open_api.make_token(self.identity, "payloads", open_api.SCOPES, 30)
        db.session.commit()
        self.program = Program(app, text)
        self.browser = app.test_client()
        with app.app_context():
            assert (
                self.browser.post("/sign-in", data={"login": "kangrui", "password": DEMO_PASSWORD}).status_code == 302
            )
        self.counts: Counter[str] = Counter()
        self.problems: list[str] = []

    def put(self, form: Form) -> str:
        """A complete draft of the form; its id."""
        draft = put_draft(form, make_answers(form, DAY))
        draft.party_code, draft.account_id = self.identity.party_code, self.identity.account_id
        db.session.commit()
        return draft.id

    def version(self, draft_id: str) -> int:
        db.session.rollback()
        return db.session.get_one(Draft, draft_id).version

    def api(self, draft_id: str, values: Any) -> Reply:
        body = json.dumps({"values": values})
        kind = {"Content-Type": "application/json"}
        etag = f'"{self.version(draft_id)}"'
        return self._count(
            "open API", self.program.send("PATCH", f"/drafts/{draft_id}", data=body, etag=etag, headers=kind)
        )

    def page(self, draft_id: str, values: Any) -> Reply:
        body = json.dumps({"version": self.version(draft_id), "values": values})
        url = f"/applications/drafts/{draft_id}/fields"
        with self.app.app_context():
            reply = self.browser.post(url, data=body, content_type="application/json")
        return self._count("page", reply)

    def _count(self, door: str, reply: Reply) -> Reply:
        self.counts[f"{door} {reply.status_code}"] += 1
        if reply.status_code >= 500:
            self.problems.append(f"{door}: {reply.status_code} {reply.text[:200]}")
        return reply

    def expect(self, right: bool, told: str) -> None:
        if not right:
            self.problems.append(told)


def list_open(draft_id: str) -> list[Field]:
    view = applications.view_draft(db.session.get_one(Draft, draft_id))
    return [f for _page, fields in view.list_sections() for f in fields if view.is_open(f.id) and f.type != "file"]


def errors_of(reply: Reply) -> set[str]:
    """The fields a reply has an error for."""
    said = reply.get_json() or {}
    errors = said.get("errors") or (said.get("error") or {}).get("fields") or {}
    return {path.partition("[")[0] for path in errors}


def try_wrong(doors: Doors, form: Form, draft_id: str) -> None:
    """Every kind of wrong value of every field, all fields at once."""
    schema = build_schema(form)["properties"]
    wrong = {f.id: [value for _why, value in list_wrong(schema[f.id])] for f in list_open(draft_id)}
    for turn in range(max(map(len, wrong.values()))):
        payload = {name: values[turn % len(values)] for name, values in wrong.items()}
        for send in (doors.api, doors.page):
            before = doors.version(draft_id)
            doors.counts["wrong values"] += len(payload)
            _send_until_named(doors, form, lambda rest, send=send: send(draft_id, rest), payload)
            doors.expect(doors.version(draft_id) == before, f"{form.id}: a wrong payload moved the version")


def _send_until_named(doors: Doors, form: Form, send: Callable[[Any], Reply], payload: dict[str, Any]) -> None:
    """What is refused as a whole names some of the fields: the others are sent again until each has its error."""
    rest = payload
    while rest:
        reply = send(rest)
        found = errors_of(reply) & set(rest)
        whole = reply.status_code == 422
        doors.expect(
            bool(found) if whole else found == set(rest), f"{form.id}: no error for {sorted(set(rest) - found)}"
        )
        rest = {name: value for name, value in rest.items() if name not in found} if whole and found else {}


def try_right(doors: Doors, form: Form, draft_id: str, draw: Callable[..., Any]) -> None:
    """A right payload by both doors, then the same with one value made wrong."""
    schema, fields = build_schema(form)["properties"], list_open(draft_id)
    right = {f.id: draw(make_right(schema[f.id])) for f in fields}
    for send in (doors.api, doors.page):
        still = {f.id for f in list_open(draft_id)}
        reply = send(draft_id, {name: value for name, value in right.items() if name in still})
        doors.counts["right payloads"] += 1
        doors.expect(reply.status_code == 200 and not errors_of(reply), f"{form.id}: refused {reply.text[:300]}")
    one = draw(st.sampled_from([f for f in fields if f.id in {f.id for f in list_open(draft_id)}]))
    value = draw(st.sampled_from([value for _why, value in list_wrong(schema[one.id])]))
    before = doors.version(draft_id)
    refused = doors.api(draft_id, {one.id: value})
    doors.counts["wrong values"] += 1
    doors.expect(refused.status_code == 422 and one.id in errors_of(refused), f"{form.id}/{one.id}: accepted {value!r}")
    doors.expect(doors.version(draft_id) == before, f"{form.id}: a refused payload moved the version")


def try_form(doors: Doors, form: Form, turns: int, anything: int) -> None:
    draft_id = doors.put(form)
    try_wrong(doors, form, draft_id)
    quick: dict[str, Any] = {
        "deadline": None, "database": None, "suppress_health_check": list(HealthCheck), "phases": (Phase.generate,),
        "derandomize": True,
    }  # fmt: skip

    @settings(max_examples=turns, **quick)
    @given(st.data())
    def right(data: st.DataObject) -> None:
        try_right(doors, form, draft_id, data.draw)

    names = st.sampled_from([f.id for f in form.list_fields()] + ["x"])

    @settings(max_examples=anything, **quick)
    @given(st.dictionaries(names, ANYTHING, max_size=3) | ANYTHING)
    def whatever(values: Any) -> None:
        for send in (doors.api, doors.page):
            doors.counts["bodies of anything"] += 1
            send(draft_id, values)

    if turns:
        right()
    if anything:
        whatever()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--anything", type=int, default=20)
    parser.add_argument("--form", default="", help="only this form")
    options = parser.parse_args()
    wording.compile_catalogues()
    with tempfile.TemporaryDirectory(prefix="wenban-payloads-") as folder:
        app = create_app(Settings(env="test", data=Path(folder), argon2_time_cost=1))
        app.config["WTF_CSRF_ENABLED"] = False
        with app.app_context():
            db.create_all()
            app.test_cli_runner().invoke(args=["demo", "load"], catch_exceptions=False)
            doors = Doors(app)
            forms = [form for form in list_forms() if options.form in ("", form.id)]
            for form in forms:
                try_form(doors, form, options.turns, options.anything)
            db.session.remove()
            db.engine.dispose()
    report = {"forms": len(forms), **dict(sorted(doors.counts.items())), "problems": doors.problems, **machine()}
    sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    return 1 if doors.problems else 0


if __name__ == "__main__":
    sys.exit(main())
