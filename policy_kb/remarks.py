"""What the ingest says of files, in the reader's language.

Errors and remarks are written in English where they arise, kept as text (reports, notes, the portal's database) and shown on
the command line as they are. For people they are recognised again here and told in their language;
``tests/policy_kb/test_remarks.py`` finds what was forgotten.
"""

import re
from functools import lru_cache

from policy_kb.wording import gettext_for


def _(text: str) -> str:
    """Marks a sentence for translation."""
    return text


_SENTENCES = (
    _("the file is empty"),
    _("there is no such file or folder"),
    _("there is no file in this folder"),
    _("there is no file in this archive"),
    _("%(size)s MB is more than the %(most)s MB a text may have; split it"),
    _("%(count)s characters are more than a legal text has; split it"),
    _("%(count)s rows are more than one catalogue may have; split it"),
    _("%(count)s pages are more than the %(most)s a text may have; split it"),
    _("cannot be opened (%(reason)s); check the path and its permissions"),
    _("cannot be read (%(reason)s)"),
    _("files with this ending are not read; save it as Markdown, text, HTML, DOCX, PDF or XLSX and ingest that"),
    _("this Office file has a password; save it without one and ingest that"),
    _("this PDF has a password; save it without one and ingest that"),
    _("has a password; save it without one and try again"),
    _("this is an old Office file (.doc, .xls); save it as .docx or .xlsx and ingest that"),
    _("this is an XML file; save it as Markdown, text, HTML, DOCX, PDF or XLSX and ingest that"),
    _("this is a web archive (MHTML); save the page as HTML and ingest that"),
    _("this is %(kind)s, not %(expected)s; %(advice)s and try again"),
    _("this is %(kind)s; save it as Markdown, text, HTML, DOCX, PDF or XLSX and ingest that"),
    _("this looks like %(kind)s, neither UTF-8 nor GB18030 text; save it as UTF-8 text and ingest that"),
    _("neither UTF-8 nor GB18030 text; save it as UTF-8 text and ingest that"),
    _("unpacks to far more than a legal text can be and is not opened"),
    _("this Word file is damaged (%(reason)s); open it in Word, save it again"),
    _("this Word file holds no text (perhaps pictures of pages); save it as text"),
    _("this Excel file is damaged (%(reason)s); open it in Excel, save it again"),
    _("no table with named columns was found in this Excel file"),
    _("this PDF is damaged (%(reason)s); make it anew from the source"),
    _("this PDF has no text layer (it is pictures of pages); have its text recognised (OCR) and checked first"),
    _("this zip archive is damaged (%(reason)s); make it anew"),
    _("this page holds no text of law (it may be a picture or loaded by a script); save the text itself"),
    _("nothing that could be a legal text was found; is this the right file?"),
    # Remarks on what was read.
    _("articles not found: %(articles)s"),
    _("the text is known to be cut: %(reason)s"),
    _("no day of commencement is stated"),
    _("the file ends in the middle of a character: the text is cut"),
    _("pages without a text layer were not read: %(pages)s"),
    _("%(field)s: the text has %(ours)s, the manifest %(theirs)s"),
    _("the same version (%(label)s) is also in %(place)s; %(kept)s and %(other)s clauses, the official source is kept"),
)
_WORDS = (  # what the placeholders above may hold
    *(_("plain text"), _("a web page (HTML)"), _("a Word file (.docx)"), _("a PDF file"), _("an Excel file (.xlsx)")),
    *(_("a zip archive, such as a Word or Excel file"), _("an RTF file"), _("a PNG picture"), _("a JPEG picture")),
    *(_("a GIF picture"), _("a gzip archive"), _("a RAR archive"), _("a 7z archive"), _("an SQLite database")),
    *(_("a program"), _("a Windows program"), _("give it the ending .html"), _("give it the ending .docx")),
    *(_("give it the ending .pdf"), _("give it the ending .xlsx"), _("give it the ending .md or .txt")),
    *(_("unpack it and ingest what is in it"), _("articles"), _("document number"), _("publication")),
    *(_("last amendment"), _("commencement"), _("stored")),
)


def describe_remark(text: str, language: str) -> str:
    """An error or remark of the ingest in ``zh`` or ``en``; what is not known is shown as it is."""
    if language == "en":
        return text
    told = _find(text, language)
    if told:
        return told
    name, colon, sentence = text.partition(": ")  # errors begin with the file's name
    told = _find(sentence, language) if colon else ""
    return f"{name}：{told}" if told else text


def _find(sentence: str, language: str) -> str:
    translate = gettext_for(language)
    for template, pattern in _patterns():
        found = pattern.fullmatch(sentence)
        if found:
            return translate(template) % {name: translate(value) for name, value in found.groupdict().items()}
    return ""


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    made = []
    for template in _SENTENCES:
        pattern = re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.+?)", re.escape(template))
        made.append((template, re.compile(pattern, re.DOTALL)))
    return tuple(made)
