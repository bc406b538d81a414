"""One text model in a folder: ``model.onnx``, ``tokenizer.json`` and ``model.json``, run on one core."""

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from policy_kb.errors import PolicyBaseError

_LONGEST = 256  # tokens of a text read; what the models here were trained with is 256 to 512
_AT_ONCE = 64  # texts a run
_NEEDED = ("model.onnx", "tokenizer.json", "model.json")

Vectors = np.ndarray[Any, np.dtype[np.float32]]


class DenseModelError(PolicyBaseError):
    """The folder of a text model is missing or not as it should be; the text says what to do."""


class TextModel:
    """``name`` is what its maker calls it; ``strangers`` and ``same`` are the cosines that unlike texts and texts of one meaning have in this model."""

    def __init__(self, folder: Path) -> None:
        missing = [name for name in _NEEDED if not (folder / name).is_file()]
        if missing:
            raise DenseModelError(
                f"{folder}: {', '.join(missing)} missing. Run `python -m tools.text_model fetch`, or unset WENBAN_DENSE_MODEL."
            )
        try:
            told = json.loads((folder / "model.json").read_text(encoding="utf-8"))
            self.name, self._mean = str(told.get("name", "")), told["pooling"] == "mean"
            self.strangers, self.same = float(told["strangers"]), float(told["same"])
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 1  # several questions at once share the cores already
            self._session = onnxruntime.InferenceSession(
                str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise DenseModelError(f"{folder}: not a text model ({error})") from error
        self._tokenizer.enable_truncation(_LONGEST)
        self._tokenizer.enable_padding()
        self._inputs = {given.name for given in self._session.get_inputs()}
        self.width = self.embed(["一"]).shape[1]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Texts × numbers, each row of length 1. Like lengths run together: padding costs as much as text."""
        rows: list[Vectors | None] = [None] * len(texts)
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        parts = [order[start : start + _AT_ONCE] for start in range(0, len(order), _AT_ONCE)]
        for places, made in zip(
            parts, self._run_all([[texts[place] for place in part] for part in parts]), strict=True
        ):
            for place, row in zip(places, made, strict=True):
                rows[place] = row
        return np.array(rows, np.float32)

    def _run_all(self, parts: Sequence[Sequence[str]]) -> list[Vectors]:
        """A question on the thread that asks; thousands of texts on all cores, once."""
        if len(parts) <= 1:
            return [self._run(part) for part in parts]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(self._run, parts))

    def _run(self, texts: Sequence[str]) -> Vectors:
        encoded = self._tokenizer.encode_batch(list(texts))
        ids = np.array([each.ids for each in encoded], np.int64)
        mask = np.array([each.attention_mask for each in encoded], np.int64)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states = self._session.run(None, {name: value for name, value in given.items() if name in self._inputs})[0]
        pooled = (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True) if self._mean else states[:, 0]
        return np.asarray(pooled / np.linalg.norm(pooled, axis=1, keepdims=True), np.float32)
