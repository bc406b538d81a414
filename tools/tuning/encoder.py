"""A BERT in JAX: the lower layers as they are, the upper ones to be learned. Texts × tokens in, one vector of length 1 out."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp

from tools.tuning.weights import Layer

_NEAR_ZERO = 1e-12  # of the models' own layer scaling
_FAR = -1e9  # a token that is only filling is not looked at


def embed_tokens(embeddings: Layer, ids: jax.Array) -> jax.Array:
    summed = embeddings["word"][ids] + embeddings["position"][: ids.shape[1]] + embeddings["token_type"][0]
    return _scaled(summed, embeddings["weight"], embeddings["bias"])


def run_layers(
    layers: Sequence[Layer],
    states: jax.Array,
    mask: jax.Array,
    heads: int,
    *,
    first_alone: bool = False,
    chance: tuple[jax.Array, float] | None = None,
) -> jax.Array:
    """``first_alone``: the last layer is needed for the first token only. ``chance``: a key and the share of numbers left out."""
    for number, layer in enumerate(layers):
        last = first_alone and number == len(layers) - 1
        drop = (jax.random.fold_in(chance[0], number), chance[1]) if chance else None
        states = _run(layer, states, mask, heads, last, drop)
    return states


def pooled(states: jax.Array, mask: jax.Array, mean: bool) -> jax.Array:
    summed = (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True) if mean else states[:, 0]
    return summed / jnp.linalg.norm(summed, axis=-1, keepdims=True)


def _run(
    layer: Layer, states: jax.Array, mask: jax.Array, heads: int, first: bool, drop: tuple[jax.Array, float] | None
) -> jax.Array:
    texts, _, width = states.shape
    asking = states[:, :1] if first else states

    def by_head(given: jax.Array, part: str) -> jax.Array:
        made = given @ layer[part] + layer[f"{part}_bias"]
        return made.reshape(texts, given.shape[1], heads, width // heads).transpose(0, 2, 1, 3)

    near = by_head(asking, "query") @ by_head(states, "key").transpose(0, 1, 3, 2) / jnp.sqrt(width // heads)
    seen = _dropped(jax.nn.softmax(near + (1 - mask)[:, None, None, :] * _FAR), drop, 0) @ by_head(states, "value")
    joined = seen.transpose(0, 2, 1, 3).reshape(texts, asking.shape[1], width) @ layer["joined"] + layer["joined_bias"]
    middle = _scaled(asking + _dropped(joined, drop, 1), layer["first_weight"], layer["first_bias"])
    wide = jax.nn.gelu(middle @ layer["wide"] + layer["wide_bias"], approximate=False)
    narrow = wide @ layer["narrow"] + layer["narrow_bias"]
    return _scaled(middle + _dropped(narrow, drop, 2), layer["second_weight"], layer["second_bias"])


def _scaled(states: jax.Array, weight: jax.Array, bias: jax.Array) -> jax.Array:
    away = states - states.mean(-1, keepdims=True)
    return away / jnp.sqrt((away**2).mean(-1, keepdims=True) + _NEAR_ZERO) * weight + bias


def _dropped(states: jax.Array, drop: tuple[jax.Array, float] | None, place: int) -> jax.Array:
    if drop is None:
        return states
    key, share = drop
    return states * jax.random.bernoulli(jax.random.fold_in(key, place), 1 - share, states.shape) / (1 - share)
