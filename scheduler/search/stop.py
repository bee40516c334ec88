"""When a search has done enough."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """What ends a search, whichever comes first; it always ends when nothing better can be found.

    Parameters
    ----------
    seconds
        How long it may take, on the wall.
    cpu_seconds
        How much processor time all its threads may take together.
    iterations
        How many moves it may make. Only this, with nothing else, gives the same schedule every time.
    gap
        How far above its bound an objective may be that is good enough, as a share of the objective.
    target
        An objective that is good enough, in the terms of the problem.
    patience
        How many seconds it may go on without finding anything better.
    cancel
        Ends it when it is set, from another thread.
    """

    seconds: float | None = None
    cpu_seconds: float | None = None
    iterations: int | None = None
    gap: float = 0.0
    target: float | None = None
    patience: float | None = None
    cancel: threading.Event | None = None

    def __post_init__(self) -> None:
        if all(
            limit is None for limit in (self.seconds, self.cpu_seconds, self.iterations, self.patience, self.cancel)
        ):
            raise ValueError("a search needs an end: wanted seconds, cpu_seconds, iterations, patience or cancel")
        for name in ("seconds", "cpu_seconds", "iterations", "patience"):
            limit = getattr(self, name)
            if limit is not None and not limit >= 0:
                raise ValueError(f"{name}: wanted a number from 0 on, not {limit}")

    def in_terms_of(self, measure: Callable[[float], float]) -> "Stop":
        """The same with its target measured otherwise."""
        return self if self.target is None else replace(self, target=measure(self.target))

    def is_enough(self, value: float, bound: float) -> bool:
        """Whether an objective need not be improved."""
        return value <= bound or (self.target is not None and value <= self.target) or value - bound <= self.gap * value

    def is_over(self, *, seconds: float, cpu_seconds: float, iterations: int, since: float) -> bool:
        """Whether the time is up: after so long, *since* so many seconds without anything better."""
        return (
            (self.cancel is not None and self.cancel.is_set())
            or (self.seconds is not None and seconds >= self.seconds)
            or (self.cpu_seconds is not None and cpu_seconds >= self.cpu_seconds)
            or (self.iterations is not None and iterations >= self.iterations)
            or (self.patience is not None and since >= self.patience)
        )
