"""Opens a policy base in a folder: which store it has, and what answers when that is away."""

from collections.abc import Mapping
from pathlib import Path

from policy_kb.base import PolicyBase
from policy_kb.stores.contract import Store
from policy_kb.stores.embedded import EmbeddedStore


def open_policy_base(
    folder: Path,
    store: str = "embedded",
    elasticsearch_url: str = "",
    elasticsearch_index: str = "wenban",
    elasticsearch_login: Mapping[str, str] | None = None,
    elasticsearch_seconds: float = 3.0,
) -> PolicyBase:
    """Open (and create when missing) the base in ``folder``; ``store`` is "embedded" or "elasticsearch". Close it after use.

    ``elasticsearch_url`` may name several nodes, separated by commas; ``elasticsearch_login`` may hold ``api_key``,
    or ``user`` and ``password``, and ``ca`` (a PEM file). A read that takes longer than ``elasticsearch_seconds`` is
    answered from the snapshot. ValueError for another store, StoreUnavailable when the folder or address cannot be used.
    """
    opened: Store
    if store == "embedded":
        opened = EmbeddedStore(Path(folder))
    elif store == "elasticsearch":
        from policy_kb.stores.elastic import open_elastic_store  # only who uses it needs its client

        opened = open_elastic_store(
            elasticsearch_url,
            elasticsearch_index,
            snapshot=Path(folder) / "snapshot",  # apart from what an embedded base in the same folder holds
            login=elasticsearch_login,
            read_seconds=elasticsearch_seconds,
        )
    else:
        raise ValueError(f"there is no store {store!r}; there are embedded and elasticsearch")
    return PolicyBase(opened, lock=Path(folder) / "change.lock")


__all__ = ["open_policy_base"]
