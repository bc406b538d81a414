"""`python -m bot.serve`: the Rasa server with the house's settings, on the loopback, without telemetry."""

import os
import sys
import warnings

from bot.settings import Settings, read_settings

# How long a turn holds its conversation inside Rasa. One lasts 0.05 s; the lock of a process that was killed must have
# ended long before the portal gives up on the process that took over (WENBAN_RASA_TIMEOUT, 8 s).
LOCK_SECONDS = "3"
MODEL_MISSING = "There is no model at {model}: run 'make train' first."


def list_arguments(settings: Settings) -> list[str]:
    """The command line of `rasa run`."""
    return [
        "rasa", "run", "--model", settings.model, "--endpoints", "bot/endpoints.yml",
        "--credentials", "bot/credentials.yml", "--interface", settings.host, "--port", str(settings.rasa_ports[0]),
    ]  # fmt: skip


def set_environment(settings: Settings) -> None:
    """What endpoints.yml reads, and what keeps Rasa and TensorFlow quiet and at home."""
    os.environ["WENBAN_ACTIONS_URL"] = settings.actions_url
    os.environ["WENBAN_BOT_TOKEN"] = settings.token
    os.environ["WENBAN_TRACKER_URL"] = settings.tracker_url
    os.environ["WENBAN_LOCK_URL"] = settings.lock_url
    os.environ.setdefault("TICKET_LOCK_LIFETIME", LOCK_SECONDS)
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    silence_old_pins()


def silence_old_pins() -> None:
    """Rasa's old pins warn about each other at every start; nothing of it is ours to mend."""
    import pyparsing  # noqa: F401  both show their deprecations once whatever was set, so they come before
    import sanic  # noqa: F401

    warnings.simplefilter("ignore", DeprecationWarning)


def main() -> None:
    settings = read_settings()
    if not os.path.exists(settings.model):
        sys.exit(MODEL_MISSING.format(model=settings.model))
    set_environment(settings)
    sys.path.insert(0, os.getcwd())
    sys.argv = list_arguments(settings)
    from rasa.__main__ import main as run_rasa

    run_rasa()


if __name__ == "__main__":
    main()
