"""Promises of the house that no room can keep alone: settings, translations, commands, secrets."""

import ast
import os
import re
import subprocess
from pathlib import Path

import pytest
from pydantic import ValidationError

from policy_kb import wording
from portal.settings import Settings, SettingsError, read_settings

ROOT = Path(__file__).resolve().parents[2]
OWN_CODE = ("policy_kb", "portal", "bot", "tools")


def list_tracked(*patterns: str) -> list[Path]:
    names = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.splitlines() if (ROOT / name).exists()]


def test_every_setting_is_in_the_example_and_nothing_else() -> None:
    documented = set(re.findall(r"^(WENBAN_[A-Z0-9_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.M))
    settings = {f"WENBAN_{name.upper()}" for name in Settings.model_fields}
    assert documented - {"WENBAN_NOW"} == settings


def test_every_variable_that_is_read_is_in_the_example_and_nothing_else() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    told = set(re.findall(r"^(?:# )?((?:WENBAN|POSTGRES|REDIS|ELASTIC)_[A-Z0-9_]+)=", example, re.M))
    places = (*(f"{room}/*.py" for room in OWN_CODE), "bot/*.yml", "Procfile", "Makefile", "docker-compose.yml")
    source = "\n".join(path.read_text(encoding="utf-8") for path in list_tracked(*places))
    read = set(re.findall(r"\bWENBAN_[A-Z0-9_]*[A-Z0-9]\b", source)) | set(re.findall(r"\$\{([A-Z_]+):\?", source))
    assert told == read | {f"WENBAN_{name.upper()}" for name in Settings.model_fields}


def test_production_does_not_start_without_its_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("WENBAN_"):
            monkeypatch.delenv(name)
    with pytest.raises(SettingsError, match="WENBAN_SECRET_KEY"):
        read_settings(env="production")


def test_a_folder_of_text_models_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"there is no folder .*nowhere; write off for none"):
        read_settings(data=tmp_path, dense_model=str(tmp_path / "nowhere"))


def test_production_refuses_a_short_secret() -> None:
    with pytest.raises((SettingsError, ValidationError), match="32 characters"):
        Settings(
            env="production",
            secret_key="short",
            bot_token="x" * 40,
            proof_keys="y" * 40,
            database_url="postgresql://x",
            broker_url="redis://x",
        )


def test_development_secrets_are_made_once_and_kept(tmp_path: Path) -> None:
    first, second = (Settings(env="development", data=tmp_path) for _ in range(2))
    assert first.secret_key == second.secret_key
    assert len(first.bot_token) >= 32
    assert (tmp_path / "development-secrets.json").stat().st_mode & 0o077 == 0


def test_every_text_has_a_chinese_translation() -> None:
    """Every msgid in Python and templates stands in a .po file of zh_CN."""
    from babel.messages.extract import extract_from_dir

    assert wording.compile_catalogues() == []
    translate = wording.gettext_for("zh")
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    keywords = {"_": None, "gettext": None, "_l": None, "lazy_gettext": None, "ngettext": (1, 2)}
    missing = {
        f"{folder}/{name}:{line}: {message!r}"
        for folder in ("policy_kb", "portal", "bot")
        for name, line, message, _, _ in extract_from_dir(str(ROOT / folder), methods, keywords=keywords)
        for message in [message if isinstance(message, str) else message[0]]
        if message and translate(message) == message and re.search("[A-Za-z]{2}", message)
    }
    allowed = {"English"}
    assert sorted(m for m in missing if not any(a in m for a in allowed)) == []


def test_no_tracked_file_names_a_machine_path_or_a_registry() -> None:
    hosts = "|".join(("pypi" + r"\.org", "python" + "hosted", "npm" + r"js\.org", "maven" + r"\.org"))
    forbidden = re.compile(rf"(?<![\w.])/(work|root)/|{hosts}")
    found = [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path in list_tracked()
        if path.suffix in {".py", ".md", ".yml", ".yaml", ".toml", ".txt", ".html", ".js", ".sh", ".json", ""}
        for match in [forbidden.search(path.read_text(encoding="utf-8", errors="ignore"))]
        if match
    ]
    assert found == []


def test_no_test_is_switched_off() -> None:
    forbidden = re.compile(r"pytest\.(mark\.)?(skip|xfail)")
    assert [
        p.name
        for p in list_tracked("tests/**/*.py")
        if p.name != Path(__file__).name and forbidden.search(p.read_text(encoding="utf-8"))
    ] == []


def test_the_clock_is_asked_everywhere() -> None:
    """Nobody asks the machine for the day: ``policy_kb.clock`` is the one clock."""
    wrong = []
    for path in [p for folder in ("policy_kb", "portal") for p in sorted((ROOT / folder).rglob("*.py"))]:
        if path.name == "clock.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("now", "today", "utcnow")
            ):
                owner = node.func.value
                if isinstance(owner, ast.Name) and owner.id in ("datetime", "date"):
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert wrong == []


def test_make_help_lists_the_commands() -> None:
    text = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for command in ("setup", "run", "test", "train", "eval", "bench", "lint", "elasticsearch"):
        assert f"make {command} " in text


def test_the_migrations_have_one_head() -> None:
    """Two people who each add one on the same day see it here and not at the next upgrade."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "portal/migrations/versions").glob("*.py")]
    revisions, parents = (
        {found[1] for text in texts for found in [re.search(rf'^{name} = "(\w+)"', text, re.M)] if found}
        for name in ("revision", "down_revision")
    )
    assert len(revisions - parents) == 1, sorted(revisions - parents)
