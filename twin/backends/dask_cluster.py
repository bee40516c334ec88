"""A Dask cluster: one that runs already, by its scheduler's address, or one made of this computer's cores."""

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import Any, TypeVar

import dask
from distributed import Client, KilledWorker, LocalCluster, as_completed, default_client

from plant_models.errors import InvalidPlant
from twin.backends.losses import LOSSES, lost_again

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")
_PATIENCE = 60
"""Seconds in which a cluster without workers may get one."""


@contextmanager
def opened(
    work: Callable[[S, T], R], shared: S, workers: int | None, address: str
) -> Iterator[Callable[[Sequence[T]], Generator[R, None, None]]]:
    """Workers that do ``work(shared, task)``. Dask itself gives a lost worker's tasks to another one.

    Where the last worker was lost that knew what is *shared*, what is left is begun anew with the next one.
    """
    with _client(workers, address) as client:

        def spreading(tasks: Sequence[T]) -> Generator[R, None, None]:
            left, losses = dict(enumerate(tasks)), 0
            while left:
                try:
                    for number, result in _once(client, work, shared, left):
                        del left[number]
                        yield result
                except CancelledError:
                    losses += 1
                    if losses > LOSSES:
                        raise lost_again(losses, _count(client)) from None
                except KilledWorker:
                    raise lost_again(LOSSES + 1, _count(client)) from None

        yield spreading


def _once(
    client: Any, work: Callable[[S, T], R], shared: S, tasks: dict[int, T]
) -> Generator[tuple[int, R], None, None]:
    """All *tasks* given to the cluster once, until what is shared is lost."""
    client.wait_for_workers(1, timeout=_PATIENCE)
    there = client.scatter(shared, broadcast=True, hash=False)
    futures = client.map(
        lambda item, known: (item[0], work(known, item[1])), list(tasks.items()), known=there, pure=False
    )
    try:
        for future in as_completed(futures, loop=client.loop):
            yield future.result()
    finally:
        client.cancel(futures, force=True)


def _count(client: Any) -> int:
    return len(client.scheduler_info()["workers"])


@contextmanager
def _client(workers: int | None, address: str) -> Iterator[Any]:
    """A connection to a cluster; where this process has one already and no other is named, that one."""
    with dask.config.set({"distributed.scheduler.allowed-failures": LOSSES}):
        if address:
            with _connected(address) as client:
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


def _connected(address: str) -> Any:
    try:
        return Client(address)
    except ValueError as error:
        raise InvalidPlant(f"dask={address}: {error}; wanted an address such as tcp://10.0.0.5:8786") from None


def _known() -> Any:
    try:
        return default_client()
    except ValueError:
        return None
