"""A plan's surveys, drawn and analysed by us on one process and on two, beside lavaan's and semopy's.

    python benchmarks/replications.py     # writes benchmarks/replications.csv

The design is the latent model at n = 360. lavaan runs the very script that `companion plan --r` writes, timed inside R;
semopy fits surveys that we drew, without intervals. Ours are the median of three rounds, with the start of the second
process; `efficiency` is the speed of two processes by twice that of one. Of the peers fewer surveys are timed, and
`seconds_a_thousand` says what a thousand would take.
"""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from companion.analysis import mediation
from companion.root import ROOT
from companion.store import Store
from companion.threads import one_thread
from companion.truth import in_r, plan, replications

HERE = Path(__file__).parent
ROUNDS, DRAWS = 3, 1000


def planned(folder: Path, interval: str, count: int) -> plan.Planned:
    """Give a plan of one design with so many replications."""
    from companion import study  # here, since each process that is started to work beside this one reads this file

    whole = {
        "title": "Benchmark",
        "seed": 2022,
        "replications": count,
        "population": 10_000,
        "claims": ["R4"],
        "truths": {"reversal": {"file": str(ROOT / study.TRUTHS["reversal"])}},
        "scales": {"as asked": {}},
        "samples": {"360": {"cells": 60}},
        "analyses": {"latent": {"model": "latent", "interval": interval, "draws": DRAWS}},
    }
    file = folder / "plan.yml"
    file.write_text(yaml.safe_dump(whole, sort_keys=False), encoding="utf-8")
    current = study.of_this_book()
    items = mediation.items_of(current.questionnaire, current.analysis)
    return plan.load_plan(file, current.questionnaire, items, current.stated_claims)


def timed(work: Callable[[], object]) -> float:
    """Give the seconds that `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def ours(interval: str, count: int, workers: int) -> float:
    """Give the seconds of so many replications in so many processes, from nothing to what is kept on disk."""
    with tempfile.TemporaryDirectory() as folder:
        [design] = planned(Path(folder), interval, count).designs
        jobs, kept = replications.parts_of(design, count), Store(Path(folder))
        return timed(lambda: list(replications.run(jobs, kept, replications.in_processes(workers))))


def lavaan(interval: str, count: int) -> float:
    """Give the seconds of so many replications by the script that a plan writes for R, its library loaded before."""
    from companion import study

    with tempfile.TemporaryDirectory() as folder:
        read = planned(Path(folder), interval, count)
        script = in_r.script(read.designs[0], read.plan, study.of_this_book().stated_claims)
        loading, rest = script.split("library(lavaan)\n")
        file = Path(folder) / "timed.R"
        file.write_text(f"{loading}library(lavaan)\nstart <- proc.time()\n{rest}\ncat((proc.time() - start)[[3]])\n")
        done = subprocess.run(["Rscript", str(file)], check=True, capture_output=True, text=True)
    return float(done.stdout.split()[-1])


def of_semopy(count: int) -> float:
    """Give the seconds in which semopy fits so many surveys, on one thread."""
    import semopy  # here, as `study` in `planned`

    with tempfile.TemporaryDirectory() as folder:
        [design] = planned(Path(folder), "monte-carlo", count).designs
    lines = replications.model(design).splitlines()
    text = "\n".join(line for line in lines if ":=" not in line).replace("neg:", "negX")
    samples = [replications.survey(design, number).select_dtypes("number").astype(float) for number in range(count)]
    products = [{f"negX{at}": sample["neg"] * sample[at] for at in ("like", "reply")} for sample in samples]
    whole = [sample.assign(**more) for sample, more in zip(samples, products, strict=True)]
    with one_thread():
        return timed(lambda: [semopy.Model(text).fit(sample) for sample in whole])


def by_processes(interval: str, count: int) -> tuple[float, float]:
    """Give the median seconds of a thousand replications in one process and in two, which take turns."""
    rounds = [[1000 * ours(interval, count, workers) / count for workers in (1, 2)] for _ in range(ROUNDS)]
    one, two = (statistics.median(taken) for taken in zip(*rounds, strict=True))
    return one, two


def main() -> None:
    """Time each kind of interval and the peers, and write the table."""
    ours("monte-carlo", replications.TOGETHER, 1)  # what Numba compiles is there from now on
    peers = {
        "monte-carlo": [
            ("lavaan", 1000 * lavaan("monte-carlo", 50) / 50),
            ("semopy, no intervals", 50 * of_semopy(20)),
        ],
        "percentile": [("lavaan", 500 * lavaan("percentile", 2))],
    }
    rows: list[tuple[str, str, float, float, float]] = []
    for interval, count in (("monte-carlo", 1000), ("monte-carlo", 4000), ("percentile", 400)):
        one, two = by_processes(interval, count)
        rows.append((f"ours, one process, {count} surveys", interval, one, np.nan, np.nan))
        rows.append((f"ours, two processes, {count} surveys", interval, two, np.nan, one / two / 2))
        rows += [(name, interval, taken, taken / one, np.nan) for name, taken in peers.pop(interval, [])]
    columns = ["what", "interval", "seconds_a_thousand", "times_ours", "efficiency"]
    table = pd.DataFrame(rows, columns=columns)
    with tempfile.NamedTemporaryFile("w", dir=HERE, delete=False, suffix=".csv") as aside:
        table.to_csv(aside, index=False, float_format="%.4g")
    Path(aside.name).replace(HERE / "replications.csv")
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
