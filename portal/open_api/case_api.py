"""The operations of the open API on what was sent: submission, timeline, correction, withdrawal, papers."""

from flask import Response, url_for
from flask_babel import lazy_gettext as _l

from portal.applications import service as applications
from portal.downloads import send_download
from portal.language import current_language
from portal.open_api import telling
from portal.open_api.operations import Call, Reply, operation, take_page


@operation(
    "POST", "/drafts/<draft_id>/submit",
    _l("Send the application, or a returned one again; sending twice gives the same case"), scope="submit",
    reply="Case", status=201, matched=True, once=True, problems=(404, 409, 412, 422),
)  # fmt: skip
def submit(call: Call, draft_id: str) -> Reply:
    case = applications.submit(call.identity, draft_id, call.version, call.key, language=current_language())
    return Reply(telling.tell_case(case), location=url_for("open_api.case", number=case.number))


@operation(
    "GET", "/cases", _l("Own cases, the newest first"), scope="read", reply="CaseList", query=("limit", "cursor")
)
def case_list(call: Call) -> Reply:
    page, following = take_page(applications.list_own(call.identity), lambda case: f"{case.id:012d}")
    return Reply({"cases": [telling.tell_case_line(case) for case in page], "next": following})


@operation(
    "GET", "/cases/<number>",
    _l("One case: state, next day, timeline, what to correct (answer in its draft, then send again), receipts"),
    scope="read", reply="Case", problems=(404,),
)  # fmt: skip
def case(call: Call, number: str) -> Reply:
    return Reply(telling.tell_case(applications.get_by_number(call.identity, number)))


@operation("POST", "/cases/<number>/withdraw", _l("Take an open case back"), scope="submit", reply="Case",
           problems=(404, 409))  # fmt: skip
def withdraw(call: Call, number: str) -> Reply:
    found = applications.get_by_number(call.identity, number)
    return Reply(telling.tell_case(applications.withdraw(call.identity, found.id)))


@operation(
    "GET", "/cases/<number>/receipt.pdf", _l("What was sent, with its receipt, as PDF"), scope="read",
    reply="application/pdf", problems=(404,),
)  # fmt: skip
def receipt(call: Call, number: str) -> Response:
    found = applications.get_by_number(call.identity, number)
    return _send(applications.hand_application(call.identity, found, "pdf"))


@operation(
    "GET", "/cases/<number>/certificate.pdf", _l("What the decision gave, as PDF"), scope="read",
    reply="application/pdf", problems=(404,),
)  # fmt: skip
def certificate(call: Call, number: str) -> Response:
    return _send(applications.hand_certificate(call.identity, applications.get_by_number(call.identity, number)))


def _send(paper: applications.Paper) -> Response:
    return send_download(paper.content, paper.media_type, paper.name)
