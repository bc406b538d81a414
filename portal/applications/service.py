"""The front door of applications.

A draft is started and filled from records (``drafts``), answered on pages or in the conversation, sent once as a
snapshot with its hash (``cases``), and accepted, returned or decided by officers (``desk``).
"""

from portal.applications.cases import (
    OPEN_STATES,
    Titled,
    build_snapshot,
    find_by_number,
    get_case,
    list_matters,
    list_own,
    list_queue,
    list_titles,
    submit,
    withdraw,
)
from portal.applications.consenting import decide_sources, is_undecided, list_asked, read_said
from portal.applications.desk import (
    accept_case,
    decide_case,
    get_for_officer,
    list_steps,
    return_case,
    revoke_certificate,
)
from portal.applications.drafts import (
    View,
    abandon,
    get_draft,
    line_of,
    list_drafts,
    list_gaps,
    newest_answers,
    offered,
    open_draft,
    refresh,
    start,
    view_draft,
)
from portal.applications.saving import Saved, Stale, list_changed, save_fields
from portal.applications.upgrading import Difference, find_difference, upgrade

__all__ = [
    "OPEN_STATES",
    "Difference",
    "Saved",
    "Stale",
    "Titled",
    "View",
    "abandon",
    "accept_case",
    "build_snapshot",
    "decide_case",
    "decide_sources",
    "find_by_number",
    "find_difference",
    "get_case",
    "get_draft",
    "get_for_officer",
    "is_undecided",
    "line_of",
    "list_asked",
    "list_changed",
    "list_drafts",
    "list_gaps",
    "list_matters",
    "list_own",
    "list_queue",
    "list_steps",
    "list_titles",
    "newest_answers",
    "offered",
    "open_draft",
    "read_said",
    "refresh",
    "return_case",
    "revoke_certificate",
    "save_fields",
    "start",
    "submit",
    "upgrade",
    "view_draft",
    "withdraw",
]
