"""The processes of this computer, by joblib's loky."""

import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TypeVar, cast

import joblib

from twin.backends.losses import LOSSES, lost_again

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")


@contextmanager
def opened(
    work: Callable[[S, T], R], shared: S, workers: int | None, _address: str
) -> Iterator[Callable[[Sequence[T]], Generator[R, None, None]]]:
    """Processes that do ``work(shared, task)``; they are started with the first list that keeps more than one busy."""
    count = workers or max(1, joblib.cpu_count())

    def spreading(tasks: Sequence[T]) -> Generator[R, None, None]:
        if count == 1 or len(tasks) == 1:
            yield from (work(shared, task) for task in tasks)
            return
        left, losses = dict(enumerate(tasks)), 0
        while left:
            try:
                for number, result in _once(work, shared, left, count):
                    del left[number]
                    yield result
            except BrokenProcessPool:
                losses += 1
                if losses > LOSSES:
                    raise lost_again(losses, count) from None

    yield spreading


def _once(
    work: Callable[[S, T], R], shared: S, tasks: dict[int, T], count: int
) -> Generator[tuple[int, R], None, None]:
    """All *tasks* given to the processes once, until one of them is lost."""
    parallel = joblib.Parallel(n_jobs=count, return_as="generator_unordered", batch_size=1)
    calls = [joblib.delayed(_numbered)(work, shared, number, task) for number, task in tasks.items()]
    results = cast("Generator[tuple[int, R], None, None]", parallel(calls))
    try:
        for result in results:  # noqa: UP028 - `yield from` would close it before the warning is silenced
            yield result
    finally:
        with warnings.catch_warnings():  # to let go of what is still being played is no accident
            warnings.simplefilter("ignore", UserWarning)
            results.close()


def _numbered(work: Callable[[S, T], R], shared: S, number: int, task: T) -> tuple[int, R]:
    return number, work(shared, task)
