"""LambdaMART by LightGBM, kept as one JSON file that says what it was made of."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from policy_kb.errors import PolicyBaseError
from policy_kb.ranking.fields import Vector

if TYPE_CHECKING:
    import lightgbm as lgb  # a second to import: only who trains or asks a model waits for it

_FORMAT = 1


class UnusableModel(PolicyBaseError):
    """A model file that cannot be used: damaged, or made by another version."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is trained. ``bags`` models with different seeds are added up; more of a ``rising`` sign never harms.

    ``drawn`` draws the threshold of a split at random instead of looking for the best (extremely randomised trees, Geurts
    et al. 2006): each tree knows less, so there must be more of them, and together they are surer of questions not seen.
    """

    rounds: int = 150
    bags: int = 2
    rate: float = 0.07
    leaves: int = 20
    least_in_leaf: int = 30
    share_of_signs: float = 0.3
    truncation: int = 20
    drawn: bool = False
    rising: tuple[str, ...] = ()

    def parameters(self, signs: Sequence[str], seed: int) -> dict[str, Any]:
        """For LightGBM; deterministic, so that the same pairs make the same model."""
        return {
            "objective": "lambdarank",
            "learning_rate": self.rate,
            "num_leaves": self.leaves,
            "min_data_in_leaf": self.least_in_leaf,
            "feature_fraction": self.share_of_signs,
            "bagging_fraction": 0.8,
            "bagging_freq": 1,
            "lambda_l2": 5.0,
            "lambdarank_truncation_level": self.truncation,
            "extra_trees": self.drawn,
            "monotone_constraints": [int(name in self.rising) for name in signs],
            "seed": seed,
            "deterministic": True,
            "force_col_wise": True,
            "num_threads": 1,  # more of them wait for each other on a busy machine, and add up in another order
            "verbose": -1,
        }


@dataclass(frozen=True, slots=True)
class Judged:
    """One training question: its candidates' signs (candidates × signs), how well each answered it (0 not at all), and what
    it weighs."""

    signs: Vector
    right: Vector
    weight: float = 1.0


@dataclass(frozen=True)
class Model:
    """Trained trees. ``signs`` are the columns in order; ``trained_on`` counts and dates what it was made of."""

    signs: tuple[str, ...]
    trees: tuple[str, ...]
    trained_on: Mapping[str, Any] = field(default_factory=dict)
    recipe: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def train(
        cls,
        signs: Sequence[str],
        judged: Sequence[Judged],
        recipe: Recipe,
        trained_on: Mapping[str, Any],
        seed: int = 0,
    ) -> "Model":
        """Learn from questions of which at least one candidate was right and one was not."""
        import lightgbm as lgb

        told = [each for each in judged if 0 < np.count_nonzero(each.right) < len(each.right)]
        if not told:
            raise ValueError("no training question has both a right and a wrong candidate")
        data = lgb.Dataset(
            np.vstack([each.signs for each in told]),
            np.concatenate([each.right for each in told]),
            weight=np.concatenate([np.full(len(each.right), each.weight) for each in told]),
            group=[len(each.right) for each in told],
            params={"verbose": -1},
            free_raw_data=False,
        )
        trees = [
            lgb.train(recipe.parameters(signs, seed + bag), data, recipe.rounds).model_to_string()
            for bag in range(recipe.bags)
        ]
        return cls(tuple(signs), tuple(trees), dict(trained_on), asdict(recipe))

    @cached_property
    def _boosters(self) -> "tuple[lgb.Booster, ...]":
        import lightgbm as lgb

        return tuple(lgb.Booster(model_str=text) for text in self.trees)

    def score(self, signs: Vector) -> Vector:
        """One score a row; comparable within a question only. One thread: a server has other questions too."""
        total = sum(np.asarray(booster.predict(signs, num_threads=1)) for booster in self._boosters)
        scores: Vector = (np.asarray(total) / len(self.trees)).astype(np.float32)
        return scores

    def explain(self, signs: Vector) -> list[dict[str, float]]:
        """What each sign added to each row's score (TreeSHAP), by name; ``base`` is what every row starts from."""
        total = np.sum([booster.predict(signs, pred_contrib=True, num_threads=1) for booster in self._boosters], axis=0)
        names = (*self.signs, "base")
        return [dict(zip(names, map(float, row / len(self.trees)), strict=True)) for row in np.atleast_2d(total)]

    def importance(self) -> dict[str, float]:
        """Each sign's share of all gain in training, the largest first; they add up to 1."""
        gains = np.sum([booster.feature_importance("gain") for booster in self._boosters], axis=0)
        shares = gains / (gains.sum() or 1.0)
        return {self.signs[place]: float(shares[place]) for place in np.argsort(-shares, kind="stable")}

    # Keeping -----------------------------------------------------------------

    @cached_property
    def version(self) -> str:
        """Changes with anything that changes a score."""
        content = json.dumps([_FORMAT, self.signs, self.trees]).encode()
        return hashlib.sha256(content).hexdigest()[:12]

    def dump(self) -> str:
        """The model as one JSON object: what it was made of, its signs and its trees."""
        record = {"format": _FORMAT, "version": self.version, "trained_on": self.trained_on, "recipe": self.recipe}
        return json.dumps({**record, "signs": self.signs, "trees": self.trees}, ensure_ascii=False)

    def write(self, path: Path) -> None:
        """Replace ``path`` at once: who reads it sees the old model or the new one."""
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(self.dump(), encoding="utf-8")
        fresh.replace(path)

    @classmethod
    def read(cls, path: Path) -> "Model":
        """The model of a file; UnusableModel tells what is wrong with it and what to do."""
        try:
            return cls.load(path.read_text(encoding="utf-8"), str(path))
        except OSError as error:
            raise UnusableModel(f"{path}: cannot be read ({error}); make it anew with train-ranker") from error

    @classmethod
    def load(cls, text: str, where: str) -> "Model":
        """The model of ``dump``; ``where`` names the place in errors."""
        try:
            record = json.loads(text)
            model = cls(tuple(record["signs"]), tuple(record["trees"]), record["trained_on"], record["recipe"])
            intact = record["format"] == _FORMAT and record["version"] == model.version
        except (ValueError, KeyError, TypeError) as error:
            raise UnusableModel(f"{where}: not a ranking model ({error}); make it anew with train-ranker") from error
        if not intact:
            raise UnusableModel(f"{where}: damaged or made by another version; make it anew with train-ranker")
        return model
