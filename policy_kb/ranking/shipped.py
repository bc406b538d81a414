"""The order of clauses that comes with the product, trained by ``train-ranker --ship`` on catalogue and question sets."""

from functools import lru_cache
from pathlib import Path

from policy_kb.ranking.lambdamart import Model

SHIPPED = Path(__file__).resolve().parent / "clauses.json"


@lru_cache(maxsize=1)
def find_shipped() -> Model | None:
    """The shipped model; None in a tree without one."""
    return Model.read(SHIPPED) if SHIPPED.is_file() else None
