"""The documents lead nowhere that is not there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    str(path.relative_to(ROOT))
    for place in ("README.md", "docs/**/*.md", "nlu_data/**/*.md", "policy_kb/**/*.md")
    for path in ROOT.glob(place)
)
_LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s#]*)(?:#([^)\s]+))?\)")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def list_anchors(text: str) -> set[str]:
    """What a heading is called in an address: small letters, hyphens for blanks, nothing else but letters and figures."""
    headings = (re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", heading) for heading in _HEADING.findall(text))
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    path = ROOT / page
    text = path.read_text(encoding="utf-8")
    broken = []
    for target, anchor in _LINK.findall(text):
        led = (path.parent / target).resolve() if target else path
        if not led.exists() or (anchor and anchor not in list_anchors(led.read_text(encoding="utf-8"))):
            broken.append(f"{target}#{anchor}")
    assert broken == []
