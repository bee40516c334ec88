"""A Dask cluster: one that runs already, by its scheduler's address, or one made of this computer's cores."""

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import dask
from distributed import Client, KilledWorker, LocalCluster, as_completed, default_client

from twin.backends.losses import LOSSES, lost_again

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")


@contextmanager
def opened(
    work: Callable[[S, T], R], shared: S, workers: int | None, address: str
) -> Iterator[Callable[[Sequence[T]], Generator[R, None, None]]]:
    """Workers that do ``work(shared, task)``. Dask itself gives a lost worker's tasks to another one."""
    with _client(workers, address) as client:
        there = client.scatter(shared, broadcast=True, hash=False)

        def spreading(tasks: Sequence[T]) -> Generator[R, None, None]:
            futures = client.map(lambda task, known: work(known, task), tasks, known=there, pure=False)
            try:
                for _, result in as_completed(futures, loop=client.loop, with_results=True):
                    yield result
            except KilledWorker:
                raise lost_again(LOSSES + 1, len(client.scheduler_info()["workers"])) from None
            finally:
                client.cancel(futures, force=True)

        yield spreading


@contextmanager
def _client(workers: int | None, address: str) -> Iterator[Any]:
    """A connection to a cluster; where this process has one already and no other is named, that one."""
    with dask.config.set({"distributed.scheduler.allowed-failures": LOSSES}):
        if address:
            with Client(address) as client:
                yield client
            return
        known = _known()
        if known is not None:
            yield known
            return
        cluster = LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL
        )
        with cluster, Client(cluster) as client:
            yield client


def _known() -> Any:
    try:
        return default_client()
    except ValueError:
        return None
