"""Train the bot when anything it is made from changed; otherwise say so and stop.

The fingerprint of domain, rules, stories, NLU data, components, configuration, dictionary and translations is
kept beside the model. The new model takes the old one's place in one step, so that a running system may be told to
load it (``flask rasa swap``); the old one stays as ``previous.tar.gz``, to go back to.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "bot" / "models" / "wenban.tar.gz"
CANDIDATE, PREVIOUS = MODEL.with_name("candidate.tar.gz"), MODEL.with_name("previous.tar.gz")
SOURCES = (
    "bot/config.yml",
    "bot/domain/**/*.yml",
    "bot/rules/**/*.yml",
    "bot/stories/**/*.yml",
    "bot/components/**/*.py",
    "bot/components/*.txt",
    "nlu_data/*.yml",
    "nlu_data/lookup/**/*",
    "nlu_data/synonym/**/*",
    "policy_kb/catalogue/dictionaries/domain.txt",
    "policy_kb/catalogue/dictionaries/english_terms.yml",
    "requirements/bot.txt",
)
COMMAND = (".venv-bot/bin/rasa", "train", "--config", "bot/config.yml", "--domain", "bot/domain")
DATA = ("nlu_data", "bot/rules", "bot/stories")


def fingerprint() -> str:
    """One hash over every file the model is made from."""
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(path for path in ROOT.glob(pattern) if path.is_file()):
            digest.update(str(path.relative_to(ROOT)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def needs_training() -> bool:
    """Whether there is no model, or one made from other data."""
    mark = MODEL.with_suffix(".fingerprint")
    return not MODEL.exists() or not mark.exists() or mark.read_text() != fingerprint()


def train() -> None:
    """Train and put the model in its place."""
    began = time.monotonic()
    sys.stderr.write("Training the bot (about a minute) …\n")
    folders = [folder for folder in DATA if (ROOT / folder).is_dir()]
    done = subprocess.run(
        [*COMMAND, "--data", *folders, "--out", "bot/models", "--fixed-model-name", "candidate", "--quiet"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode or not CANDIDATE.exists():
        sys.exit(f"Training failed:\n{done.stdout[-4000:]}")
    put_in_place()
    MODEL.with_suffix(".fingerprint").write_text(fingerprint())
    sys.stderr.write(f"Trained {MODEL.relative_to(ROOT)} in {time.monotonic() - began:.0f} s\n")


def put_in_place() -> None:
    """The candidate becomes the model; at no moment is there none."""
    if MODEL.exists():
        PREVIOUS.unlink(missing_ok=True)
        os.link(MODEL, PREVIOUS)
    os.replace(CANDIDATE, MODEL)


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    if needs_training():
        train()
    else:
        sys.stderr.write("The bot's model is up to date\n")
