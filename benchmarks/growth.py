"""What the bootstrap costs as the data and the model grow: time and memory.

    python benchmarks/growth.py           # writes benchmarks/growth.csv and benchmarks/growth.svg

Each point runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
SIZES = (120, 360, 1200, 3600, 12_000, 36_000, 100_000)
INDICATORS = (8, 15, 22, 30)
ROUNDS = 3

POINT = """
import json, resource, sys, time
import numpy as np, pandas as pd
from companion import sem

n, indicators, draws, rounds = (int(word) for word in sys.argv[1:])
rng = np.random.default_rng(n + indicators)
neg, like = rng.integers(0, 2, (2, n))
scores, names, lines = {}, ("psr", "pk", "pa"), []
scores["psr"] = -0.4 * neg + 0.8 * neg * like + rng.normal(size=n)
scores["pk"] = -0.4 * scores["psr"] + rng.normal(size=n)
scores["pa"] = -0.4 * scores["pk"] + 0.3 * scores["psr"] + rng.normal(size=n)
data = {"neg": neg, "like": like}
for i in range(indicators):
    data[f"{names[i % 3]}{i}"] = scores[names[i % 3]] + 0.8 * rng.normal(size=n)
data = pd.DataFrame(data)
model = "\\n".join(f"{name} =~ " + " + ".join(c for c in data if c.rstrip("0123456789") == name) for name in names)
model += "\\npsr ~ neg + like + neg:like\\npk ~ psr + neg + like + neg:like\\npa ~ pk + psr + neg + like + neg:like"
fit = sem.fit(model, data)
fit.bootstrap(16, 1)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
times = []
for seed in range(rounds):
    start = time.perf_counter()
    fit.bootstrap(draws, seed)
    times.append((time.perf_counter() - start) / draws)
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
middle = 1000 * sorted(times)[len(times) // 2]
print(json.dumps({"ms_per_draw": middle, "peak_mb": after / 1024, "before_mb": before / 1024}))
"""


def point(n: int, indicators: int) -> dict[str, float]:
    """Measure one size in a process of its own."""
    draws = 2048 if n <= 3600 else 256 if n <= 36_000 else 96
    command = [sys.executable, "-c", POINT, str(n), str(indicators), str(draws), str(ROUNDS)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    row = {"n": n, "indicators": indicators, "draws": draws, **json.loads(done.stdout)}
    print(row, flush=True)
    return row


def main() -> None:
    """Measure, write the table and draw the figure."""
    rows = [point(n, 15) for n in SIZES] + [point(360, indicators) for indicators in INDICATORS if indicators != 15]
    table = pd.DataFrame(rows)
    table.to_csv(HERE / "growth.csv", index=False, float_format="%.5g")
    draw(table)


def draw(table: pd.DataFrame) -> None:
    """Draw time by n, time by indicators, and memory by n."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "growth"
    import matplotlib.pyplot as plt

    by_n = table[table["indicators"] == 15].sort_values("n")
    by_size = table[table["n"] == 360].sort_values("indicators")
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(10, 3.2), layout="constrained")
    left.loglog(by_n["n"], by_n["ms_per_draw"], "o-", color="#1b6ca8")
    last = by_n.iloc[-1]
    left.loglog(by_n["n"], last["ms_per_draw"] * by_n["n"] / last["n"], "--", color="0.6")
    left.set(xlabel="n (15 indicators)", ylabel="ms a draw", title="Time; dashed: linear in n")
    middle.plot(by_size["indicators"], by_size["ms_per_draw"], "o-", color="#1b6ca8")
    middle.set(xlabel="indicators (n = 360)", ylabel="ms a draw", title="Time", ylim=(0, None))
    right.semilogx(by_n["n"], by_n["peak_mb"], "o-", color="#b8531a")
    right.set(xlabel="n (15 indicators)", ylabel="MB at the peak of the process", title="Memory", ylim=(0, None))
    figure.savefig(HERE / "growth.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
