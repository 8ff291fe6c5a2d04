"""The jobs of a plan on the workers of a Dask scheduler: one that somebody has started, or one of our own.

What is started here listens on this machine alone.

Dask moves jobs and results, and gives a job to another worker where one dies. What it cannot know is kept here: that a
worker which would compute other digits computes none. Every worker says what its digits rest on before a job is sent,
and again with each job, since one may join later.
"""

from __future__ import annotations

import importlib
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from companion.errors import InputError, Problem
from companion.sem.search import compiler
from companion.truth import replications
from companion.truth.population import Array
from companion.truth.replications import Computed, Engine, Job, Part, Population

LIBRARY = "distributed"
CONNECT = 5
"""Seconds in which a scheduler has to answer."""
LOOK = 10
"""Seconds without a result after which it is asked whether anybody is left to give one."""
LOOKS = 6
"""Times in a row that nobody may be there: a worker that is started again, or waits in a queue, gets this long."""
AHEAD = 1000
"""Jobs that the scheduler holds at a time: enough for as many workers, and no whole grid in its memory."""
ADDRESS = r"(tcp|tls)://.+:\d+"
LOCAL = "local"
"""In place of an address: a scheduler of our own, for as long as a run takes."""
ONLY_HERE = "127.0.0.1"
KEPT = "What was computed is kept, and the same command goes on from there."


@dataclass(frozen=True)
class Maker:
    """What the digits of a result rest on besides its job, as a process says it of itself.

    Parameters
    ----------
    code
        Digest of the files of the package that can influence a replication.
    numpy
        The version of numpy.
    numba
        The version of Numba, which compiles the search of a bootstrap; empty without it.
    at_once
        Jobs that it computes at a time. The one thread of linear algebra is a process's own, so two jobs in a process
        would undo it for each other.
    """

    code: str
    numpy: str
    numba: str
    at_once: int


class OtherMakerError(Exception):
    """A worker that would compute other digits was given a job; its arguments are its address and its `Maker`."""


def maker(at_once: int = 1) -> Maker:
    """Say what the digits of this process rest on."""
    return Maker(replications.code(), np.__version__, compiler(), at_once)


def worker_s_maker(dask_worker: Any) -> Maker:
    """Say it on a worker; Dask fills in which one, by the name of the parameter."""
    return maker(dask_worker.state.nthreads)


def computed_alike(job: Job | Population, wanted: Maker) -> Part | Array:
    """Compute a job on a worker, unless its digits would be others."""
    worker = library().get_worker()
    own = worker_s_maker(worker)
    if own != wanted:
        raise OtherMakerError(worker.address, own)
    return replications.computed(job)


def library() -> Any:
    """Give Dask's library for clusters, which is not among what the package always needs.

    Raises
    ------
    InputError
        If it is not installed.
    """
    try:
        return importlib.import_module(LIBRARY)
    except ModuleNotFoundError as error:
        raise InputError(
            Problem(
                "--scheduler",
                f"It needs the package {error.name}, which is not installed here.",
                "Install companion with its extra `cluster`, here and for each worker, or let --workers simulate here.",
            )
        ) from error


def on(address: str) -> Engine:
    """Give the engine that computes jobs on the workers of a scheduler.

    Parameters
    ----------
    address
        The scheduler's, such as ``tcp://127.0.0.1:8786``; ``tls://...`` takes its certificates from Dask's own
        configuration.

    Raises
    ------
    InputError
        If it is no address.
    """
    if not re.fullmatch(ADDRESS, address):
        raise InputError(
            Problem(
                "--scheduler",
                "This is no address.",
                f"Write tcp://host:port, tls://host:port or {LOCAL}.",
                value=address,
            )
        )

    def engine(jobs: Sequence[Job | Population]) -> Computed:
        if not jobs:
            return
        wanted = maker()
        with connected(address) as client:
            check(client, address, wanted)
            waiting = iter(jobs)
            running: dict[Any, Job | Population] = {}
            nobody = 0
            while True:
                for job in islice(waiting, AHEAD - len(running)):
                    running[_sent(client, job, address, wanted)] = job
                if not running:
                    return
                done = ended(running, client)
                came = False
                for future in sorted(done, key=_failed):  # first what there is to keep
                    result = _result(future, client, address, wanted)
                    if result is not None:
                        came = True
                        yield running.pop(future), result
                nobody = 0 if came or _workers(client, address) else nobody + 1
                if nobody == LOOKS:
                    raise InputError(Problem(address, "This scheduler has no worker left.", f"Start one. {KEPT}"))

    return engine


def started_here(workers: int) -> Engine:
    """Give the engine that starts a scheduler and so many workers on this machine, and ends them after the jobs.

    Parameters
    ----------
    workers
        How many; one that dies is started again, and its jobs go to the others.
    """

    def engine(jobs: Sequence[Job | Population]) -> Computed:
        if not jobs:
            return
        with _started(workers) as own:
            yield from on(own.scheduler_address)(jobs)

    return engine


def _started(workers: int) -> Any:
    try:
        return library().LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host=ONLY_HERE,
            dashboard_address=f"{ONLY_HERE}:0",
            silence_logs=logging.CRITICAL,
        )
    except (RuntimeError, OSError) as error:
        message = f"The workers could not be started: {_in_a_line(error)}."
        raise InputError(Problem(f"--scheduler {LOCAL}", message, "Ask for fewer, each takes memory.")) from error


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """Give the client of a scheduler.

    Raises
    ------
    InputError
        If none answers.
    """
    distributed = library()
    # What is lost is told here, once and in words; Dask's own log would say it several times beside it.
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        certificates = distributed.Security().get_connection_args("client")["ssl_context"]
        if address.startswith("tls:") and certificates is None:
            raise InputError(
                Problem(
                    address,
                    "TLS needs certificates, and Dask's configuration names none.",
                    "Name them under distributed.comm.tls in a file in ~/.config/dask.",
                )
            )
        client = distributed.Client(address, timeout=CONNECT, set_as_default=False)
    except OSError as error:  # nobody answers, or a certificate cannot be read
        raise InputError(
            Problem(
                address,
                f"No Dask scheduler answers there: {_in_a_line(error)}.",
                "Start one (`dask scheduler --host 127.0.0.1 --dashboard-address 127.0.0.1:8787`) with workers, or "
                "correct the address.",
            )
        ) from error
    try:
        yield client
    finally:
        client.close(timeout=CONNECT)


def check(client: Any, address: str, wanted: Maker) -> None:
    """Ask every worker what its digits rest on.

    Raises
    ------
    InputError
        If there is no worker, or one differs; each that does by its address.
    """
    try:
        said: dict[str, Maker | Exception] = client.run(worker_s_maker, on_error="return")
    except OSError as error:
        raise _lost(address) from error
    if not said:
        raise InputError(
            Problem(address, "This scheduler has no worker.", f"Start some: `dask worker {address} --nthreads 1`.")
        )
    problems = [problem for worker, own in said.items() for problem in differences(worker, own, wanted)]
    if problems:
        raise InputError(problems)


def differences(worker: str, own: Maker | Exception, wanted: Maker) -> list[Problem]:
    """Say why a worker would compute other digits.

    Parameters
    ----------
    worker
        Its address.
    own
        What it says of itself, or why it cannot.
    wanted
        What this process says of itself.

    Examples
    --------
    >>> [problem] = differences("tcp://10.0.0.7:4000", Maker("a", "2.4.6", "", 8), Maker("a", "2.4.6", "", 1))
    >>> print(problem.message, problem.remedy)
    This worker computes 8 jobs at once in one process. Start it with `--nworkers 8 --nthreads 1`.
    """
    alike = "Install there what is installed here, and start it again."
    if isinstance(own, Exception):
        return [Problem(worker, f"This worker cannot say which companion it has: {_in_a_line(own)}.", alike)]
    found = []
    if own.code != wanted.code:
        found.append(Problem(worker, "This worker has another version of companion than this machine.", alike))
    if own.numpy != wanted.numpy:
        found.append(Problem(worker, f"This worker has numpy {own.numpy}, this machine {wanted.numpy}.", alike))
    if own.numba != wanted.numba:
        found.append(Problem(worker, f"This worker has {_numba(own)}, this machine {_numba(wanted)}.", alike))
    if own.at_once != wanted.at_once:
        message = f"This worker computes {own.at_once} jobs at once in one process."
        found.append(Problem(worker, message, f"Start it with `--nworkers {own.at_once} --nthreads 1`."))
    return found


def ended(running: Iterable[Any], client: Any) -> list[Any]:
    """Wait a while for a job to end, and give all that have; one whose result was lost with its worker has not.

    Dask's own executor tells such a result as a fault of the job.

    Parameters
    ----------
    running
        The futures of jobs.
    client
        Who sent them.
    """
    with client.as_current(), suppress(TimeoutError, CancelledError):
        library().wait([*running], timeout=LOOK, return_when="FIRST_COMPLETED")
    return [future for future in running if future.status not in ("pending", "lost")]


def _numba(maker: Maker) -> str:
    return f"Numba {maker.numba}" if maker.numba else "no Numba"


def _sent(client: Any, job: Job | Population, address: str, wanted: Maker) -> Any:
    try:
        return client.submit(computed_alike, job, wanted, pure=False)
    except library().client.ClosedClientError as error:  # the scheduler went while results were being kept
        raise _lost(address) from error


def _failed(future: Any) -> bool:
    return bool(future.status != "finished")


def _result(future: Any, client: Any, address: str, wanted: Maker) -> Part | Array | None:
    """Give what a job has found, None if it was lost with a worker before it came here: then it is computed again."""
    try:
        found: Part | Array = future.result(timeout=LOOK)
        return found
    except TimeoutError:
        if future.status != "error":  # then it is the job's own
            return None
        check(client, address, wanted)
        raise
    except CancelledError as error:
        raise _lost(address) from error
    except OtherMakerError as error:
        worker, own = error.args
        raise InputError(differences(worker, own, wanted)) from error
    except library().KilledWorker as error:
        died, last = error.allowed_failures + 1, error.last_worker.address
        message = f"Every worker that was given one of the jobs died ({died}, the last was {last})."
        raise InputError(Problem(address, message, f"See their logs; they may lack memory. {KEPT}")) from error
    except Exception:
        check(client, address, wanted)  # a worker without this package cannot even read the job
        raise


def _workers(client: Any, address: str) -> int:
    try:
        return len(client.nthreads())
    except OSError as error:
        raise _lost(address) from error


def _lost(address: str) -> InputError:
    return InputError(Problem(address, "The scheduler has gone.", f"Start it and its workers again. {KEPT}"))


def _in_a_line(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")
