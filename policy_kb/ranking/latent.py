"""Topics learned from the articles alone: words that stand in like articles come near each other."""

import numpy as np
import scipy.sparse as sp

from policy_kb.ranking.fields import Row, Vector, unit


class Latent:
    """A truncated singular value decomposition of tf-idf rows. ``articles`` are rows of length one."""

    def __init__(self, topical: sp.csr_matrix, dimensions: int, seed: int) -> None:
        from sklearn.utils.extmath import randomized_svd  # slow to import, and needed only here

        wanted = max(1, min(dimensions, min(topical.shape) - 1))
        left, _, right = randomized_svd(topical.astype(np.float32), wanted, n_iter=3, random_state=seed)
        self.articles: Vector = unit(left.astype(np.float32))
        self._axes: Vector = np.ascontiguousarray(right.T.astype(np.float32))

    def place(self, topical: sp.csr_matrix) -> Vector:
        """Rows of the same space as topic vectors of length one."""
        return unit(np.asarray(topical @ self._axes))

    def place_row(self, topical: Row) -> Vector:
        """The same of one row."""
        return unit(topical.values @ self._axes[topical.columns])
