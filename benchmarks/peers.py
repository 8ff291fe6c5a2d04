"""Our bootstrap beside lavaan's, semopy's and pingouin's, in one run on one machine.

    python benchmarks/peers.py            # writes benchmarks/peers.csv

Every figure is the median of five rounds; in each round the engines take turns, so that whatever else the machine does
weighs on all of them.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from companion import sem

HERE = Path(__file__).parent
REFERENCE = HERE.parent / "tests" / "reference"
MODEL = REFERENCE / "study-360" / "model.txt"
ROUNDS, DRAWS, LAVAAN_DRAWS, SEMOPY_FITS, MEDIATION_DRAWS = 5, 10_000, 30, 8, 5000
MEDIATION = "pk1 ~ a*psr1\npa1 ~ b*pk1 + psr1\nindirect := a*b"

SEMOPY = """
import sys, time, numpy as np, pandas as pd, semopy
text = sys.stdin.read()
data = pd.read_csv(sys.argv[1]).astype(float)
data["negXlike"], data["negXreply"] = data["neg"] * data["like"], data["neg"] * data["reply"]
rng, fits = np.random.default_rng(1), int(sys.argv[2])
semopy.Model(text).fit(data)
start = time.perf_counter()
for _ in range(fits):
    semopy.Model(text).fit(data.iloc[rng.integers(0, len(data), len(data))].reset_index(drop=True))
print((time.perf_counter() - start) / fits)
"""


def timed(work: Callable[[], object]) -> float:
    """Give the seconds that `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ours(n: int) -> float:
    """Give seconds a draw, from the data frame to the estimates of every draw."""
    fit = sem.fit(MODEL.read_text(), pd.read_csv(REFERENCE / "data" / f"study-{n}.csv"))
    return timed(lambda: fit.bootstrap(DRAWS, 1).estimates) / DRAWS


def lavaan(n: int) -> float:
    """Give seconds a draw of bootstrapLavaan, serial."""
    data = REFERENCE / "data" / f"study-{n}.csv"
    command = ["Rscript", str(HERE / "lavaan_bootstrap.R"), str(MODEL), str(data), str(LAVAAN_DRAWS)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def semopy(threads: str | None) -> float:
    """Give seconds a refit of semopy at n = 360, with BLAS limited to `threads` or as it comes."""
    text = MODEL.read_text().split("serial_none")[0].replace("neg:", "negX")
    environment = {key: value for key, value in os.environ.items() if not key.endswith("_NUM_THREADS")}
    if threads is not None:
        environment |= {f"{library}_NUM_THREADS": threads for library in ("OMP", "OPENBLAS", "MKL")}
    command = [sys.executable, "-c", SEMOPY, str(REFERENCE / "data" / "study-360.csv"), str(SEMOPY_FITS)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, input=text, env=environment)
    return float(done.stdout.splitlines()[-1])


def our_mediation() -> float:
    """Give seconds for 5,000 draws of a simple mediation."""
    data = pd.read_csv(REFERENCE / "data" / "study-360.csv")
    return timed(lambda: sem.fit(MEDIATION, data).bootstrap(MEDIATION_DRAWS, 1).ci())


def pingouins_mediation() -> float:
    """Give seconds for pingouin's 5,000 draws of the same."""
    import pingouin

    data = pd.read_csv(REFERENCE / "data" / "study-360.csv").astype(float)
    return timed(lambda: pingouin.mediation_analysis(data, "psr1", "pk1", "pa1", n_boot=MEDIATION_DRAWS, seed=1))


def single_fit() -> float:
    """Give seconds for one fit with estimates, standard errors and measures."""
    text, data = MODEL.read_text(), pd.read_csv(REFERENCE / "data" / "study-360.csv")

    def work() -> object:
        fit = sem.fit(text, data)
        return fit.estimates, fit.measures

    return timed(work)


def importing() -> float:
    """Give seconds that ``import companion.sem`` takes in a new process, its bytecode compiled."""
    code = "import time; start = time.perf_counter(); import companion.sem; print(time.perf_counter() - start)"
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as cache:
        environment["PYTHONPYCACHEPREFIX"] = cache
        for _ in range(2):
            done = subprocess.run(
                [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment
            )
    return float(done.stdout)


ENGINES: dict[str, Callable[[], float]] = {
    **{f"ours, study model, n = {n}, a draw": (lambda n=n: ours(n)) for n in (120, 360, 1200)},  # type: ignore[misc]
    **{f"lavaan, study model, n = {n}, a draw": (lambda n=n: lavaan(n)) for n in (120, 360, 1200)},  # type: ignore[misc]
    "semopy, study model, n = 360, a refit, one BLAS thread": lambda: semopy("1"),
    "semopy, study model, n = 360, a refit, BLAS as it comes": lambda: semopy(None),
    "ours, simple mediation, 5,000 draws": our_mediation,
    "pingouin, simple mediation, 5,000 draws": pingouins_mediation,
    "ours, one fit with errors and measures": single_fit,
    "ours, import": importing,
}
RATIOS = {
    **{f"lavaan, study model, n = {n}, a draw": f"ours, study model, n = {n}, a draw" for n in (120, 360, 1200)},
    "semopy, study model, n = 360, a refit, one BLAS thread": "ours, study model, n = 360, a draw",
    "semopy, study model, n = 360, a refit, BLAS as it comes": "ours, study model, n = 360, a draw",
    "pingouin, simple mediation, 5,000 draws": "ours, simple mediation, 5,000 draws",
}


def main() -> None:
    """Run the rounds and write the table."""
    seconds: dict[str, list[float]] = {name: [] for name in ENGINES}
    for turn in range(ROUNDS):
        for name, engine in ENGINES.items():
            seconds[name].append(engine())
            print(f"round {turn + 1}: {name}: {1000 * seconds[name][-1]:.3f} ms", flush=True)
    median = {name: statistics.median(values) for name, values in seconds.items()}
    table = pd.DataFrame(
        {
            "what": list(ENGINES),
            "median_ms": [1000 * median[name] for name in ENGINES],
            "least_ms": [1000 * min(seconds[name]) for name in ENGINES],
            "most_ms": [1000 * max(seconds[name]) for name in ENGINES],
            "times_ours": [median[name] / median[RATIOS[name]] if name in RATIOS else np.nan for name in ENGINES],
        }
    )
    target = HERE / "peers.csv"
    with tempfile.NamedTemporaryFile("w", dir=HERE, delete=False, suffix=".csv") as aside:
        table.to_csv(aside, index=False, float_format="%.5g")
    Path(aside.name).replace(target)
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
