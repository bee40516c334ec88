"""A Ray cluster: one that runs already, by its address ("auto": the one of this computer), or one made here."""

import logging
import os
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

import ray
from ray.exceptions import RayTaskError, WorkerCrashedError

from plant_models.errors import InvalidPlant
from twin.backends.losses import LOSSES, lost_again

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")
_AHEAD = 4
"""How many tasks for each worker are handed out at a time."""


@contextmanager
def opened(
    work: Callable[[S, T], R], shared: S, workers: int | None, address: str
) -> Iterator[Callable[[Sequence[T]], Generator[R, None, None]]]:
    """Workers that do ``work(shared, task)``. Ray itself gives a lost worker's tasks to another one."""
    with _cluster(workers, address):
        known = ray.put(shared)
        remote = ray.remote(num_cpus=1, max_retries=LOSSES)(lambda known, task: work(known, task))
        count = workers or int(ray.cluster_resources().get("CPU", 1))

        def spreading(tasks: Sequence[T]) -> Generator[R, None, None]:
            upcoming, waiting = iter(tasks), list[Any]()
            try:
                while True:
                    waiting += [remote.remote(known, task) for task in islice(upcoming, _AHEAD * count - len(waiting))]
                    if not waiting:
                        return
                    done, waiting = ray.wait(waiting, num_returns=1)
                    yield from ray.get(done)
            except WorkerCrashedError:
                raise lost_again(LOSSES + 1, count) from None
            except RayTaskError as error:
                raise error.cause from None
            finally:
                for reference in waiting:
                    ray.cancel(reference, force=True)

        yield spreading


@contextmanager
def _cluster(workers: int | None, address: str) -> Iterator[None]:
    """A connection to a cluster; what was connected already is left as it is."""
    if ray.is_initialized():
        yield
        return
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    if address:
        try:
            ray.init(address=address, **quiet)
        except ValueError as error:
            raise InvalidPlant(f"ray={address}: {error}; wanted an address such as 10.0.0.5:6379, or auto") from None
    else:
        ray.init(num_cpus=workers, include_dashboard=False, **quiet)
    try:
        yield
    finally:
        ray.shutdown()
