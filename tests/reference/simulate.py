"""Make the simulated data of the reference cases from a truth that is written here; run once, the files are committed.

    python tests/reference/simulate.py

The structural values are invented for these tests and stand for nothing outside them. The same seeds give the same
files with the numpy of the lock.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent / "data"
ITEMS = {"psr": 6, "pk": 5, "pa": 4}
LOADINGS = {"psr": [1, 0.9, 1.1, 0.8, 1.0, 0.95], "pk": [1, 0.85, 1.05, 0.9, 1.1], "pa": [1, 1.1, 0.9, 1.05]}
EFFECTS = {  # intercept, neg, like, reply, neg:like, neg:reply
    "psr": [0.0, -0.4, 0.1, 0.2, 0.8, 1.4],
    "pk": [0.0, 0.1, 0.0, -0.1, 0.0, 0.1],
    "pa": [0.0, -0.2, 0.1, 0.1, 0.1, 0.0],
}
D, B, C = -0.4, -0.4, 0.3


def study(n: int, seed: int) -> pd.DataFrame:
    """Draw n participants of the two-by-three experiment, with items rounded to 1-7."""
    rng = np.random.default_rng(seed)
    neg = rng.integers(0, 2, n)
    cell = rng.integers(0, 3, n)
    x = np.column_stack([np.ones(n), neg, cell == 1, cell == 2, neg * (cell == 1), neg * (cell == 2)])
    psr = x @ EFFECTS["psr"] + rng.normal(size=n)
    pk = x @ EFFECTS["pk"] + D * psr + rng.normal(size=n)
    pa = x @ EFFECTS["pa"] + B * pk + C * psr + rng.normal(size=n)
    columns: dict[str, object] = {"neg": neg, "like": (cell == 1).astype(int), "reply": (cell == 2).astype(int)}
    for name, score in {"psr": psr, "pk": pk, "pa": pa}.items():
        for item, loading in enumerate(LOADINGS[name], start=1):
            raw = 4 + loading * score + 0.8 * rng.normal(size=n)
            columns[f"{name}{item}"] = np.clip(np.rint(raw), 1, 7).astype(int)
    return pd.DataFrame(columns)


def exactly(covariance: np.ndarray, n: int, seed: int, letter: str) -> pd.DataFrame:
    """Draw n cases and turn them so that their covariance matrix (divisor n) is the given one, to six decimals."""
    noise = np.random.default_rng(seed).normal(size=(n, len(covariance)))
    noise -= noise.mean(axis=0)
    white = noise @ np.linalg.inv(np.linalg.cholesky(noise.T @ noise / n)).T
    values = white @ np.linalg.cholesky(covariance).T
    return pd.DataFrame(values, columns=[f"{letter}{i + 1}" for i in range(len(covariance))]).round(6)


def main() -> None:
    HERE.mkdir(exist_ok=True)
    for n in (120, 360, 1200):
        study(n, seed=n).to_csv(HERE / f"study-{n}.csv", index=False)

    whole = study(360, seed=361)
    rng = np.random.default_rng(362)
    items = [name for name in whole.columns if name[-1].isdigit()]
    holes = rng.random((len(whole), len(items))) < 0.01
    missing = whole.astype(float)
    missing[items] = missing[items].mask(holes)
    missing.loc[3, "neg"] = np.nan
    missing.loc[7, items] = np.nan
    missing.to_csv(HERE / "study-missing.csv", index=False)

    skewed = whole.astype(float)
    skewed[items] = np.round(np.exp(0.45 * (skewed[items] - 4)), 4)
    skewed.to_csv(HERE / "study-skewed.csv", index=False)

    # r12 r13 / r23 > 1: the first indicator would share more variance with the factor than it has.
    first = [[1.0, 0.8, 0.7], [0.8, 1.0, 0.45], [0.7, 0.45, 1.0]]
    second = [[1.0, 0.5, 0.5], [0.5, 1.0, 0.5], [0.5, 0.5, 1.0]]
    between = 0.2 * np.outer([1.0, 0.8, 0.7], [0.7, 0.7, 0.7])
    exactly(np.block([[np.array(first), between], [between.T, np.array(second)]]), 100, 7, "v").to_csv(
        HERE / "heywood.csv", index=False
    )

    scaled = study(360, seed=363).astype(float)
    for item, power in zip(items, [3, -3, 0, 5, -2, 1, 4, 0, -4, 2, 0, 3, -3, 1, 0], strict=True):
        scaled[item] = scaled[item] * 10.0**power
    scaled.to_csv(HERE / "study-badly-scaled.csv", index=False)

    # Two items that correlate with the third but, exactly, not with each other: the factor's variance would have to be
    # zero and a loading infinite, so the likelihood rises for ever and has no maximum.
    a, b, c = (np.array(column) for column in zip(*itertools.product((-1, 1), repeat=3), strict=True))
    design = pd.DataFrame({"u1": a, "u2": b, "u3": 0.3 * a + 0.3 * b + 0.9 * c})
    pd.concat([design] * 8).to_csv(HERE / "not-converging.csv", index=False)


if __name__ == "__main__":
    main()
