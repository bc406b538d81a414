"""What changed between two wordings, clause by clause, and word by word inside a clause.

Clauses are matched by what they say, not by their number: an amendment that inserts an article renumbers all that
follow, and a revision moves, splits and merges them. Of equally similar ones the pair that keeps number or order wins.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from math import log

from policy_kb.model import Clause, Version
from policy_kb.text import normalise
from policy_kb.text.segment import cut_lossless

SAME, RENUMBERED, CHANGED, SPLIT, MERGED, ADDED, REMOVED = KINDS = (
    "same",
    "renumbered",
    "changed",
    "split",
    "merged",
    "added",
    "removed",
)
# Chosen by reading the best pair of each clause of three real pairs of wordings, 2026-11-25 (投诉举报处理暂行办法 and its
# successor, 医疗器械监督管理条例 of 2021 and 2024, 药品管理法实施条例 of 2024 and 2026, which was written anew): from .40 on
# pairs were of one matter, below .35 mostly not; parts held from .42 on were right, at .35 they began to be wrong.
_ALIKE = 0.40
_HELD = 0.42  # weighted share of a clause that another one must hold to count as the place it came from or went to
_ANEW = 0.15  # enough between two matched neighbours, where nothing else can have taken the clause's place
_NEAR = 0.05  # what keeping number or place adds
_SHORT = 12  # characters; shorter texts match only when equal


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text: ``kind`` is same, gone (only in the old wording) or new (only in the new one)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """What became of a clause. ``kind`` is one of KINDS; split has several ``new``, merged several ``old`` clauses.

    ``likeness`` is 0 to 1.
    """

    kind: str
    old: tuple[Clause, ...] = ()
    new: tuple[Clause, ...] = ()
    likeness: float = 0.0

    @property
    def runs(self) -> tuple[Run, ...]:
        """The difference word by word; one run when only one side exists."""
        return compare_texts("\n".join(c.text for c in self.old), "\n".join(c.text for c in self.new))


@dataclass(frozen=True, slots=True)
class Comparison:
    """All clauses of both wordings, each once, in the order of the new one; a removed clause stands after its old neighbour."""

    old: Version
    new: Version
    changes: tuple[ClauseChange, ...]

    def count(self) -> dict[str, int]:
        """How many changes of each kind, all kinds named."""
        found = Counter(change.kind for change in self.changes)
        return {kind: found[kind] for kind in KINDS}

    def find_by_old(self, clause_id: str) -> ClauseChange | None:
        return next((change for change in self.changes if any(c.id == clause_id for c in change.old)), None)


@lru_cache(maxsize=32)
def compare_versions(old: Version, new: Version) -> Comparison:
    """Both with their clauses; they may be of different documents (a rule and the one that replaced it)."""
    matching = _Matching(old.clauses, new.clauses)
    return Comparison(old, new, tuple(_in_order(matching, old.clauses, new.clauses)))


@lru_cache(maxsize=2048)
def compare_texts(old: str, new: str) -> tuple[Run, ...]:
    """The difference word by word; numbers and Latin words are never cut. Joined runs give back both texts."""
    before, after = cut_lossless(old), cut_lossless(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    runs: list[Run] = []
    for operation, a, b, c, d in matcher.get_opcodes():
        if operation == "equal":
            runs.append(Run("same", "".join(before[a:b])))
            continue
        runs.extend(run for run in (Run("gone", "".join(before[a:b])), Run("new", "".join(after[c:d]))) if run.text)
    return tuple(_without_crumbs(runs))


def _without_crumbs(runs: Sequence[Run]) -> Iterator[Run]:
    """A lone shared particle or comma between two changes reads worse than one longer change."""
    gone, new = "", ""
    for place, run in enumerate(runs):
        crumb = run.kind == "same" and len(run.text) == 1 and 0 < place < len(runs) - 1
        if run.kind == "same" and not crumb:
            yield from (each for each in (Run("gone", gone), Run("new", new)) if each.text)
            gone = new = ""
            yield run
            continue
        gone += run.text if run.kind != "new" else ""
        new += run.text if run.kind != "gone" else ""
    yield from (each for each in (Run("gone", gone), Run("new", new)) if each.text)


# Matching --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Signed:
    """A clause prepared for matching: its plain text, and the weight of each pair of characters in it."""

    clause: Clause
    plain: str
    pairs: dict[str, float]
    size: float

    def shared(self, other: "_Signed") -> float:
        small, large = (self, other) if len(self.pairs) <= len(other.pairs) else (other, self)
        return sum(min(weight, large.pairs[pair]) for pair, weight in small.pairs.items() if pair in large.pairs)

    def likeness(self, other: "_Signed") -> float:
        return 2 * self.shared(other) / (self.size + other.size) if self.size + other.size else 0.0


def _sign(clauses: Sequence[Clause]) -> list[_Signed]:
    """What stands in every clause (药品, 监督管理部门, 应当) says little of what one is about, so rare pairs weigh more."""
    plains = [re.sub(r"[\s\W]+", "", normalise(clause.text)) for clause in clauses]
    counted = [Counter(plain[place : place + 2] for place in range(len(plain) - 1)) for plain in plains]
    spread = Counter(pair for pairs in counted for pair in pairs)
    weights = {pair: log((len(clauses) + 1) / count) for pair, count in spread.items()}
    signed = []
    for clause, plain, pairs in zip(clauses, plains, counted, strict=True):
        weighed = {pair: count * weights[pair] for pair, count in pairs.items()}
        signed.append(_Signed(clause, plain, weighed, sum(weighed.values())))
    return signed


@dataclass(slots=True)
class _Matching:
    """``pairs`` of places (old, new) one to one; ``parts`` old → further new ones, ``joined`` new → further old ones."""

    old_clauses: Sequence[Clause]
    new_clauses: Sequence[Clause]
    pairs: dict[int, int] = field(default_factory=dict)
    likeness: dict[int, float] = field(default_factory=dict)
    parts: dict[int, list[int]] = field(default_factory=dict)
    joined: dict[int, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        signed = _sign([*self.old_clauses, *self.new_clauses])
        old, new = signed[: len(self.old_clauses)], signed[len(self.old_clauses) :]
        self._pair_equal(old, new)
        self._pair_alike(old, new)
        self._pair_between(old, new)
        self._find_parts(old, new)

    def _pair_equal(self, old: Sequence[_Signed], new: Sequence[_Signed]) -> None:
        taken: set[int] = set()
        for a, signed in enumerate(old):
            equal = [b for b, other in enumerate(new) if b not in taken and other.plain == signed.plain]
            if equal:
                best = min(equal, key=lambda b: (new[b].clause.article != signed.clause.article, abs(b - a)))
                self._pair(a, best, 1.0)
                taken.add(best)

    def _pair(self, a: int, b: int, likeness: float) -> None:
        self.pairs[a], self.likeness[a] = b, likeness

    def _pair_alike(self, old: Sequence[_Signed], new: Sequence[_Signed]) -> None:
        taken = set(self.pairs.values())
        rated = []
        for a, b in self._open_pairs(old, new, taken):
            likeness = old[a].likeness(new[b])
            kept = _NEAR * ((old[a].clause.article, old[a].clause.sub) == (new[b].clause.article, new[b].clause.sub))
            if likeness + kept >= _ALIKE:
                moved = _NEAR * abs(a / len(old) - b / len(new))
                rated.append((likeness + kept - moved, likeness, a, b))
        for _, likeness, a, b in sorted(rated, reverse=True):
            if a not in self.pairs and b not in taken:
                self._pair(a, b, likeness)
                taken.add(b)

    def _open_pairs(self, old: Sequence[_Signed], new: Sequence[_Signed], taken: set[int]) -> Iterator[tuple[int, int]]:
        for a, signed in enumerate(old):
            if a in self.pairs or len(signed.plain) < _SHORT:
                continue
            yield from ((a, b) for b, other in enumerate(new) if b not in taken and len(other.plain) >= _SHORT)

    def _pair_between(self, old: Sequence[_Signed], new: Sequence[_Signed]) -> None:
        """A clause written anew in its old place: between two matched neighbours stand as many old clauses as new ones."""
        ends, taken = [(-1, -1), *sorted(self.pairs.items()), (len(old), len(new))], set(self.pairs.values())
        for (a, b), (c, d) in pairwise(ends):
            if c - a == d - b > 1 and not taken & set(range(b + 1, d)):
                for x, y in zip(range(a + 1, c), range(b + 1, d), strict=True):
                    likeness = old[x].likeness(new[y])
                    if likeness >= _ANEW:
                        self._pair(x, y, likeness)

    def _find_parts(self, old: Sequence[_Signed], new: Sequence[_Signed]) -> None:
        """An unmatched clause most of whose words stand in one of the other side was split off from it, or went into it."""
        taken = set(self.pairs.values())
        held = [
            (part.shared(whole) / part.size, side, place, other)
            for side, parts, wholes in ((0, new, old), (1, old, new))
            for place, part in enumerate(parts)
            if len(part.plain) >= _SHORT and part.size and place not in (self.pairs if side else taken)
            for other, whole in enumerate(wholes)
            if whole.size >= part.size
        ]
        for share, side, place, other in sorted(held, reverse=True):
            if share < _HELD:
                break
            self._attach(share, side, place, other)

    def _attach(self, share: float, side: int, place: int, other: int) -> None:
        a, b = (place, other) if side else (other, place)
        back = {new: old for old, new in self.pairs.items()}
        olds = {each for parts in self.joined.values() for each in parts}
        news = {each for parts in self.parts.values() for each in parts}
        if a in olds or b in news or place in (self.pairs if side else back):
            return
        if other not in (back if side else self.pairs):
            self._pair(a, b, share)
        elif side:
            self.joined.setdefault(b, []).append(a)
        else:
            self.parts.setdefault(a, []).append(b)


# Telling ---------------------------------------------------------------------


def _in_order(matching: _Matching, old: Sequence[Clause], new: Sequence[Clause]) -> Iterator[ClauseChange]:
    back = {b: a for a, b in matching.pairs.items()}
    off = {b for parts in matching.parts.values() for b in parts}
    joined = {a for parts in matching.joined.values() for a in parts}
    gone = {a for a in range(len(old)) if a not in matching.pairs and a not in joined}
    yield from _removed_from(0, gone, old)
    for b in range(len(new)):
        a = back.get(b)
        if a is not None:
            yield _matched(matching, old, new, a, b)
            for place in sorted([a, *matching.joined.get(b, [])]):
                yield from _removed_from(place + 1, gone, old)
        elif b not in off:
            yield ClauseChange(ADDED, (), (new[b],))


def _removed_from(place: int, gone: set[int], old: Sequence[Clause]) -> Iterator[ClauseChange]:
    """The removed clauses that stood one after the other from ``place`` on."""
    while place in gone:
        yield ClauseChange(REMOVED, (old[place],))
        place += 1


def _matched(matching: _Matching, old: Sequence[Clause], new: Sequence[Clause], a: int, b: int) -> ClauseChange:
    olds = tuple(old[place] for place in sorted([a, *matching.joined.get(b, [])]))
    news = tuple(new[place] for place in sorted([b, *matching.parts.get(a, [])]))
    return ClauseChange(_kind(olds, news, matching.likeness[a]), olds, news, round(matching.likeness[a], 3))


def _kind(olds: Sequence[Clause], news: Sequence[Clause], likeness: float) -> str:
    if len(news) > 1:
        return SPLIT
    if len(olds) > 1:
        return MERGED
    if likeness < 1.0:
        return CHANGED
    return SAME if (olds[0].article, olds[0].sub) == (news[0].article, news[0].sub) else RENUMBERED
