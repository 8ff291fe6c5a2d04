"""What reading a survey file costs as it grows, in seconds of the processor and peak memory, beside pandas.

    python benchmarks/importing.py           # writes benchmarks/importing.csv

The files hold the people of the simulated survey again and again, each time with another name, address, moment and
times: these columns cost most, since no text in them repeats. Each reading runs in a process of its own, so that its
peak memory is its own; the engines take turns, and the ratio is of times in one run.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
ROOT = HERE.parent
SIZES = (1_000, 10_000, 100_000, 1_000_000)
HEADER_ROWS = 3
FIRST, SPAN = datetime(2026, 1, 1), 10_000_000  # when the first person began, and seconds until the last did
MOMENTS = {"StartDate": 0, "EndDate": 600, "RecordedDate": 601}
"""Columns of moments, and by how many seconds each is later than the first."""
ENGINES = {
    "pandas": "pd.read_csv(file, dtype=str, keep_default_na=False)",
    "read": "imported.read(file, asked)",
    "select": "sample.select(imported.read(file, asked).export, asked, plan)",
}
"""pandas alone; the file read, mapped and checked; the same with the rules applied and the answers scored."""
READING = """
import json, resource, sys, time
from pathlib import Path
import pandas as pd
from companion.root import ROOT
from companion.survey import imported, questionnaire, sample

file = Path(sys.argv[1])
asked = questionnaire.load_questionnaire(ROOT / "data/questionnaire.yml")
plan = questionnaire.load_analysis(ROOT / "data/analysis.yml")
start = time.process_time()
{engine}
seconds = time.process_time() - start
print(json.dumps({{"seconds": seconds, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}}))
"""


def survey(people: int, file: Path) -> None:
    """Write a file with so many people, of whom each has moments, addresses, page times and a name of their own."""
    with (ROOT / "data/survey.csv").open(encoding="utf-8", newline="") as shipped:
        rows = list(csv.reader(shipped))
    head, body = rows[:HEADER_ROWS], rows[HEADER_ROWS:]
    place = {name: number for number, name in enumerate(head[0])}
    timed = [number for name, number in place.items() if name.endswith(("First Click", "Last Click", "Page Submit"))]
    draw = random.Random(1)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerows(head)
        for number in range(people):
            row = list(body[number % len(body)])
            began = FIRST + timedelta(seconds=draw.randrange(SPAN))
            for name, later in MOMENTS.items():
                row[place[name]] = (began + timedelta(seconds=later)).isoformat(" ")
            row[place["ResponseId"]] = f"R_SIMULATED_{number:07d}"
            row[place["ExternalReference"]] = f"invitation-{number:07d}"
            row[place["RecipientEmail"]] = f"person-{number}@example.org"
            row[place["IPAddress"]] = ".".join(["10", *(str(draw.randrange(256)) for _ in range(3))])
            for page in timed:
                if row[page]:
                    row[page] = f"{float(row[page]) + draw.random():.3f}"
            writer.writerow(row)


def measured(engine: str, file: Path) -> dict[str, float]:
    """Read a file once, in a process of its own."""
    command = [sys.executable, "-c", READING.format(engine=ENGINES[engine]), str(file)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", type=int, default=SIZES[-1], help="leave out files of more people")
    largest = parser.parse_args().largest
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for people in (size for size in SIZES if size <= largest):
            file = Path(folder) / f"{people}.csv"
            survey(people, file)
            found = {engine: measured(engine, file) for engine in ENGINES}
            row: dict[str, float] = {"people": people, "megabytes": file.stat().st_size / 1e6}
            for engine, one in found.items():
                row |= {f"{engine}_s": one["seconds"], f"{engine}_mb": one["peak_mb"]}
            row |= {
                f"{engine}_ratio": found[engine]["seconds"] / found["pandas"]["seconds"]
                for engine in ("read", "select")
            }
            file.unlink()
            rows.append(row)
            print(row, flush=True)
    pd.DataFrame(rows).to_csv(HERE / "importing.csv", index=False, float_format="%.4g")


if __name__ == "__main__":
    main()
