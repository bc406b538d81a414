"""A member of staff asks what an enterprise would see in a form, and why; the enterprise sees that they asked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import gettext as _

from policy_kb import clock
from portal.audit import service as audit
from portal.errors import Forbidden, Invalid, Missing
from portal.forms import service as forms
from portal.identity import service as identities
from portal.identity.service import Identity
from portal.prefill.explaining import Explained, ExplainedField, explain, get_form
from portal.prefill.mandates import act_for
from portal.prefill.records import READING_ROLES
from portal.prefill.sources import list_channels, take_down
from portal.vocabulary import ACCOUNT_SOURCE, is_private

LEAST_PURPOSE, MOST_PURPOSE = 4, 300  # characters; a letter or two would tell the party nothing
MASK = "•••"


@dataclass(frozen=True, slots=True)
class Trial:
    """What was typed on the page; ``down`` are channels that are to fail."""

    party: str = ""
    form: str = ""
    record: str = ""
    day: str = ""
    purpose: str = ""
    down: tuple[str, ...] = ()


def require_staff(identity: Identity) -> None:
    """Raise unless this is an officer or an administrator."""
    identities.require_role(identity, *READING_ROLES)


def list_choices(language: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The forms and the sources to choose from, each as id and name."""
    named = [(form.id, f"{form.item} {form.label[language]}") for form in forms.list_forms()]
    return sorted(named, key=lambda one: one[1]), [(n, s.label[language]) for n, s in list_channels().items()]


def run_trial(identity: Identity, trial: Trial, language: str) -> Explained:
    """The same as ``flask prefill explain`` for the first account of the party, private values masked unless the member
    of staff signed in strongly. Commits one audit line with the party's code and the purpose, and nothing else."""
    require_staff(identity)
    day = _check(trial)
    spec = get_form(trial.form)
    channels = take_down(list_channels(), trial.down)
    actor = replace(act_for(trial.party), strong=identity.strong)
    try:
        told = explain(actor, trial.party, spec, trial.record, day, language, channels=channels)
    except (Missing, Forbidden) as error:
        raise Invalid(error.message, fields={"record": error.message}) from error
    audit.record_now(identity.actor, "dry_run", "form", spec.id, party_code=trial.party, detail=trial.purpose)
    by_id = {one.id: one for one in spec.list_fields()}
    worded = [_word(by_id[one.id], one, language) for one in told.fields]
    return replace(told, fields=tuple(worded if identity.strong else map(_mask, worded)))


def _word(field: forms.Field, told: ExplainedField, language: str) -> ExplainedField:
    """With the values of choices and rejected candidates as people read them, under ``text``."""

    def say(candidate: Mapping[str, Any]) -> dict[str, Any]:
        return {**candidate, "text": forms.show_value(field, candidate["value"], language)}

    return replace(told, choices=tuple(map(say, told.choices)), rejected=tuple(map(say, told.rejected)))


def _check(trial: Trial) -> date:
    """The day; Invalid names everything that is wrong at once."""
    wrong: dict[str, str] = {}
    if identities.find_party(trial.party) is None:
        wrong["party"] = _("Nothing is known of this code. Check the 18 characters of the unified social credit code.")
    if trial.form not in {form.id for form in forms.list_forms()}:
        wrong["form"] = _("Choose a form.")
    if not LEAST_PURPOSE <= len(trial.purpose) <= MOST_PURPOSE:
        wrong["purpose"] = _("Say what you need it for, in 4 to 300 characters; the party reads it.")
    try:
        day = date.fromisoformat(trial.day) if trial.day else clock.today()
    except ValueError:
        wrong["day"] = _("Write the day as 2026-11-26, or leave it empty.")
    if wrong:
        raise Invalid(_("The trial cannot be run yet."), fields=wrong)
    return day


def _mask(one: ExplainedField) -> ExplainedField:
    """A field whose value, choices and rejected candidates a weak sign-in may not read, with these hidden. What an
    account filled in about its own handler is the handler's, and hidden too."""
    closed = is_private(one.concept) or one.concept.startswith("handler.")
    if not closed and ACCOUNT_SOURCE not in (one.source, *(c["source"] for c in (*one.choices, *one.rejected))):
        return one
    return replace(
        one, value=None, text=MASK if one.text else "", hint="",
        choices=tuple(_hide(c) for c in one.choices), rejected=tuple(_hide(c) for c in one.rejected),
    )  # fmt: skip


def _hide(candidate: Mapping[str, Any]) -> dict[str, Any]:
    return {**candidate, "value": None, "text": MASK if candidate["value"] is not None else ""}
