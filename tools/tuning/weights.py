"""The weights of a BERT in an eight-bit ONNX file, as real numbers and back.

Every matrix of a layer is held as whole numbers with one scale a column. Of their eight bits seven are used, like in the
files we fetch: products of pairs then fit the sixteen bits in which older processors add them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

_STEPS = 64
_MATRICES = {
    "query": "attention/self/query",
    "key": "attention/self/key",
    "value": "attention/self/value",
    "joined": "attention/output/dense",
    "wide": "intermediate/dense",
    "narrow": "output/dense",
}
_SCALES = {"first": "attention.output.LayerNorm", "second": "output.LayerNorm"}
_NODE = re.compile(r"/encoder/layer\.(\d+)/(.+)/MatMul_quant")

Layer = dict[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class Bert:
    """``embeddings`` (word, position, kind and their scaling) and ``layers``, the lowest first; ``names`` tells under what
    name the matrix of a layer stands in the file, by number of the layer and our name of the matrix."""

    embeddings: Layer
    layers: tuple[Layer, ...]
    names: Mapping[tuple[int, str], str]

    def written(self, layers: Mapping[int, Layer]) -> dict[str, np.ndarray]:
        """The initializers that stand for the given layers, by number."""
        out: dict[str, np.ndarray] = {}
        for number, layer in layers.items():
            for part, path in _MATRICES.items():
                out |= _in_steps(self.names[number, part], layer[part])
                out[f"encoder.layer.{number}.{path.replace('/', '.')}.bias"] = layer[f"{part}_bias"]
            for part, path in _SCALES.items():
                out[f"encoder.layer.{number}.{path}.weight"] = layer[f"{part}_weight"]
                out[f"encoder.layer.{number}.{path}.bias"] = layer[f"{part}_bias"]
        return out


def read_bert(file: Path) -> Bert:
    """KeyError for a file that is no BERT in this form."""
    graph = onnx.load(file).graph
    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    parts = {path: part for part, path in _MATRICES.items()}
    names = {
        (int(found[1]), parts[found[2]]): node.input[1].removesuffix("_quantized")
        for node in graph.node
        if node.op_type == "MatMulInteger" and (found := _NODE.fullmatch(node.name))
    }
    embeddings = {
        kind: _real(held, f"embeddings.{kind}_embeddings.weight") for kind in ("word", "position", "token_type")
    }
    embeddings |= {end: held[f"embeddings.LayerNorm.{end}"] for end in ("weight", "bias")}
    count = 1 + max(number for number, _ in names)
    return Bert(embeddings, tuple(_read_layer(held, names, number) for number in range(count)), names)


def _read_layer(held: Layer, names: Mapping[tuple[int, str], str], number: int) -> Layer:
    layer: Layer = {}
    for part, path in _MATRICES.items():
        layer[part] = _real(held, names[number, part])
        layer[f"{part}_bias"] = held[f"encoder.layer.{number}.{path.replace('/', '.')}.bias"]
    for part, path in _SCALES.items():
        for end in ("weight", "bias"):
            layer[f"{part}_{end}"] = held[f"encoder.layer.{number}.{path}.{end}"]
    return layer


def _real(held: Layer, name: str) -> np.ndarray:
    steps = held[f"{name}_quantized"].astype(np.float32) - held[f"{name}_zero_point"].astype(np.float32)
    return np.asarray(steps * held[f"{name}_scale"], np.float32)


def _in_steps(name: str, matrix: np.ndarray) -> dict[str, np.ndarray]:
    scale = (np.abs(matrix).max(axis=0) / _STEPS).clip(1e-9).astype(np.float32)
    return {
        f"{name}_quantized": np.rint(matrix / scale).clip(-_STEPS, _STEPS).astype(np.int8),
        f"{name}_scale": scale,
        f"{name}_zero_point": np.zeros(len(scale), np.int8),
    }
