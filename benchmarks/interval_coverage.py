"""How often the bootstrap's intervals hold the population value, and how often a claim is found that is not there.

    python benchmarks/interval_coverage.py --samples 1000 --draws 1000      # writes benchmarks/interval_coverage.csv

The population value of an effect is the model's own, fitted to 1,000,000 rounded responses of the same truth (that of
tests/reference/simulate.py), so that rounding and the bounds of the scale do not count as error of the interval. With
`d = 0` no serial effect exists, and an interval that leaves out zero is a false claim.
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from pathlib import Path

import numpy as np
import pandas as pd

from companion import sem

HERE = Path(__file__).parent
REFERENCE = HERE.parent / "tests" / "reference"
EFFECTS = ["serial_none", "serial_like", "serial_reply", "like_none", "reply_none", "reply_like"]
POPULATION = 1_000_000
SEED = 2020

spec = importlib.util.spec_from_file_location("simulate", REFERENCE / "simulate.py")
assert spec is not None
assert spec.loader is not None
simulate = importlib.util.module_from_spec(spec)
spec.loader.exec_module(simulate)


def covered(n: int, d: float, samples: int, draws: int, truth: pd.Series) -> list[dict[str, object]]:
    """Draw samples, bootstrap each, and count where the population values fall."""
    model = (REFERENCE / "study-360" / "model.txt").read_text()
    low, high, apart, lost = (np.zeros(len(EFFECTS)) for _ in range(4))
    used = 0
    for seed in np.random.SeedSequence([SEED, n, int(1000 * abs(d))]).generate_state(samples):
        fit = sem.fit(model, simulate.study(n, int(seed)))
        if not fit.converged:
            continue
        boot = fit.bootstrap(draws, int(seed))
        interval = boot.ci().loc[EFFECTS]
        used += 1
        low += truth[EFFECTS].to_numpy() < interval["ci_lower"].to_numpy()
        high += truth[EFFECTS].to_numpy() > interval["ci_upper"].to_numpy()
        apart += (interval["ci_lower"].to_numpy() > 0) | (interval["ci_upper"].to_numpy() < 0)
        lost += boot.not_converged
    rows = []
    for i, effect in enumerate(EFFECTS):
        coverage = 1 - (low[i] + high[i]) / used
        rows.append(
            {
                "n": n,
                "d": d,
                "effect": effect,
                "population": truth[effect],
                "samples": used,
                "samples_not_converged": samples - used,
                "draws": draws,
                "draws_not_converged": int(lost[i]),
                "coverage": coverage,
                "mc_error": np.sqrt(coverage * (1 - coverage) / used),
                "missed_below": low[i] / used,
                "missed_above": high[i] / used,
                "zero_left_out": apart[i] / used,
            }
        )
    return rows


def population(d: float) -> pd.Series:
    """Give the model's values in a million rounded responses."""
    model = (REFERENCE / "study-360" / "model.txt").read_text()
    return sem.fit(model, simulate.study(POPULATION, SEED)).estimates.set_index("label")["est"].rename(f"d = {d}")


def main() -> None:
    """Run the study and write its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--draws", type=int, default=1000)
    options = parser.parse_args()
    rows: list[dict[str, object]] = []
    for d in (simulate.D, 0.0):
        simulate.D = d
        truth = population(d)
        if d == 0:
            truth = pd.Series(0.0, index=EFFECTS)  # exactly, not the noise of a million responses around it
        for n in (360, 1200):
            start = time.perf_counter()
            rows += covered(n, d, options.samples, options.draws, truth)
            print(f"n = {n}, d = {d}: {time.perf_counter() - start:.0f} s", flush=True)
    table = pd.DataFrame(rows)
    table.to_csv(HERE / "interval_coverage.csv", index=False, float_format="%.5g")
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
