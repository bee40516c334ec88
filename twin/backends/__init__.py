"""Where runs are played: on this computer's cores, or on a cluster. The one place that knows how they are spread.

`opened` and `spread` give the same results whatever the backend and however many workers there are; only their order
differs. A worker that is lost (killed, out of memory, its computer gone) costs time and nothing else: what it had is
played again.

* ``loky``: processes of this computer, by joblib.
* ``dask``: a Dask cluster; without an address one of this computer's cores.
* ``ray``: a Ray cluster; without an address one of this computer's cores.

The last two come with the extra `cluster` and are loaded when they are first asked for.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NamedTuple, TypeVar

import joblib

from plant_models.errors import InvalidPlant, known_names

__all__ = ["NAMES", "Backend", "backend", "cores", "opened", "spread"]

NAMES = ("loky", "dask", "ray")
"""The backends; each has a module of its own here."""

_ROOMS = {"loky": "processes", "dask": "dask_cluster", "ray": "ray_cluster"}
S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")


class Backend(NamedTuple):
    """Where runs are played: a backend's *name*, and the *address* of its cluster ("": this computer)."""

    name: str = "loky"
    address: str = ""

    def __str__(self) -> str:
        return f"{self.name}={self.address}" if self.address else self.name


def backend(text: "str | Backend") -> Backend:
    """A backend as people name it: its name, and for a cluster that runs already its address.

    Examples
    --------
    >>> backend("dask=tcp://10.0.0.5:8786")
    Backend(name='dask', address='tcp://10.0.0.5:8786')

    Raises
    ------
    InvalidPlant
        Where there is no such backend.
    """
    if isinstance(text, Backend):
        return text
    name, _, address = text.partition("=")
    if name not in NAMES:
        raise InvalidPlant(known_names("backend", name, dict.fromkeys(NAMES)))
    if address and name == "loky":
        raise InvalidPlant(f"loky works on this computer and has no address, not {address!r}; try dask or ray")
    return Backend(name, address)


def cores() -> int:
    """How many cores of this computer may be used."""
    return max(1, joblib.cpu_count())


@contextmanager
def opened(
    work: Callable[[S, T], R], shared: S, *, workers: int | None = None, on: str | Backend = "loky"
) -> Iterator[Callable[[Sequence[T]], Generator[R, None, None]]]:
    """Workers that do ``work(shared, task)``, for as long as a block runs: call what it gives with lists of tasks.

    The results of a list come in any order. To let go of what is still being done, close the generator.

    Parameters
    ----------
    shared
        What every task needs; it travels once to a cluster. It, the tasks and the results must be picklable.
    workers
        Processes; left out, one for each core of this computer or all that the cluster has. One on ``loky`` is this
        process itself.
    on
        Which backend.

    Raises
    ------
    InvalidPlant
        Where there is no such backend, or what is given cannot be the address of one.
    ChildProcessError
        While results are taken, where workers are lost again and again.
    OSError
        Where nothing answers at the address.
    ModuleNotFoundError
        Where the backend's library is not installed.
    """
    chosen = backend(on)
    room: Any = import_module(f"twin.backends.{_ROOMS[chosen.name]}")
    with room.opened(work, shared, workers, chosen.address) as spreading:
        yield spreading


def spread(
    work: Callable[[S, T], R],
    shared: S,
    tasks: Sequence[T],
    *,
    workers: int | None = None,
    on: str | Backend = "loky",
) -> Generator[R, None, None]:
    """The results of ``work(shared, task)`` for one list of tasks; all else is as for `opened`."""
    with opened(work, shared, workers=workers, on=on) as spreading:
        yield from spreading(tasks)
