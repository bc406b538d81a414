"""How question and article are phrased: what is asked for and what the article does, their clauses one by one, words near in
meaning. Nothing here is learned from answers."""

import re
from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from policy_kb.ranking.fields import Field, Places, Row, Vector, unit
from policy_kb.text import grams

_ASKED = {
    "what": "什么是|是什么|含义|概念|定义|指的是",
    "which": "哪些|哪几|什么条件|什么情形",
    "how": "如何|怎么|怎样",
    "whether": "是否|吗|能否|可否|能不能|可不可以|有效",
    "when": "期限|多久|多长|几年|几天|何时|什么时候|时效|期间",
    "penalty": "处罚|罚款|判|刑|罪|犯法|违法",
    "duty": "责任|赔偿|承担",
    "court": "管辖|起诉|法院|诉讼",
    "who": "谁|哪个",
    "money": "多少|金额|费用|标准",
    "validity": "有效|效力|无效|成立",
    "procedure": "程序|手续|申请|办理|登记",
}
_DONE = {
    "defines": "本法所称|本条例所称|本办法所称|本规定所称|是指|是.{2,30}的(?:合同|权利|行为)。",
    "lists": "（一）",
    "allows": "可以|有权",
    "orders": "应当",
    "forbids": "不得|禁止",
    "counts_days": "[一二三四五六七八九十百]+(?:日|年|个月)",
    "fines": "罚款|没收|吊销",
    "punishes": "有期徒刑|拘役|犯.{0,20}罪",
    "makes_liable": "赔偿|承担.{0,12}责任",
    "names_court": "人民法院",
    "decides_validity": "无效|有效|效力|撤销",
    "names_sum": "元|百分之",
    "orders_filing": "申请|登记|办理",
    "opens_or_closes": "制定本|根据.{2,40}制定|施行",
    "rules_claims": "应予支持|不予支持|予以支持",
}
_STOP, _HEAD_STOP = re.compile("[，。；：？！,?!;:、 ]"), re.compile("[，。；：]")
_SHORTEST = 4  # characters; a shorter piece of a question tells nothing by itself
_FEWEST, _COMMON = 3, 0.1  # articles, share of articles: words held by fewer or more have no place among meanings
_ALIKE = 0.5  # cosine from which two words count as near in meaning


class Phrasing:
    """Made of the texts of all articles, their fields of words and of characters, and their topic vectors."""

    def __init__(self, texts: Sequence[str], words: Field, body: Field, topics: Vector) -> None:
        done = [re.compile(pattern) for pattern in _DONE.values()]
        self._done = np.array([[bool(each.search(text)) for each in done] for text in texts], np.float32)
        self._heads = Field(grams(_HEAD_STOP.split(text, maxsplit=1)[0]) for text in texts)
        self._head_held, self._words, self._body = _held(self._heads.counts), words, body
        self._head_weight = np.asarray(self._head_held @ self._heads.rarity).ravel()
        self._body_weight = np.asarray(_held(body.counts) @ body.rarity).ravel()
        held_words = _held(words.counts)
        self._meanings = _place_words(held_words, topics)
        self._placed_words = held_words @ sp.diags(self._meanings.any(axis=1).astype(np.float32))
        self._placed_words.eliminate_zeros()

    def signs(self, question: str, tokens: Places, said: Places, pool: Places, full: Vector) -> dict[str, Vector]:
        """``tokens`` and ``said`` are the question's columns of characters and of words, ``full`` BM25 weights without
        rarity, candidates × tokens."""
        asked = {f"asks_{name}": float(bool(re.search(pattern, question))) for name, pattern in _ASKED.items()}
        return {
            **{name: np.full(len(pool), value, np.float32) for name, value in asked.items()},
            **dict(zip(_DONE, self._done[pool].T, strict=True)),
            **self._pieces(question, tokens, full),
            **self._head(question, pool),
            "body_told": (full > 0) @ self._body.rarity[tokens] / (self._body_weight[pool] + 1e-6),
            **self._near(said, pool),
        }

    def _pieces(self, question: str, tokens: Places, full: Vector) -> dict[str, Vector]:
        """The question piece by piece: a story is told first and the question asked last."""
        pieces = [piece for piece in _STOP.split(question) if len(piece) >= _SHORTEST] or [question]
        place = {token: number for number, token in enumerate(tokens.tolist())}
        inside = np.zeros((len(tokens), len(pieces)), np.float32)
        for number, piece in enumerate(pieces):
            inside[[place[token] for token in self._body.read(grams(piece)).columns.tolist()], number] = 1
        weights = inside * self._body.rarity[tokens][:, None]
        covered, scored = (full > 0) @ weights / (weights.sum(axis=0) + 1e-6), full @ weights
        return {
            "last_covered": covered[:, -1],
            "last_body": scored[:, -1],
            "first_covered": covered[:, 0],
            "piece_covered": covered.max(axis=1),
            "piece_body": scored.max(axis=1),
            "pieces": np.full(len(full), len(pieces), np.float32),
        }

    def _head(self, question: str, pool: Places) -> dict[str, Vector]:
        """The article up to its first comma, which names its subject."""
        tokens = self._heads.read(grams(question)).columns
        asked = Row(tokens, self._heads.rarity[tokens]).dense(len(self._heads.rarity))
        found = self._head_held[pool] @ asked
        return {
            "head": found,
            "head_covered": found / (asked.sum() + 1e-6),
            "head_told": found / (self._head_weight[pool] + 1e-6),
            "head_weight": self._head_weight[pool],
        }

    def _near(self, said: Places, pool: Places) -> dict[str, Vector]:
        """How near in meaning the article's nearest word is to each word of the question, rare words weighing more."""
        said = said[self._meanings[said].any(axis=1)]
        block = self._placed_words[pool]
        if not len(said) or not block.nnz:
            return {"near_words": np.zeros(len(pool), np.float32), "alike_words": np.zeros(len(pool), np.float32)}
        used, where = _number(block.indices, len(self._meanings))
        likeness = self._meanings[said] @ self._meanings[used].T
        spread = np.hstack([likeness[:, where], np.zeros((len(said), 1), np.float32)])
        nearest = np.maximum.reduceat(spread, block.indptr[:-1], axis=1).clip(0)
        nearest[:, np.diff(block.indptr) == 0] = 0
        weights = self._words.rarity[said] / self._words.rarity[said].sum()
        return {"near_words": weights @ nearest, "alike_words": weights @ np.maximum(nearest - _ALIKE, 0)}


def _number(columns: Places, number: int) -> tuple[Places, Places]:
    """The columns that occur, in order, and the place of each of ``columns`` among them; np.unique without its sort."""
    occurs = np.zeros(number, bool)
    occurs[columns] = True
    used = np.flatnonzero(occurs)
    place = np.empty(number, np.int64)
    place[used] = np.arange(len(used))
    return used, place[columns]


def _held(counts: sp.csr_matrix) -> sp.csr_matrix:
    held = counts.copy()
    held.data[:] = 1
    return held


def _place_words(held: sp.csr_matrix, topics: Vector) -> Vector:
    """Each word at the middle of the articles that use it; rows of length one, or zero for words too rare or too common."""
    often = np.bincount(held.indices, minlength=held.shape[1])
    telling = np.flatnonzero((often >= _FEWEST) & (often < max(_FEWEST + 1, held.shape[0] * _COMMON)))
    placed = np.zeros((held.shape[1], topics.shape[1]), np.float32)
    placed[telling] = unit(np.asarray(held[:, telling].T @ (topics - topics.mean(axis=0))))
    return placed
