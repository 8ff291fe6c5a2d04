"""A replication is what plan and seed say, however and wherever it is run."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor
from pathlib import Path

import numpy as np
import psutil
import pytest
import tiny_plans

from companion.store import Store
from companion.truth import replications
from companion.truth.plan import Planned
from companion.truth.replications import Engine, Job, Part

FIELDS = ("people", "converged", "admissible", "est", "lower", "upper")
KILLED = """
import sys
import time
from pathlib import Path
sys.path.insert(0, {tests!r})
import tiny_plans
from companion.store import Store
from companion.truth import replications
if __name__ == "__main__":
    replications.TOGETHER = 2
    planned = tiny_plans.loaded(Path({plan!r}))
    for job in replications.run(replications.jobs_of(planned), Store(Path({store!r}))):
        if isinstance(job, replications.Job):
            time.sleep(60)  # so that whoever kills it is never too late
"""


def ran(planned: Planned, folder: Path, engine: Engine = replications.serially) -> Part:
    kept = Store(folder)
    for _ in replications.run(replications.jobs_of(planned), kept, engine):
        pass
    return replications.results(planned.designs[0], planned.plan.replications, kept)


def same(one: Part, other: Part) -> bool:
    return all(getattr(one, field).tobytes() == getattr(other, field).tobytes() for field in FIELDS)


@pytest.fixture(autouse=True)
def _few_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replications, "TOGETHER", 2)


@pytest.mark.slow
def test_a_run_that_was_killed_goes_on_to_the_same_bits_as_one_that_was_not(tmp_path: Path) -> None:
    path = tiny_plans.written(tmp_path, replications=24)
    planned = tiny_plans.loaded(path)
    store = tmp_path / "killed"
    script = tmp_path / "run.py"
    script.write_text(KILLED.format(tests=str(Path(tiny_plans.__file__).parent), plan=str(path), store=str(store)))
    process = subprocess.Popen([sys.executable, str(script)])
    deadline = time.monotonic() + 120
    while not list(store.glob("replications/*.pickle")) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.kill()
    process.wait()
    done = len(list(store.glob("replications/*.pickle")))
    assert 0 < done < 12
    whole = ran(planned, tmp_path / "serial")
    assert same(ran(planned, store), whole)
    assert not np.isnan(whole.est).any()


def test_what_was_kept_counts_only_where_the_same_program_searches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [_, job, *_] = replications.jobs_of(tiny_plans.planned(tmp_path))
    states = set()
    for version in ("", "0.68.1", "0.68.2"):
        monkeypatch.setattr(replications, "compiler", lambda version=version: version)
        states.add(job.state)
    assert len(states) == 3


@pytest.mark.slow
def test_two_workers_give_the_same_bits_as_one(tmp_path: Path) -> None:
    planned = tiny_plans.planned(tmp_path)
    assert same(ran(planned, tmp_path / "two", replications.in_processes(2)), ran(planned, tmp_path / "one"))


@pytest.mark.slow
@pytest.mark.parametrize(("workers", "jobs"), [(2, 2), (3, 3), (8, 2)])
def test_each_worker_has_a_job_and_this_process_is_one_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int, jobs: int
) -> None:
    [design] = tiny_plans.planned(tmp_path).designs
    parts, here, own = replications.parts_of(design, 2 * jobs), [], replications.part
    monkeypatch.setattr(replications, "part", lambda job: here.append(job) or own(job))
    done = list(replications.in_processes(workers)(parts))
    assert {job.numbers for job, _ in done} == {job.numbers for job in parts}
    assert len(here) == 1


@pytest.mark.slow
def test_what_others_have_found_is_kept_when_this_process_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_late(job: Job) -> Part:
        time.sleep(10)
        raise ZeroDivisionError

    [design] = tiny_plans.planned(tmp_path).designs
    monkeypatch.setattr(replications, "part", fails_late)
    running = replications.run(
        replications.parts_of(design, 6), Store(tmp_path / "store"), replications.in_processes(2)
    )
    with pytest.raises(ZeroDivisionError):
        list(running)
    assert len(list((tmp_path / "store").glob("replications/*.pickle"))) == 2


@pytest.mark.slow
def test_a_run_whose_other_process_is_killed_ends_and_goes_on_to_the_same_bits(tmp_path: Path) -> None:
    planned, kept = tiny_plans.planned(tmp_path, replications=20), Store(tmp_path / "store")
    running = replications.run(replications.jobs_of(planned), kept, replications.in_processes(2))
    next(running)
    for other in multiprocessing.active_children():
        other.kill()
    with pytest.raises(BrokenExecutor):
        list(running)
    assert list((tmp_path / "store").rglob("*.pickle"))
    assert same(ran(planned, tmp_path / "store"), ran(planned, tmp_path / "serial"))


@pytest.mark.slow
def test_the_order_of_the_jobs_does_not_matter(tmp_path: Path) -> None:
    planned = tiny_plans.planned(tmp_path)
    kept = Store(tmp_path / "backwards")
    for _ in replications.run(replications.jobs_of(planned)[::-1], kept):
        pass
    assert same(replications.results(planned.designs[0], 4, kept), ran(planned, tmp_path / "forwards"))


@pytest.mark.slow
def test_what_is_there_is_not_computed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planned = tiny_plans.planned(tmp_path)
    first = ran(planned, tmp_path / "store")
    monkeypatch.setattr(replications, "computed", lambda job: pytest.fail("computed again"))
    assert same(ran(planned, tmp_path / "store"), first)


@pytest.mark.slow
@pytest.mark.parametrize("damage", [lambda whole: whole[: len(whole) // 2], lambda whole: whole[:-1] + b"x"])
def test_a_damaged_part_is_computed_again(tmp_path: Path, damage: object) -> None:
    planned = tiny_plans.planned(tmp_path)
    first = ran(planned, tmp_path / "store")
    part = next((tmp_path / "store").glob("replications/*.pickle"))
    part.write_bytes(damage(part.read_bytes()))  # type: ignore[operator]
    assert same(ran(planned, tmp_path / "store"), first)


def test_a_missing_part_is_not_passed_over(tmp_path: Path) -> None:
    planned = tiny_plans.planned(tmp_path)
    ran(planned, tmp_path / "store")
    next((tmp_path / "store").glob("replications/*.pickle")).unlink()
    with pytest.raises(LookupError, match="not there"):
        replications.results(planned.designs[0], 4, Store(tmp_path / "store"))


def test_another_seed_gives_other_surveys(tmp_path: Path) -> None:
    [design], [other] = tiny_plans.planned(tmp_path).designs, tiny_plans.planned(tmp_path, seed=6).designs
    assert not replications.survey(design, 0).equals(replications.survey(other, 0))


def test_two_replications_are_two_surveys(tmp_path: Path) -> None:
    [design] = tiny_plans.planned(tmp_path).designs
    assert not replications.survey(design, 0).equals(replications.survey(design, 1))


def test_two_analyses_of_a_truth_see_the_same_surveys(tmp_path: Path) -> None:
    analyses = {"means": {"model": "observed", "interval": "delta"}, "sem": {"model": "latent", "interval": "delta"}}
    means, latent = tiny_plans.planned(tmp_path, analyses=analyses).designs
    items = list(latent.truth.items)
    assert replications.survey(means, 3)[items].equals(replications.survey(latent, 3)[items])


def test_whoever_is_lost_is_lost_from_the_cell_that_loses(tmp_path: Path) -> None:
    sample = {"cells": 400, "dropout": [0, 0, 0, 0, 0, 0.5]}
    [design] = tiny_plans.planned(tmp_path, samples={"lossy": sample}).designs
    counts = replications.survey(design, 0).groupby(["valence", "interaction"], observed=True).size().to_numpy()
    assert (counts[:5] == 400).all()
    assert 150 < counts[5] < 250  # a standard deviation is 10


def test_percentile_intervals_lie_around_their_estimates(tmp_path: Path) -> None:
    analyses = {"means": {"model": "observed", "interval": "percentile", "draws": 100}}
    [design] = tiny_plans.planned(tmp_path, analyses=analyses).designs
    part = replications.part(Job(design, range(2)))
    assert ((part.lower < part.est) & (part.est < part.upper)).mean() > 0.95


@pytest.mark.slow
def test_a_worker_ends_when_the_process_that_started_it_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import multiprocessing, sys, time\n"
        "from companion.truth.replications import end_with_parent\n"
        "def work(folder):\n"
        "    end_with_parent()\n"
        "    import os; open(folder + '/pid', 'w').write(str(os.getpid())); time.sleep(300)\n"
        "if __name__ == '__main__':\n"
        "    multiprocessing.get_context('spawn').Process(target=work, args=(sys.argv[1],)).start()\n"
        "    time.sleep(300)\n"
    )
    process = subprocess.Popen([sys.executable, str(script), str(tmp_path)])
    told = tmp_path / "pid"
    deadline = time.monotonic() + 120
    while not (told.exists() and told.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.kill()
    process.wait()
    while alive(int(told.read_text())) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(int(told.read_text()))


def alive(process: int) -> bool:
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
