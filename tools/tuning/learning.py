"""Fits the upper layers: of all clauses, which one is a question put to? One softmax over a point a clause, as the cards are
held against questions later (``policy_kb.dense.prototypes``): layers and points are learned together."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import optax
from tokenizers import Tokenizer

from tools.tuning.encoder import embed_tokens, pooled, run_layers
from tools.tuning.weights import Bert, Layer

_WIDTHS = (12, 16, 20, 28, 40, 64)  # tokens; longer texts are cut, which only answers are
_TOGETHER, _HEAT, _DROPPED = 256, 20.0, 0.1
_RATE, _POINT_RATE, _WARM = 2e-4, 2e-3, 0.05
_SEED = 0


@dataclass(frozen=True, slots=True)
class Form:
    """How a model is built: heads of attention, and whether its vector is the mean of the tokens or the first one."""

    heads: int
    mean: bool


@dataclass(frozen=True, slots=True)
class Packed:
    """Texts of about one length: their places, states × tokens × numbers (half precision) below the layers that learn, and
    which tokens are text."""

    places: np.ndarray
    states: np.ndarray
    mask: np.ndarray


@dataclass(frozen=True, slots=True)
class Learned:
    """``layers`` by number, and clauses × numbers: the ``points``, of length 1."""

    layers: dict[int, Layer]
    points: np.ndarray


def fit(
    bert: Bert, form: Form, tokenizer: Tokenizer, texts: Sequence[str], owners: np.ndarray, learned: int, rounds: int
) -> Learned:
    """The last ``learned`` layers and the points after ``rounds`` over all texts, by number. ``owners`` says which clause a text asks for."""
    low = len(bert.layers) - learned
    packed = list(_pack(bert, form, tokenizer, texts, low))
    upper = list(jax.tree.map(jnp.asarray, bert.layers[low:]))
    given = {"layers": upper, "points": jnp.asarray(_middles(upper, form, packed, owners))}
    steps = rounds * sum(-(-len(part.places) // _TOGETHER) for part in packed)
    rates = {
        "layers": optax.adam(_falling(_RATE, steps), b2=0.99),
        "points": optax.adam(_falling(_POINT_RATE, steps), b2=0.99),
    }
    optimizer = optax.multi_transform(rates, {"layers": jax.tree.map(lambda _: "layers", upper), "points": "points"})
    state, key, step = optimizer.init(given), jax.random.key(_SEED), _step(form, optimizer)
    rng, began, count = np.random.default_rng(_SEED), time.monotonic(), 0
    for number in range(rounds):
        losses = []
        for part, rows in _batches(packed, rng):
            count += 1
            given, state, loss = step(
                given,
                state,
                part.states[rows],
                part.mask[rows],
                owners[part.places[rows]],
                jax.random.fold_in(key, count),
            )
            losses.append(loss)
        spent = time.monotonic() - began
        print(f"round {number + 1} of {rounds}: loss {float(np.mean(losses)):.3f} after {spent:.0f} s", file=sys.stderr)
    layers = [{name: np.asarray(value) for name, value in layer.items()} for layer in given["layers"]]
    points = np.asarray(given["points"])
    return Learned(
        {low + place: layer for place, layer in enumerate(layers)},
        points / np.linalg.norm(points, axis=1, keepdims=True),
    )


def _pack(bert: Bert, form: Form, tokenizer: Tokenizer, texts: Sequence[str], low: int) -> Iterator[Packed]:
    tokenizer.no_padding()
    tokenizer.enable_truncation(_WIDTHS[-1])
    found = [each.ids for each in tokenizer.encode_batch(list(texts))]
    embeddings, layers = jax.tree.map(jnp.asarray, (bert.embeddings, bert.layers[:low]))
    lower = jax.jit(lambda ids, mask: run_layers(layers, embed_tokens(embeddings, ids), mask, form.heads))
    for narrow, wide in zip((0, *_WIDTHS), _WIDTHS, strict=False):
        places = np.flatnonzero([narrow < len(ids) <= wide for ids in found])
        if not len(places):
            continue
        ids, mask = np.zeros((len(places), wide), np.int32), np.zeros((len(places), wide), np.float32)
        for row, place in enumerate(places):
            ids[row, : len(found[place])], mask[row, : len(found[place])] = found[place], 1
        parts = [slice(start, start + _TOGETHER) for start in range(0, len(places), _TOGETHER)]
        states = np.concatenate([np.asarray(lower(ids[part], mask[part]), np.float16) for part in parts])
        yield Packed(places, states, mask)


def _middles(layers: Sequence[Layer], form: Form, packed: Sequence[Packed], owners: np.ndarray) -> np.ndarray:
    """Clauses × numbers: where the learning of the points begins."""
    run = jax.jit(lambda states, mask: _vectors(layers, form, states, mask, None))
    middles = np.zeros((int(owners.max()) + 1, packed[0].states.shape[2]), np.float32)
    for part in packed:
        for start in range(0, len(part.places), _TOGETHER):
            rows = slice(start, start + _TOGETHER)
            np.add.at(middles, owners[part.places[rows]], np.asarray(run(part.states[rows], part.mask[rows])))
    return middles / np.linalg.norm(middles, axis=1, keepdims=True).clip(1e-6)


def _vectors(
    layers: Sequence[Layer], form: Form, states: jax.Array, mask: jax.Array, chance: tuple[jax.Array, float] | None
) -> jax.Array:
    risen = run_layers(layers, states.astype(jnp.float32), mask, form.heads, first_alone=not form.mean, chance=chance)
    return pooled(risen, mask, form.mean)


def _step(form: Form, optimizer: optax.GradientTransformation) -> Callable[..., tuple[dict, optax.OptState, jax.Array]]:
    def loss(given: dict, states: jax.Array, mask: jax.Array, wanted: jax.Array, key: jax.Array) -> jax.Array:
        points = given["points"] / jnp.linalg.norm(given["points"], axis=1, keepdims=True)
        near = _HEAT * (_vectors(given["layers"], form, states, mask, (key, _DROPPED)) @ points.T)
        return optax.softmax_cross_entropy_with_integer_labels(near, wanted).mean()

    @jax.jit
    def step(given, state, states, mask, wanted, key):
        worth, slope = jax.value_and_grad(loss)(given, states, mask, wanted, key)
        change, state = optimizer.update(slope, state, given)
        return optax.apply_updates(given, change), state, worth

    return step


def _batches(packed: Sequence[Packed], rng: np.random.Generator) -> Iterator[tuple[Packed, np.ndarray]]:
    """All texts once, those of like length together; the last of a length is filled up, so that forms stay the same."""
    batches = []
    for part in packed:
        order = rng.permutation(len(part.places))
        for start in range(0, len(order), _TOGETHER):
            rows = order[start : start + _TOGETHER]
            batches.append((part, np.concatenate([rows, rng.choice(order, _TOGETHER - len(rows))])))
    rng.shuffle(batches)
    yield from batches


def _falling(rate: float, steps: int) -> optax.Schedule:
    return optax.warmup_cosine_decay_schedule(rate / 10, rate, max(1, int(_WARM * steps)), steps, rate / 50)
