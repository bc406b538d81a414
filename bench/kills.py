"""Kill -9 of portal and worker at any moment of an application: what was acknowledged is there, and nothing twice.

    python bench/kills.py [--seeds 200] [--first 1]

Each seed is one story against a real portal and a real worker on a data folder of its own: start, autosaves, a
repeat group, files, texts that the worker has to read, sending (also twice at once), withdrawal, in an order and with
kills that the seed decides, between requests or within one. After each kill what runs is compared with what was
acknowledged; a request that got no reply may have happened wholly or not at all. Prints JSON; exit code 1 when
anything was lost, doubled or left half-written.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("WENBAN_NOW", "2026-11-24T10:00")  # inside the renewal window of the demo licence

from bench.kills_checks import Found, Kept  # noqa: E402
from bench.kills_story import Session, Story  # noqa: E402
from bench.measuring import machine  # noqa: E402
from bench.portal_processes import System  # noqa: E402

VICTIMS = ("portal", "portal", "web", "worker")  # the portal is what holds an open request


def run_seeds(folder: Path, seeds: range) -> list[dict[str, Any]]:
    """The reports of some seeds; data folders are made below ``folder``. Cookies live as long as the secret does."""
    system = System(folder)
    system.reset()
    system.start()
    person, curator = Session(system.url, "kangrui"), Session(system.url, "curator1")
    try:
        return [run_seed(system, Story(person, curator, random.Random(seed)), seed) for seed in seeds]
    finally:
        system.stop()


def run_seed(system: System, story: Story, seed: int) -> dict[str, Any]:
    """One story with its kills; ``problems`` is empty when all was well."""
    chance = story.chance
    system.reset()
    system.start()
    killed: Counter[str] = Counter()
    problems: list[str] = []
    try:
        for _number in range(chance.randint(9, 16)):
            step = story.choose()
            victim = chance.choice(VICTIMS) if chance.random() < (0.7 if step in story.sendings else 0.25) else ""
            within = chance.random() < 0.8
            play(system, story, step, victim if within else "")
            if victim and not within:
                system.kill(victim)
            if victim:
                killed[f"{victim} {'within' if within else 'between'}"] += 1
                problems += recover(system, story)
        problems += finish(system, story)
    finally:
        system.stop()
    return {
        "seed": seed,
        "killed": dict(killed),
        "acknowledged": story.acknowledged,
        "unanswered": story.unanswered,
        "happened_unanswered": story.happened_unanswered,
        "sent": bool(story.case_id),
        "problems": problems,
    }


def play(system: System, story: Story, step: Callable[[], None], victim: str) -> None:
    """One step; a victim is killed within the time that such a step took before."""
    after = story.chance.random() * story.guess_seconds(step)
    timer = threading.Timer(after, system.kill, (victim,)) if victim else None
    if timer:
        timer.start()
    began = time.monotonic()
    step()
    if timer:
        timer.join()
    else:
        story.took[step.__name__] = time.monotonic() - began


def recover(system: System, story: Story) -> list[str]:
    """Start what was killed, and compare: first the tables, then what a person sees who comes back."""
    system.start()
    found = Found(system.data)
    problems = story.settle(found)
    return problems + found.list_broken() + story.resume()


def finish(system: System, story: Story) -> list[str]:
    """All is killed once more; beat's sweep does what a dead worker left, and the last comparison is of everything."""
    problems = story.resume()
    system.stop()
    system.sweep(3)  # minutes: longer than the lease of a job
    kept = Kept(system.data, story.texts_sent)
    found = Found(system.data)
    return problems + story.settle(found) + found.list_broken() + kept.list_undone()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=1)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder, began = Path(tempfile.mkdtemp(prefix="wenban-kills-")), time.monotonic()
    try:
        reports = run_seeds(folder, range(options.first, options.first + options.seeds))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    bad = [report for report in reports if report["problems"]]
    print(json.dumps(summarise(reports, time.monotonic() - began) | {"bad": bad}, ensure_ascii=False, indent=1))
    sys.exit(bool(bad))


def summarise(reports: list[dict[str, Any]], seconds: float) -> dict[str, Any]:
    killed = sum((Counter(report["killed"]) for report in reports), Counter())
    return {
        "seeds": len(reports),
        "kills": sum(killed.values()),
        "killed": dict(killed),
        **{
            name: sum(report[name] for report in reports)
            for name in ("acknowledged", "unanswered", "happened_unanswered", "sent")
        },
        "seeds_with_problems": sum(bool(report["problems"]) for report in reports),
        "seconds": round(seconds),
        "machine": machine(),
    }


if __name__ == "__main__":
    main()
