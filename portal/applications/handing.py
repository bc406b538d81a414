"""Papers of a case put into the hands of who may have them, with an audit line: the application with its receipt, and the
certificate. Pages and the open API hand out the same bytes."""

from dataclasses import dataclass

from flask_babel import gettext as _

from portal.applications import certificates, documents, receipts
from portal.applications.models import Case
from portal.audit import service as audit
from portal.errors import Missing
from portal.identity.service import Identity
from portal.language import current_language
from portal.proofs import service as proofs

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Paper:
    """A file with its media type and the name to keep it under."""

    content: bytes
    media_type: str
    name: str


def hand_application(identity: Identity, case: Case, kind: str) -> Paper:
    """What was sent as ``docx`` or ``pdf`` (with the receipt); ``case`` was got for this identity. The caller commits."""
    audit.record(identity.actor, f"download_{kind}", "case", case.number, party_code=case.party_code)
    language, receipt = current_language(), receipts.find_receipt(case, case.snapshot)
    if kind == "docx":
        return Paper(documents.build_docx(case, language), DOCX, f"{case.number}.docx")
    content = documents.build_pdf(case, language, receipt)
    proofs.keep_file(receipt, content)
    return Paper(content, "application/pdf", f"{case.number}.pdf")


def hand_certificate(identity: Identity, case: Case) -> Paper:
    """What the decision gave; Missing when it gave none. The caller commits."""
    given = certificates.find_certificate(case)
    if given is None:
        raise Missing(_("This matter has given no certificate. Its receipt is in the case."))
    audit.record(identity.actor, "download_certificate", "case", case.number, party_code=case.party_code)
    content = certificates.build_pdf(given)
    proofs.keep_file(given, content)
    return Paper(content, "application/pdf", f"{case.certificate_number}.pdf")
