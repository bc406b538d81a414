"""`python -m bot.train`: train the one model from the repository root, at a fixed name, without telemetry."""

import os
import sys
from pathlib import Path

from bot.settings import Settings, read_settings
from bot.serve import set_environment


def list_arguments(settings: Settings) -> list[str]:
    """The command line of `rasa train`; the model's name is fixed so that every process finds it."""
    model = Path(settings.model)
    return [
        "rasa", "train", "--domain", "bot/domain", "--data", "nlu_data", "bot/rules", "bot/stories",
        "--config", "bot/config.yml", "--out", str(model.parent), "--fixed-model-name", model.name.removesuffix(".tar.gz"),
    ]  # fmt: skip


def main() -> None:
    os.environ.setdefault("WENBAN_ENV", "development")
    settings = read_settings()
    set_environment(settings)
    sys.path.insert(0, os.getcwd())
    sys.argv = [*list_arguments(settings), *sys.argv[1:]]
    from rasa.__main__ import main as run_rasa

    run_rasa()


if __name__ == "__main__":
    main()
