"""Kernels that begin with what chapters import, so that not each of them loads it anew.

One process loads it (Python's forkserver), and each kernel is split off from that, an ipykernel as any other. Where
the system's libraries do not bear a fork, a kernel starts as it always does.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from typing import TYPE_CHECKING, Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from companion.book.own_process import FORKS, as_program
from companion.truth.replications import end_with_parent

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerProcess  # which Windows does not have

BACKEND = "module://matplotlib_inline.backend_inline"
"""What a kernel tells matplotlib to draw with, before it is loaded."""
WORTH_IT = 3
"""Kernels from which on it takes less time to load once what they import than to load it in each."""
LONGEST = 70
"""Characters of the folder for temporary files, from which on the name of a socket in it may be longer than may be."""


@dataclass(frozen=True)
class Running:
    """A process of the fork server, as a provisioner handles a process."""

    process: ForkServerProcess
    stdin: None = None
    stdout: None = None
    stderr: None = None

    @property
    def pid(self) -> int | None:
        """Its number."""
        return self.process.pid

    def poll(self) -> int | None:
        """Give its exit code, None while it runs."""
        return self.process.exitcode

    def wait(self) -> int | None:
        """Wait until it ends, and give its exit code."""
        self.process.join()
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.pid is not None and self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class SplitOff(LocalProvisioner):
    """What starts a kernel: split off from a process that has loaded what chapters import."""

    async def launch_kernel(self, cmd: list[str], **given: Any) -> KernelConnectionInfo:
        """Start a kernel by its command, ``python -m MODULE ARGUMENTS...``."""
        if cmd[:2] != [sys.executable, "-m"]:  # somebody's own way to start it
            return await super().launch_kernel(cmd, **given)
        _, _, module, *arguments = cmd
        context = multiprocessing.get_context("forkserver")
        process = context.Process(target=_kernel, args=(module, arguments, Path(given["cwd"]), given["env"]))
        process.start()
        self.process = Running(process)  # type: ignore[assignment]  # which is declared as None and no more
        self.pid, self.cwd = process.pid, given["cwd"]
        return self.connection_info

    async def cleanup(self, restart: bool = False) -> None:
        """Take away the folder in which the kernel and the build met."""
        await super().cleanup(restart)
        if not restart and self.parent:
            shutil.rmtree(Path(self.parent.connection_file).parent, ignore_errors=True)  # it may be asked twice


class SplitOffManager(AsyncKernelManager):
    """The manager of one kernel that is split off."""

    def __init__(self, **settings: Any) -> None:
        # Files and no ports: of these, another program may take one before the kernel does.
        super().__init__(transport="ipc", connection_file=str(Path(mkdtemp()) / "kernel.json"), **settings)
        self.provisioner = SplitOff(parent=self, kernel_spec=self.kernel_spec)


def kernels_of(pages: int) -> type[AsyncKernelManager]:
    """Give what manages the kernels of so many pages.

    Examples
    --------
    >>> kernels_of(1).__name__
    'AsyncKernelManager'
    """
    if not FORKS or pages < WORTH_IT or len(gettempdir()) > LONGEST:
        return AsyncKernelManager
    os.environ.setdefault("MPLBACKEND", BACKEND)
    multiprocessing.set_forkserver_preload(["companion.book.loaded_ahead"])
    return SplitOffManager


def _kernel(module: str, arguments: list[str], folder: Path, environment: dict[str, str]) -> None:
    os.setsid()  # what interrupts the build is not meant for its kernels
    if not sys.flags.safe_path:
        sys.path[0] = str(folder)  # as after `python -m`; so far it is where the build's own program stands
    end_with_parent()
    # Its parent is the fork server; ipykernel reads in the environment who that is, but while it is loaded.
    as_program(module, [*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"], folder, environment)
