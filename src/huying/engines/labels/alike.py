"""Orders whose texts are nearly the same, found without comparing all with all."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from huying.engines.text.normalise import squeeze

RARE = 60
BLOCK = 1_000
LONGEST = 1_000


def vectors(texts: Sequence[str]) -> csr_matrix:
    """TF-IDF of character 1–3-grams, (texts, terms), rows of unit length; the texts already without directions."""
    vectoriser = TfidfVectorizer(
        analyzer="char", ngram_range=(1, 3), min_df=2 if len(texts) > 50 else 1, sublinear_tf=True, dtype=np.float32
    )
    if not any(text.strip() for text in texts):
        return csr_matrix((len(texts), 1), dtype=np.float32)
    return vectoriser.fit_transform([squeeze(text[:LONGEST]) or "空" for text in texts])


def near_pairs(
    matrix: csr_matrix, least: float, report: Callable[[float], None] = lambda share: None
) -> list[tuple[int, int, float]]:
    """Pairs (i < j, cosine) with a cosine of at least `least`, by rows of `matrix`.

    Only rows that share a rare term (in at most 60 texts) are compared: nearly equal texts of any length do, and the
    work grows with the number of texts, not with its square. Short texts of common terms are left to `equal_pairs`.
    """
    rare = (matrix.getnnz(axis=0) <= RARE) & (matrix.getnnz(axis=0) >= 2)
    sketch = csr_matrix((matrix[:, rare] != 0).astype(np.float32))
    found: list[tuple[int, int, float]] = []
    for start in range(0, matrix.shape[0], BLOCK):
        shared = (sketch[start : start + BLOCK] @ sketch.T).tocoo()
        rows, columns = shared.row + start, shared.col
        kept = (rows < columns) & (shared.data >= 2)
        rows, columns = rows[kept], columns[kept]
        for part in range(0, len(rows), 50_000):
            one, other = rows[part : part + 50_000], columns[part : part + 50_000]
            cosine = np.asarray(matrix[one].multiply(matrix[other]).sum(axis=1)).ravel()
            close = cosine >= least
            found += list(zip(one[close].tolist(), other[close].tolist(), cosine[close].tolist(), strict=True))
        report(min(1.0, (start + BLOCK) / max(1, matrix.shape[0])))
    return found


def equal_pairs(texts: Sequence[str]) -> list[tuple[int, int, float]]:
    """Each text with the next one that is equal to it but for blanks; empty texts are equal to none."""
    last: dict[str, int] = {}
    found = []
    for row, text in enumerate(texts):
        flat = squeeze(text)
        if flat in last:
            found.append((last[flat], row, 1.0))
        if flat:
            last[flat] = row
    return found


def groups(pairs: Sequence[tuple[int, int]], size: int) -> list[list[int]]:
    """Rows joined by pairs, each group in order; rows without a pair are in no group."""
    leader = list(range(size))

    def top(row: int) -> int:
        while leader[row] != row:
            leader[row] = leader[leader[row]]
            row = leader[row]
        return row

    for one, other in pairs:
        leader[max(top(one), top(other))] = min(top(one), top(other))
    gathered: dict[int, list[int]] = {}
    for row in sorted({row for pair in pairs for row in pair}):
        gathered.setdefault(top(row), []).append(row)
    return list(gathered.values())
