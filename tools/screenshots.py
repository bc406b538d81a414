"""Pictures of pages, zh and en, wide and narrow, with the faults a picture shows: overflow and axe findings.

``python tools/screenshots.py URL [--login NAME] [--out FOLDER] PATH…`` against a running development portal.
"""

import argparse
import re
import sys
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DEFAULT = [
    "/",
    "/chat/",
    "/services/",
    "/services/A11",
    "/policies/",
    "/complaints/",
    "/complaints/new",
    "/sign-in",
    "/register",
]
PASSWORD = "wenban-demo-2026"


def sign_in(page: Page, url: str, login: str) -> None:
    page.goto(f"{url}/sign-in")
    page.fill("#field-login", login)
    page.fill("#field-password", PASSWORD)
    page.click("main form button")


def take(page: Page, url: str, path: str, language: str, width: int, out: Path) -> list[str]:
    """Write one picture; the faults found on the page."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{url}{path}{'&' if '?' in path else '?'}lang={language}")
    page.wait_for_load_state("networkidle")
    name = re.sub(r"[^A-Za-z0-9]+", "-", path).strip("-") or "home"
    page.screenshot(path=str(out / f"{name}-{language}-{width}.png"), full_page=True)
    faults = []
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        faults.append(f"{path} {language} {width}: wider than the screen")
    found = Axe().run(page).response["violations"]
    faults += [f"{path} {language} {width}: axe {v['impact']} {v['id']}: {v['nodes'][0]['html'][:120]}" for v in found]
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("paths", nargs="*", default=DEFAULT)
    parser.add_argument("--login", default="")
    parser.add_argument("--out", type=Path, default=Path("var/screenshots"))
    options = parser.parse_intermixed_args()
    options.out.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_context().new_page()
        if options.login:
            sign_in(page, options.url, options.login)
        for path in options.paths or DEFAULT:
            for language in ("zh", "en"):
                for width in (1280, 320):
                    faults += take(page, options.url, path, language, width, options.out)
        browser.close()
    sys.stdout.write("\n".join(faults) + f"\n{len(faults)} faults; pictures in {options.out}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
