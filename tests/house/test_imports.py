"""Who may import whom (docs/architecture.md), read from the source itself."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = sorted(path.name for path in (ROOT / "portal").iterdir() if (path / "__init__.py").exists())


def list_imports(path: Path) -> list[tuple[str, int]]:
    """Every imported module (and ``package.name`` for ``from package import name``) with its line."""
    found: list[tuple[str, int]] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            found += [(node.module or "", node.lineno)]
            found += [(f"{node.module}.{alias.name}", node.lineno) for alias in node.names]
    return found


def list_forbidden(folder: str, forbidden: tuple[str, ...]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for name, line in list_imports(path)
        if name.split(".")[0] in forbidden
    ]


@pytest.mark.parametrize(
    ("folder", "forbidden"),
    [
        ("policy_kb", ("portal", "bot", "flask", "sqlalchemy", "rasa")),
        ("portal", ("bot", "rasa", "rasa_sdk", "tantivy", "elasticsearch")),
        ("bot", ("portal", "policy_kb", "flask", "sqlalchemy")),
    ],
)
def test_a_half_imports_nothing_it_must_not_know(folder: str, forbidden: tuple[str, ...]) -> None:
    """Rasa's own memory (bot/tracker_store.py) is the one file of the bot with a database."""
    found = list_forbidden(folder, forbidden)
    assert [line for line in found if not line.startswith("bot/tracker_store.py:")] == []


def test_the_portal_enters_the_policy_base_by_its_front_door() -> None:
    """Only ``from policy_kb import …``: the front door says what is public."""
    import policy_kb

    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "portal").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("policy_kb."))
        or (isinstance(node, ast.Import) and any(a.name.startswith("policy_kb.") for a in node.names))
        or (
            isinstance(node, ast.ImportFrom)
            and node.module == "policy_kb"
            and any(a.name not in policy_kb.__all__ for a in node.names)
        )
    ]
    assert wrong == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_enters_another_room_only_by_its_service(room: str) -> None:
    """A feature uses another feature through ``service`` (or its chat door), never its tables or views."""
    allowed = {"service", "chat"}
    wrong = []
    for path in sorted((ROOT / "portal" / room).rglob("*.py")):
        for name, line in list_imports(path):
            parts = name.split(".")
            if parts[0] != "portal" or len(parts) < 3 or parts[1] not in ROOMS or parts[1] == room:
                continue
            if path.name == parts[2] + ".py" == "commands.py":
                continue  # one command may run another room's
            if parts[2] not in allowed and not (parts[1] == "identity" and parts[2:] == ["models", "Account"]):
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert [w for w in wrong if not w.endswith("identity.models")] == []


def test_the_leaf_of_shared_objects_imports_nothing_of_ours() -> None:
    names = [name for name, _ in list_imports(ROOT / "portal" / "extensions.py")]
    assert [name for name in names if name.split(".")[0] in ("portal", "policy_kb", "bot")] == []


def list_annotations(tree: ast.AST) -> set[int]:
    """Ids of all nodes that stand in an annotation."""
    roots = [
        part
        for node in ast.walk(tree)
        for part in (getattr(node, "annotation", None), getattr(node, "returns", None))
        if part is not None
    ]
    return {id(node) for root in roots for node in ast.walk(root)}


def test_no_table_is_touched_by_a_view() -> None:
    """Views call services; a model's name may stand in an annotation and nowhere else."""
    wrong = []
    for path in sorted((ROOT / "portal").rglob("*views.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        models = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(".models")
            for alias in node.names
        }
        spoken = list_annotations(tree)
        used = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id in models and id(n) not in spoken]
        wrong += [f"{path.relative_to(ROOT)}:{name.lineno} uses {name.id}" for name in used]
        wrong += [
            f"{path.relative_to(ROOT)}:{line} imports {n}"
            for n, line in list_imports(path)
            if n.startswith("sqlalchemy")
        ]
    assert wrong == []
