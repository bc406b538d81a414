"""The front door of applications.

A draft is started and filled from records (``drafts``), answered on pages or in the conversation, sent once as a
snapshot with its hash (``sending``), followed (``cases``), and accepted, returned or decided by officers (``desk``).
"""

from portal.applications.cases import (
    OPEN_STATES,
    Titled,
    find_by_draft,
    find_by_number,
    find_open_about,
    get_by_number,
    get_case,
    list_matters,
    list_own,
    list_queue,
    list_titles,
    withdraw,
)
from portal.applications.certificates import find_certificate
from portal.applications.completeness import Gap, list_materials
from portal.applications.consenting import decide_sources, is_undecided, list_asked, read_said
from portal.applications.desk import (
    accept_case,
    decide_case,
    end_review,
    get_for_officer,
    list_steps,
    resume_clock,
    return_case,
    revoke_certificate,
    stop_clock,
)
from portal.applications.draft_view import View, line_of, list_gaps, newest_answers, offered, view_draft
from portal.applications.drafts import abandon, get_draft, list_drafts, open_draft, refresh, start
from portal.applications.handing import Paper, hand_application, hand_certificate
from portal.applications.models import Case, Draft
from portal.applications.prefilling import channel_name, list_channels, list_records
from portal.applications.questions import label_of, list_sections, window_days
from portal.applications.receipts import find_receipt
from portal.applications.running import Standing, find_standing, write_state
from portal.applications.saving import Saved, Stale, list_changed, save_fields
from portal.applications.sending import build_snapshot, submit
from portal.applications.showing import Shown, show_field
from portal.applications.upgrading import Difference, find_difference, list_left_behind, upgrade
from portal.applications.wording import due_name, item_title, origin_name, state_name, step_name

__all__ = [
    "OPEN_STATES",
    "Case",
    "Difference",
    "Draft",
    "Gap",
    "Paper",
    "Saved",
    "Shown",
    "Stale",
    "Standing",
    "Titled",
    "View",
    "abandon",
    "accept_case",
    "build_snapshot",
    "channel_name",
    "decide_case",
    "decide_sources",
    "due_name",
    "end_review",
    "find_by_draft",
    "find_by_number",
    "find_certificate",
    "find_difference",
    "find_open_about",
    "find_receipt",
    "find_standing",
    "get_by_number",
    "get_case",
    "get_draft",
    "get_for_officer",
    "hand_application",
    "hand_certificate",
    "is_undecided",
    "item_title",
    "label_of",
    "line_of",
    "list_asked",
    "list_changed",
    "list_channels",
    "list_drafts",
    "list_gaps",
    "list_left_behind",
    "list_materials",
    "list_matters",
    "list_own",
    "list_queue",
    "list_records",
    "list_sections",
    "list_steps",
    "list_titles",
    "newest_answers",
    "offered",
    "open_draft",
    "origin_name",
    "read_said",
    "refresh",
    "resume_clock",
    "return_case",
    "revoke_certificate",
    "save_fields",
    "show_field",
    "start",
    "state_name",
    "step_name",
    "stop_clock",
    "submit",
    "upgrade",
    "view_draft",
    "window_days",
    "withdraw",
    "write_state",
]
