"""The published page of how well prefill serves; staff see the small numbers too."""

from flask import render_template, request

from portal.applications import prefilling, quality
from portal.applications.blueprint import bp
from portal.errors import Invalid
from portal.extensions import limiter
from portal.identity.service import current_identity
from portal.language import current_language
from portal.tickets import service as tickets


@bp.get("/quality")
@limiter.limit("30 per minute")
def prefill_quality() -> str | tuple[str, int]:
    """Coverage, kept and overridden, by source and by field, of all time, a year or a month."""
    period, errors = request.args.get("period", "")[:20].strip(), dict[str, str]()
    exact = current_identity().has_role("officer", "administrator")
    try:
        figures = quality.measure(period, current_language())
    except Invalid as error:
        errors, figures = error.fields, quality.measure("", current_language())
    shown = figures if exact else quality.hide_small(figures)
    doubts = tickets.count(quality.read_period("" if errors else period))
    page = render_template(
        "applications/quality.html",
        figures=shown,
        doubts=doubts if exact else tickets.hide_small(doubts, quality.LEAST_SHOWN),
        source_name=prefilling.source_name,
        exact=exact,
        period=period,
        errors=errors,
        least=quality.LEAST_SHOWN,
    )
    return (page, 422) if errors else page
