"""On a Dask scheduler a plan gives the same bits, whoever dies, and a worker that would give others gives none."""

from __future__ import annotations

import errno
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
import tiny_plans
from typer.testing import CliRunner

import companion
from companion import store
from companion.cli import app
from companion.errors import InputError
from companion.root import ROOT
from companion.store import Store
from companion.truth import cluster, replications
from companion.truth.plan import Planned
from companion.truth.replications import Part

pytestmark = pytest.mark.cluster

RUN = CliRunner()
PATIENCE = 600
"""Seconds, as long as another test may be building the book in this folder."""
FIELDS = ("people", "converged", "admissible", "est", "lower", "upper")
PARTS = 16
CHAPTER = (ROOT / "chapters/implications/how-many-followers.md").read_text(encoding="utf-8")
SCHEDULER, WORKER = (
    shlex.split(re.search(rf"^dask {name} .*127.*$", CHAPTER, flags=re.MULTILINE)[0])[1:]  # type: ignore[index]
    for name in ("scheduler", "worker")
)
"""What the chapter tells readers to start; here on any free port, and a worker without what would start it again."""
DIES = ("--no-nanny", "--nworkers", "1")


@contextmanager
def started(folder: Path, *command: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start one process of Dask in a folder, so that it finds this package where it is installed, and end it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *command],
        cwd=folder,
        env={**os.environ, **environment},
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def scheduler(folder: Path, **environment: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    told = folder / "scheduler.json"
    free = [re.sub(r":\d+$", ":0", word) for word in SCHEDULER]
    with started(folder, *free, "--port", "0", "--scheduler-file", str(told), **environment) as process:
        until(lambda: told.exists() and told.read_text().endswith("}"))
        yield json.loads(told.read_text())["address"], process


@contextmanager
def worker(address: str, folder: Path, *options: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a worker, and wait until the scheduler knows it."""
    known = len(workers(address))
    command = [address if word.startswith("tcp:") else word for word in WORKER]
    with started(folder, *command, *DIES, "--local-directory", str(folder), *options, **environment) as process:
        until(lambda: len(workers(address)) > known)
        yield process


def workers(address: str) -> list[str]:
    with cluster.connected(address) as client:
        return list(client.nthreads())


def given(address: str, name: str) -> tuple[str, ...]:
    """Give the jobs that the scheduler has given a worker and has no result of."""
    with cluster.connected(address) as client:
        jobs: tuple[str, ...] = client.processing()[name]
        return jobs


def hold(pid: int) -> None:
    """Stop a worker in its tracks: for the scheduler it is still there, and it finishes nothing that it is given."""
    psutil.Process(pid).suspend()


def after_the_check(monkeypatch: pytest.MonkeyPatch, act: Callable[[Any], object]) -> None:
    """Do something with the client once the workers have said what their digits rest on."""
    check = cluster.check

    def checked(client: Any, *said: Any) -> None:
        check(client, *said)
        act(client)

    monkeypatch.setattr(cluster, "check", checked)


def around_results(
    monkeypatch: pytest.MonkeyPatch, before: Sequence[Callable[[], object]], after: Sequence[Callable[[], object]]
) -> None:
    """Do something before the engine waits for its first results, its second..., and once it has them."""
    ended, befores, afters = cluster.ended, iter(before), iter(after)
    waiting = False  # it may look several times before there is one

    def has_ended(running: Iterable[Any], client: Any) -> list[Any]:
        nonlocal waiting
        if not waiting:
            next(befores, bool)()
        results = ended(running, client)
        waiting = not results
        if not waiting:
            next(afters, bool)()
        return results

    monkeypatch.setattr(cluster, "ended", has_ended)


def until(there: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture(scope="module", autouse=True)
def _few_together() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replications, "TOGETHER", 2)
        yield


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a scheduler with one worker."""
    folder = tmp_path_factory.mktemp("cluster")
    with scheduler(folder) as (there, _), worker(there, folder):
        yield there


@pytest.fixture(scope="module")
def other_version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a package in which a file that can influence a digit differs."""
    folder = tmp_path_factory.mktemp("other")
    own = Path(companion.__file__).parent
    shutil.copytree(own, folder / "companion", ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "companion/truth/population.py").open("a", encoding="utf-8") as file:
        file.write("# edited\n")
    return folder


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Planned:
    return tiny_plans.planned(tmp_path_factory.mktemp("plan"), replications=2 * PARTS)


@pytest.fixture(scope="module")
def serial(planned: Planned, tmp_path_factory: pytest.TempPathFactory) -> Part:
    """Give what the plan finds in one process."""
    folder = tmp_path_factory.mktemp("serial")
    list(replications.run(replications.jobs_of(planned), Store(folder)))
    return kept(planned, folder)


def kept(planned: Planned, folder: Path) -> Part:
    return replications.results(planned.designs[0], planned.plan.replications, Store(folder))


def same(one: Part, other: Part) -> bool:
    return all(getattr(one, field).tobytes() == getattr(other, field).tobytes() for field in FIELDS)


def said(errors: str) -> str:
    """Give what a command complained of, without whom it waited for: another test may be at work in this folder."""
    return "".join(line for line in errors.splitlines(keepends=True) if not line.startswith("Waiting for "))


def results_in(folder: Path) -> int:
    return len(list(folder.glob("*/*.pickle")))


def test_a_worker_that_is_killed_midway_changes_no_bit(
    address: str, planned: Planned, serial: Part, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "AHEAD", PARTS // 2)
    folder, jobs = tmp_path / "cluster", replications.jobs_of(planned)
    with cluster.connected(address) as client:
        [first] = client.run(os.getpid).values()
    [stays] = workers(address)
    with worker(address, tmp_path) as second:
        [dies] = {*workers(address)} - {stays}
        # Neither may finish before both have jobs: a quick one would be given them all.
        after_the_check(monkeypatch, lambda _: [hold(first), hold(second.pid)])
        both = lambda: given(address, stays) and given(address, dies)  # noqa: E731
        around_results(monkeypatch, before=[lambda: (until(both), psutil.Process(first).resume())], after=[])
        done = replications.run(jobs, Store(folder), cluster.on(address))
        try:
            next(done)
        finally:
            psutil.Process(first).resume()  # the other tests need it
        assert given(address, dies)
        second.kill()
        assert 0 < results_in(folder) < len(jobs) / 2
        list(done)
        assert workers(address) == [stays]
    assert same(kept(planned, folder), serial)


def test_a_result_that_is_lost_with_its_worker_before_it_came_here_is_computed_again(
    address: str, planned: Planned, serial: Part, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "LOOK", 2)
    with cluster.connected(address) as client:
        [first] = client.run(os.getpid).values()
    with worker(address, tmp_path) as second:
        after_the_check(monkeypatch, lambda _: hold(first))  # so that the other has the first results
        lost = lambda: (second.kill(), psutil.Process(first).resume())  # noqa: E731
        around_results(monkeypatch, before=[], after=[lost])
        try:
            list(replications.run(replications.jobs_of(planned), Store(tmp_path / "out"), cluster.on(address)))
        finally:
            psutil.Process(first).resume()  # the other tests need it
    assert same(kept(planned, tmp_path / "out"), serial)


def test_when_the_scheduler_dies_midway_what_is_done_stays_and_a_second_run_goes_on(
    planned: Planned, serial: Part, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "AHEAD", PARTS // 2)
    folder, jobs = tmp_path / "cluster", replications.jobs_of(planned)
    with scheduler(tmp_path) as (own, process), worker(own, tmp_path):
        done = replications.run(jobs, Store(folder), cluster.on(own))
        next(done)
        process.kill()
        with pytest.raises(InputError, match=f"{own}: The scheduler has gone. .* What was computed is kept"):
            list(done)
    before = results_in(folder)
    assert 0 < before < len(jobs)
    computed: list[object] = []
    list(replications.run(jobs, Store(folder), lambda left: replications.serially(computed.extend(left) or left)))
    assert len(computed) == len(jobs) - before
    assert same(kept(planned, folder), serial)


def test_when_the_scheduler_has_been_given_up_before_more_jobs_are_sent_that_is_told(
    planned: Planned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "AHEAD", 1)
    clients: list[Any] = []
    after_the_check(monkeypatch, clients.append)
    with scheduler(tmp_path) as (own, process), worker(own, tmp_path):
        done = replications.run(replications.jobs_of(planned), Store(tmp_path / "out"), cluster.on(own))
        next(done)
        process.kill()
        until(lambda: clients[0].status == "closed")
        with pytest.raises(InputError, match=f"{own}: The scheduler has gone. .* What was computed is kept"):
            list(done)
    assert results_in(tmp_path / "out") == 1


def test_workers_that_would_give_other_digits_are_named_and_get_no_job(
    address: str, other_version: Path, tmp_path: Path
) -> None:
    plan, out = tiny_plans.written(tmp_path), tmp_path / "out"
    [good] = workers(address)
    with (
        worker(address, tmp_path, PYTHONPATH=str(other_version)),
        worker(address, tmp_path, "--nthreads", "3"),
    ):
        result = RUN.invoke(app, ["plan", str(plan), "--out", str(out), "--scheduler", address])
        told = dict(line.split(": ", maxsplit=1) for line in said(result.stderr).splitlines())
        assert told.keys() == {*workers(address)} - {good}
    assert result.exit_code == 2
    assert results_in(out / "replications") == 0
    assert sorted(told.values()) == [
        "This worker computes 3 jobs at once in one process. Start it with `--nworkers 3 --nthreads 1`.",
        "This worker has another version of companion than this machine. Install there what is installed here, and "
        "start it again.",
    ]


def test_a_worker_of_another_version_that_joins_after_the_others_were_asked_is_refused_by_its_first_job(
    address: str, other_version: Path, planned: Planned, serial: Part, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "check", lambda *_: None)
    [good] = workers(address)
    with worker(address, tmp_path, PYTHONPATH=str(other_version)):
        [late] = {*workers(address)} - {good}
        with pytest.raises(InputError, match=f"{late}: This worker has another version of companion"):
            list(replications.run(replications.jobs_of(planned), Store(tmp_path / "out"), cluster.on(address)))
    list(replications.run(replications.jobs_of(planned), Store(tmp_path / "out"), cluster.on(address)))
    assert same(kept(planned, tmp_path / "out"), serial)


@pytest.mark.parametrize(
    ("worker_s", "ours", "told"),
    [
        ("", "0.68.1", ["This worker has no Numba, this machine Numba 0.68.1."]),
        ("0.68.1", "", ["This worker has Numba 0.68.1, this machine no Numba."]),
        ("0.68.1", "0.68.1", []),
        ("", "", []),
    ],
)
def test_numba_is_on_all_workers_or_on_none(worker_s: str, ours: str, told: list[str]) -> None:
    own, wanted = (cluster.Maker("a", "2.4.6", numba, 1) for numba in (worker_s, ours))
    assert [problem.message for problem in cluster.differences("tcp://10.0.0.7:4000", own, wanted)] == told


def test_a_worker_without_the_package_is_named(address: str, tmp_path: Path) -> None:
    [good] = workers(address)
    (tmp_path / "companion.py").write_text("", encoding="utf-8")
    with worker(address, tmp_path, PYTHONPATH=str(tmp_path)):
        [bare] = {*workers(address)} - {good}
        with cluster.connected(address) as client, pytest.raises(InputError) as error:
            cluster.check(client, address, cluster.maker())
    assert str(error.value).startswith(f"{bare}: This worker cannot say which companion it has: ModuleNotFoundError(")


def test_a_full_disk_is_told_and_what_was_kept_before_stays(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, out = tiny_plans.written(tmp_path), tmp_path / "out"
    write = store.write_aside

    def fills_up(path: Path, content: bytes) -> None:
        if results_in(out / "replications"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        write(path, content)

    monkeypatch.setattr(store, "write_aside", fills_up)
    result = RUN.invoke(app, ["plan", str(plan), "--out", str(out), "--scheduler", address])
    assert result.exit_code == 2
    assert result.stderr.endswith(
        "The disk is full. Make room and run the command again; what was there stands as it was.\n"
    )
    assert results_in(out / "replications") == 1


def test_what_the_chapter_starts_listens_on_this_machine_alone_and_has_one_job_a_process(tmp_path: Path) -> None:
    with scheduler(tmp_path) as (own, process):
        command = [own if word.startswith("tcp:") else word for word in WORKER]
        with started(tmp_path, *command, "--local-directory", str(tmp_path)) as nanny:
            until(lambda: len(workers(own)) == 2)
            tree = [
                process.pid,
                nanny.pid,
                *(child.pid for child in psutil.Process(nanny.pid).children(recursive=True)),
            ]
            listening = {
                connection.laddr.ip
                for pid in tree
                for connection in psutil.Process(pid).net_connections()
                if connection.status == psutil.CONN_LISTEN
            }
            with cluster.connected(own) as client:
                cluster.check(client, own, cluster.maker())
            nanny.terminate()
            nanny.wait()
    assert listening == {"127.0.0.1"}


@pytest.mark.parametrize(
    ("there", "told"),
    [
        (
            "tcp://127.0.0.1:1",
            "No Dask scheduler answers there: Timed out trying to connect to tcp://127.0.0.1:1 after",
        ),
        (
            "tls://127.0.0.1:1",
            "TLS needs certificates, and Dask's configuration names none. Name them under distributed",
        ),
    ],
)
def test_a_scheduler_that_is_not_there_is_told_in_a_line_within_seconds(there: str, told: str, tmp_path: Path) -> None:
    plan, out = tiny_plans.written(tmp_path), tmp_path / "out"
    command = [Path(sys.executable).with_name("companion"), "plan", plan, "--out", out, "--scheduler", there]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert (result.returncode, said(result.stderr).count("\n")) == (2, 1), result.stderr
    assert said(result.stderr).startswith(f"{there}: {told}")


@pytest.mark.parametrize("address", ["127.0.0.1:8786", "gopher://127.0.0.1:1", "tcp://127.0.0.1"])
def test_what_is_no_address_of_a_scheduler_is_told(address: str, tmp_path: Path) -> None:
    result = RUN.invoke(app, ["plan", str(tiny_plans.written(tmp_path)), "--scheduler", address])
    assert result.exit_code == 2
    assert result.stderr == (
        f"--scheduler, value '{address}': This is no address. Write tcp://host:port, tls://host:port or local.\n"
    )


@pytest.mark.parametrize(
    ("failures", "told"),
    [
        ("9", "This scheduler has no worker left. Start one. What was computed is kept"),
        ("0", "Every worker that was given one of the jobs died (1, the last was WORKER)."),
    ],
)
def test_when_the_last_worker_dies_that_is_told(
    failures: str, told: str, planned: Planned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "LOOK", 0.1)
    monkeypatch.setattr(cluster, "AHEAD", PARTS // 2)
    jobs, setting = replications.jobs_of(planned), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES"
    with scheduler(tmp_path, **{setting: failures}) as (own, _):
        with worker(own, tmp_path) as only:
            [name] = workers(own)
            done = replications.run(jobs, Store(tmp_path / "out"), cluster.on(own))
            next(done)
            hold(only.pid)
            dies_at_work = lambda: [until(lambda: given(own, name)), only.kill()]  # noqa: E731
            around_results(monkeypatch, before=[dies_at_work], after=[])
            with pytest.raises(InputError) as error:
                list(done)
        with cluster.connected(own) as client, pytest.raises(InputError, match=r"This scheduler has no worker\. Start"):
            cluster.check(client, own, cluster.maker())
    assert str(error.value).startswith(f"{own}: {told.replace('WORKER', name)}")
    assert 0 < results_in(tmp_path / "out") < len(jobs)


def test_without_the_library_the_extra_that_brings_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, cluster.LIBRARY, None)
    plan = tiny_plans.written(tmp_path)
    result = RUN.invoke(app, ["plan", str(plan), "--out", str(tmp_path / "out"), "--scheduler", "tcp://127.0.0.1:1"])
    assert result.exit_code == 2
    assert said(result.stderr) == (
        "--scheduler: It needs the package distributed, which is not installed here. Install companion with its extra "
        "`cluster`, here and for each worker, or let --workers simulate here.\n"
    )


def listening(process: psutil.Process) -> set[tuple[str, int]]:
    """Give the addresses and ports at which a process listens, none if it has ended."""
    try:
        return {tuple(one.laddr) for one in process.net_connections() if one.status == psutil.CONN_LISTEN}
    except psutil.NoSuchProcess:
        return set()


@pytest.fixture
def own_workers() -> Iterator[Callable[[], list[psutil.Process]]]:
    """Give what names the workers of a local cluster: who listens of those that were not there before, none at last."""
    here = psutil.Process()
    before = {*here.children(recursive=True)}

    def found() -> list[psutil.Process]:
        return [child for child in here.children(recursive=True) if child not in before and listening(child)]

    yield found
    assert not found()


def test_a_local_cluster_of_two_with_a_worker_killed_midway_gives_the_bits_of_the_serial_run(
    planned: Planned,
    serial: Part,
    own_workers: Callable[[], list[psutil.Process]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster, "AHEAD", PARTS // 2)
    done = replications.run(replications.jobs_of(planned), Store(tmp_path), cluster.started_here(2))
    next(done)
    dies, _ = own_workers()
    dies.kill()
    list(done)
    assert same(kept(planned, tmp_path), serial)


def test_a_local_cluster_listens_on_this_machine_alone(
    planned: Planned, own_workers: Callable[[], list[psutil.Process]], tmp_path: Path
) -> None:
    before = listening(psutil.Process())
    done = replications.run(replications.jobs_of(planned), Store(tmp_path), cluster.started_here(1))
    next(done)
    [worker] = own_workers()
    ours = listening(psutil.Process()) - before
    assert [{ip for ip, _ in places} for places in (listening(worker), ours)] == [{"127.0.0.1"}, {"127.0.0.1"}]
    list(done)


def test_a_local_cluster_that_cannot_start_is_told_in_a_line(planned: Planned, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_: object) -> None:
        raise RuntimeError("Nanny failed to start.")

    monkeypatch.setattr(cluster.library(), "LocalCluster", fails)
    with pytest.raises(InputError, match=r"^--scheduler local: .* not be started: Nanny failed to start\. Ask for"):
        list(cluster.started_here(2)(replications.jobs_of(planned)))


def test_the_command_takes_local_for_a_scheduler_and_starts_as_many_workers_as_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, found, there = tiny_plans.written(tmp_path), [], []
    after_the_check(monkeypatch, lambda client: there.extend(client.nthreads().values()))
    for name, more in (("local", ["--scheduler", "local", "--workers", "2"]), ("serial", [])):
        result = RUN.invoke(app, ["plan", str(plan), "--out", str(tmp_path / name), *more])
        assert (result.exit_code, said(result.stderr)) == (0, "")
        found.append({path.name: path.read_bytes() for path in (tmp_path / name).glob("*.csv")})
    assert there == [1, 1]
    assert found[0] == found[1] != {}


def test_processes_here_and_a_scheduler_are_not_asked_for_together(tmp_path: Path) -> None:
    plan = tiny_plans.written(tmp_path)
    result = RUN.invoke(app, ["plan", str(plan), "--workers", "2", "--scheduler", "tcp://127.0.0.1:1"])
    assert (result.exit_code, result.stderr.split(":")[0]) == (2, "--workers")
