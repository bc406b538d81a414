"""What the articles themselves say of a question, before anything was learned from past ones.

The law's name stands inside the text of each of its articles; a title field of its own was measured worse.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from policy_kb.ranking.fields import Field, Places, Row, Vector, best, trigrams, unit, unit_rows
from policy_kb.ranking.latent import Latent
from policy_kb.ranking.phrasing import Phrasing
from policy_kb.ranking.sayings import Sayings, find_matters, run_signs, said_signs
from policy_kb.text import grams, parse_article, words

_REFERENCE = re.compile(
    r"(?:《([^》]{2,40})》|(本法|本条例|本规定|本办法))?(第[一二三四五六七八九十百千零]+条(?:之[一二三四五六七八九十]+)?)"
)
_NEARBY = np.array([-4, -3, -2, -1, 1, 2, 3, 4])
_NEARBY_WEIGHT = np.exp(-(_NEARBY**2) / 6.0).astype(np.float32)
_DEEP = 400  # how far the order of a channel is known; all behind share the last rank
_GENERIC = 0.3  # tokens in more than this share of the articles tell no topic


@dataclass(frozen=True, slots=True)
class Article:
    """One article of one law; ``label`` as printed (第五条), ``law`` the title."""

    id: str
    law: str
    label: str
    text: str
    category: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A question cut and placed: its tokens by field, its topic vector (and ``moved`` towards what was found), its score against every article by channel.

    ``leading`` has the best of each channel in order, ``law_scores`` a score a law; ``matters`` (their numbers in the table) and
    ``said`` (a score an article by channel) come from what people say.
    """

    text: str
    words: Row
    body: Row
    topical: Row
    latent: Vector
    moved: Vector
    channels: dict[str, Vector]
    leading: dict[str, Places]
    law_scores: dict[str, Vector]
    matters: list[int]
    said: dict[str, Vector]


class Collection:
    """Articles in order (those of a law together), their fields, topics and references."""

    def __init__(self, articles: Sequence[Article], *, dimensions: int = 128, seed: int = 0) -> None:
        self.articles = sorted(articles, key=lambda article: article.law)  # stable: the order within a law stays
        self.numbers = {article.id: place for place, article in enumerate(self.articles)}
        titles = list(dict.fromkeys(article.law for article in self.articles))
        numbered = {title: number for number, title in enumerate(titles)}
        self.law = np.array([numbered[article.law] for article in self.articles])
        self.law_starts = np.searchsorted(self.law, np.arange(len(titles)))
        self.law_sizes = np.bincount(self.law, minlength=len(titles))
        self.fields = self._fields(titles)
        self.titles = Field((grams(title) for title in titles), b=0.5)
        self._topical_columns = self._number_telling()
        self.topical = self.place_topically(self.fields["words"].counts, self.fields["grams"].counts)
        self.latent = Latent(self.topical, dimensions, seed)
        self.described = self._describe()
        texts = [article.text for article in self.articles]
        self.phrasing = Phrasing(texts, self.fields["words"], self.fields["body"], self.latent.articles)
        named = [f"{article.law}\n{article.text}" for article in self.articles]
        self.sayings = Sayings(named, self.fields["words"], self.fields["grams"])

    def _fields(self, titles: Sequence[str]) -> dict[str, Field]:
        named = {title: (words(title), grams(title)) for title in titles}
        cut = [(words(article.text), grams(article.text)) for article in self.articles]
        above = [named[article.law] for article in self.articles]
        return {
            "words": Field(head[0] + body[0] for head, body in zip(above, cut, strict=True)),
            "grams": Field(head[1] + body[1] for head, body in zip(above, cut, strict=True)),
            "trigrams": Field(trigrams(article.text) for article in self.articles),
            "body": Field(body[1] for body in cut),
        }

    def _telling(self, field: Field) -> Places:
        held = np.bincount(field.counts.indices, minlength=len(field.vocabulary))
        least = min(3, 1 + len(self.articles) // 1000)
        return np.flatnonzero((held >= least) & (held < max(2.0, len(self.articles) * _GENERIC)))

    def _number_telling(self) -> dict[str, Places]:
        """The column in ``topical`` of every word and then of every gram; -1 for those that tell no topic."""
        columns, first = dict[str, Places](), 0
        for name in ("words", "grams"):
            telling = self._telling(self.fields[name])
            columns[name] = np.full(len(self.fields[name].vocabulary), -1, np.int64)
            columns[name][telling] = np.arange(first, first + len(telling))
            first += len(telling)
        return columns

    def _tfidf(self, name: str, counts: Row) -> tuple[Places, Vector]:
        """Which of the counts tell a topic, and their weights."""
        kept = np.flatnonzero(self._topical_columns[name][counts.columns] >= 0)
        return kept, (1 + np.log(counts.values[kept])) * self.fields[name].rarity[counts.columns[kept]]

    # Reading a question ------------------------------------------------------

    def place_topically(self, by_words: sp.csr_matrix, by_grams: sp.csr_matrix) -> sp.csr_matrix:
        """Texts in the space of ``topical``: words and character pairs, rare ones heavier, rows of length one."""
        parts, width = list[sp.csr_matrix](), 1 + max(int(each.max()) for each in self._topical_columns.values())
        for name, counts in (("words", by_words), ("grams", by_grams)):
            kept, weights = self._tfidf(name, Row(counts.indices, counts.data))
            ends = np.searchsorted(kept, counts.indptr)
            columns = self._topical_columns[name][counts.indices[kept]]
            parts.append(sp.csr_matrix((weights, columns, ends), shape=(counts.shape[0], width)))
        return unit_rows((parts[0] + parts[1]).tocsr())

    def place_row(self, by_words: Row, by_grams: Row) -> Row:
        """``place_topically`` of one question."""
        parts = [
            (name, counts, *self._tfidf(name, counts)) for name, counts in (("words", by_words), ("grams", by_grams))
        ]
        columns = [self._topical_columns[name][counts.columns[kept]] for name, counts, kept, _ in parts]
        return Row(np.concatenate(columns), np.concatenate([weights for *_, weights in parts])).unit()

    def cut(self, question: str) -> Row:
        """The question's words that the articles know."""
        return self.fields["words"].read(words(question))

    def read(self, question: str) -> Reading:
        """Cut a question and score every article by every channel."""
        pairs = grams(question)
        by_words, by_grams = self.cut(question), self.fields["grams"].read(pairs)
        topical = self.place_row(by_words, by_grams)
        latent = self.latent.place_row(topical)
        channels = {
            "words": self.fields["words"].score(by_words),
            "grams": self.fields["grams"].score(by_grams),
            "trigrams": self.fields["trigrams"].score(self.fields["trigrams"].read(trigrams(question))),
            "latent": self.latent.articles @ latent,
        }
        titles = {"title": self.titles.score(self.titles.read(pairs))}
        tops = {
            f"{name}_top": np.maximum.reduceat(channels[name], self.law_starts) for name in ("words", "grams", "latent")
        }
        body = self.fields["body"].read(pairs)
        leading = {name: best(scores, _DEEP) for name, scores in channels.items()}
        moved = self.move(latent, leading["grams"])
        matters = find_matters(question)
        said, law_scores = self.sayings.score(matters), titles | tops
        return Reading(question, by_words, body, topical, latent, moved, channels, leading, law_scores, matters, said)

    def move(self, latent: Vector, leading: Places) -> Vector:
        """A topic vector moved towards the topics of the eight best articles found."""
        return unit(latent + self.latent.articles[leading[:8]].mean(axis=0))

    def candidates(self, reading: Reading) -> Places:
        """Articles worth a closer look, by place: the best of every channel and the neighbours of the very best."""
        wanted = {"grams": 150, "words": 100, "latent": 60, "trigrams": 40}
        found = {name: reading.leading[name][:number] for name, number in wanted.items()}
        near = (found["grams"][:15, None] + np.array([-2, -1, 1, 2])).ravel()
        return np.unique(np.concatenate([*found.values(), near[(near >= 0) & (near < len(self.articles))]]))

    # Signs -------------------------------------------------------------------

    def signs(self, reading: Reading, pool: Places, counts: Vector) -> dict[str, Vector]:
        """What the texts say for each article of ``pool``: one array a sign. ``counts`` as of ``tokens_held``."""
        found: dict[str, Vector] = {}
        for name, scores in reading.channels.items():
            found |= _channel_signs(name, scores, reading.leading[name], pool)
        for name in ("words", "grams", "latent"):
            found |= self._law_signs(name, reading, pool)
        found["title"] = reading.law_scores["title"][self.law[pool]]
        found["topical"] = self.topical[pool] @ reading.topical.dense(self.topical.shape[1])
        found |= self._token_signs(reading, pool, counts)
        found |= said_signs(reading.said, pool, self.law, self.law_starts)
        found["saying_matters"] = np.full(len(pool), len(reading.matters), np.float32)
        found["feedback"] = self.latent.articles[pool] @ reading.moved
        found |= {name: values[pool] for name, values in self.described.items()}
        found["question_length"] = np.full(len(pool), len(reading.text), np.float32)
        return found

    def _law_signs(self, name: str, reading: Reading, pool: Places) -> dict[str, Vector]:
        scores, tops, law = reading.channels[name], reading.law_scores[f"{name}_top"], self.law[pool]
        leading = reading.leading[name][:100]
        share = np.bincount(self.law[leading], weights=scores[leading], minlength=len(tops))
        near = np.clip(pool[:, None] + _NEARBY, 0, len(scores) - 1)
        return {
            f"{name}_law_top": tops[law] / (float(scores.max()) + 1e-6),
            f"{name}_in_law": scores[pool] / (tops[law] + 1e-6),
            f"{name}_law_share": (share / (share.sum() + 1e-6))[law].astype(np.float32),
            f"{name}_near": scores[near] @ _NEARBY_WEIGHT,
        }

    def _token_signs(self, reading: Reading, pool: Places, counts: Vector) -> dict[str, Vector]:
        """Signs from which characters and pairs of the question stand in the article, and how often."""
        tokens = reading.body.columns
        held, rare = counts > 0, self.fields["body"].rarity[tokens]
        long = self.described["length"][pool][:, None] / self._mean_length
        full, light = (
            counts * 1.6 / (counts + 0.6 * (0.05 + 0.95 * long)),
            counts * 3.0 / (counts + 2 * (0.5 + 0.5 * long)),
        )
        own = self._rarity_in_law(tokens)[self.law[pool]]
        return {
            "covered": held @ rare / (rare.sum() + 1e-6),
            "body_full": full @ rare,
            "body_light": light @ rare,
            "covered_in_law": ((held * own).sum(axis=1) / (own.sum(axis=1) + 1e-6)).astype(np.float32),
            "body_in_law": (full * own).sum(axis=1).astype(np.float32),
            **run_signs(reading.text, self.fields["body"], tokens, held.astype(np.float32)),
            **self.phrasing.signs(reading.text, tokens, reading.words.columns, pool, full.astype(np.float32)),
        }

    def tokens_held(self, reading: Reading, pool: Places) -> Vector:
        """How often each token of the question stands in each article of the pool, as a dense block."""
        block = self.fields["body"].counts[pool]
        column = np.full(block.shape[1], -1, np.int32)
        column[reading.body.columns] = np.arange(len(reading.body.columns))
        wanted = column[block.indices]
        rows = np.repeat(np.arange(len(pool)), np.diff(block.indptr))
        dense = np.zeros((len(pool), len(reading.body.columns)), np.float32)
        kept = wanted >= 0
        dense[rows[kept], wanted[kept]] = block.data[kept]
        return dense

    @cached_property
    def _mean_length(self) -> float:
        return float(self.described["length"].mean()) or 1.0

    @cached_property
    def _law_holds(self) -> sp.csc_matrix:
        """In how many articles of each law each token stands."""
        held = self.fields["body"].counts.copy()
        held.data[:] = 1
        owner = sp.csr_matrix((np.ones(len(self.law), np.float32), (self.law, np.arange(len(self.law)))))
        return (owner @ held).tocsc()

    def _rarity_in_law(self, tokens: Places) -> Vector:
        """How telling each token is among the articles of each law, laws × tokens: 合同 tells little in a law on contracts."""
        held = self._law_holds[:, tokens].toarray()
        rare: Vector = np.log(1 + (self.law_sizes[:, None] - held + 0.5).clip(0.5) / (held + 0.5)).astype(np.float32)
        return rare

    def _describe(self) -> dict[str, Vector]:
        """What is known of every article without a question."""
        place = np.arange(len(self.law)) - self.law_starts[self.law]
        size = self.law_sizes[self.law]
        categories = {name: number for number, name in enumerate(sorted({a.category for a in self.articles}))}
        described = {
            "length": [len(article.text) for article in self.articles],
            "place": place,
            "place_share": place / size,
            "law_size": np.log1p(size),
            "category": [categories[article.category] for article in self.articles],
            "referred_to": np.log1p(self._references()),
        }
        return {name: np.asarray(values, np.float32) for name, values in described.items()}

    def _references(self) -> Vector:
        """How many articles refer to each article."""
        short = {law.replace("中华人民共和国", ""): law for law in {article.law for article in self.articles}}
        held = {(article.law, parse_article(article.label)): place for place, article in enumerate(self.articles)}
        times = np.zeros(len(self.articles), np.float32)
        for place, article in enumerate(self.articles):
            for match in _REFERENCE.finditer(article.text):
                law = short.get(match[1].replace("中华人民共和国", "")) if match[1] else article.law
                target = held.get((law or "", parse_article(match[3])))
                if target is not None and target != place:
                    times[target] += 1
        return times


def _channel_signs(name: str, scores: Vector, leading: Places, pool: Places) -> dict[str, Vector]:
    own, ahead = scores[pool], scores[leading]
    rank = np.searchsorted(-ahead, -own)
    return {name: own, f"{name}_share": own / (ahead[0] + 1e-6), f"{name}_rank": np.log1p(rank).astype(np.float32)}
