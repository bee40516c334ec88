"""Many searches of one shop, in threads, that learn from each other's best schedules.

The first ones begin where dispatching ends, each with weights of its own; the later ones begin between two of the best
schedules that were found. What a search begins with depends on the results of those that came *behind* it by number,
never on which thread was faster: with a limit of moves, the same seed gives the same schedule.
"""

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scheduler.search import kernel
from scheduler.search.bounds import least_makespan, least_tardiness
from scheduler.search.dispatch import (
    BY_BEGIN,
    BY_END,
    BY_OPERATIONS_LEFT,
    BY_SLACK,
    BY_WEIGHT,
    BY_WORK,
    BY_WORK_LEFT,
    PATIENCE,
)
from scheduler.search.elites import Elite, Elites, elite, mixed_from, parents
from scheduler.search.luck import drawn, mixed
from scheduler.search.memory import Bench, Ground
from scheduler.search.records import FEATURES, MAKESPAN, TARDINESS
from scheduler.search.shop import Schedule, Shop
from scheduler.search.stop import Stop

Progress = Callable[[int, int, float], object]
"""Is told the best objective so far, the bound, both in ticks, and seconds of search."""

_SLICE = 4_000_000
"""A search looks up after so many operations were timed anew: some hundredths of a second."""
_LARGE = 2_000
"""From so many operations on, only so many searches begin by dispatching as there are threads: each takes long."""
_WATCH = 0.02
"""Seconds between two looks at how the searches fare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """How a team works: how many *elites* it keeps, and how many searches it begins by dispatching.

    Dispatching tries *weightings*, of which the best is searched. A tabu search gives up after *patience* moves without
    a new best, or *spread* moves for each operation where that is more. When so many results in turn as there are
    elites, times *idle*, have not come in among them, the team begins anew, with elites of its own and *growth* times
    as much patience; the best of all eras are kept.

    Annealing makes *trials* for each operation, twice as many in each round that follows up to so many *doublings*. It
    begins at *heat* times what it costs to be one mean operation late and ends at *cold* times that; between two elites
    it begins with a share of *warmth* of both.
    """

    elites: int = 20
    patience: int = 4_000
    spread: int = 2
    openings: int = 8
    weightings: int = 30
    idle: float = 2.0
    growth: float = 1.5
    trials: int = 2_000
    doublings: int = 5
    heat: float = 6.0
    cold: float = 0.01
    warmth: float = 0.5


@dataclass(frozen=True, slots=True)
class Found:
    """What a team found: the best *schedules* that differ, the best first, what none can go below, and its effort."""

    schedules: tuple[Schedule, ...]
    bound: int
    seconds: float
    cpu_seconds: float
    iterations: int

    @property
    def best(self) -> Schedule:
        """The best schedule."""
        return self.schedules[0]

    @property
    def is_optimal(self) -> bool:
        """Whether none can be better."""
        return self.best.value <= self.bound


@dataclass(slots=True)
class _Effort:
    """What has been done so far."""

    begun: float = field(default_factory=time.monotonic)
    cpu_begun: float = field(default_factory=time.process_time)
    better_at: float = field(default_factory=time.monotonic)
    best: int | None = None
    iterations: int = 0

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.begun

    @property
    def cpu_seconds(self) -> float:
        return time.process_time() - self.cpu_begun


class Team:
    """Searches of one shop.

    Parameters
    ----------
    shop, goal
        What is looked for: `MAKESPAN` or `TARDINESS` (`scheduler.search.records`).
    workers
        How many threads work at once.
    tuning
        How they work; *eras* is how often they have begun, the first time included.
    """

    def __init__(
        self, shop: Shop, *, goal: int = MAKESPAN, seed: int = 1, workers: int = 2, tuning: Tuning = Tuning()
    ) -> None:
        self.shop, self.tuning, self._seed, self._workers = shop, tuning, seed, workers
        self._ground = Ground(shop, goal)
        self._jobs = self._ground.arrays["ops"]["job"].copy()
        self._behind = 2 * workers
        self._benches = [Bench(self._ground) for _ in range(self._behind)]
        self._elites, self._champions = Elites(tuning.elites), Elites(tuning.elites)
        self._patience = max(tuning.patience, tuning.spread * self._ground.op_count)
        self._openings = tuning.openings if self._ground.op_count < _LARGE else workers
        self._idle = 0
        self.eras = 1
        self._bound = least_makespan(shop) if goal == MAKESPAN else least_tardiness(shop)
        self._slice = max(50, _SLICE // self._ground.op_count)
        self._is_over = False
        self._stop = Stop(iterations=0)

    def search(self, stop: Stop, progress: Progress | None = None) -> Found:
        """Search until *stop* says so, or until nothing can be better."""
        kernel.enter.load()
        self._stop, self._is_over = stop, False
        effort = _Effort()
        with ThreadPoolExecutor(self._workers, "search") as threads:
            try:
                self._work(threads, effort, progress)
            finally:
                self._is_over = True
        bench = self._benches[0]
        schedules = tuple(bench.schedule(each.order, each.machines) for each in self._champions.known)
        return Found(schedules, self._bound, effort.seconds, effort.cpu_seconds, effort.iterations)

    def _work(self, threads: ThreadPoolExecutor, effort: _Effort, progress: Progress | None) -> None:
        running: list[Future[tuple[Elite, int]]] = []
        number = 0
        while True:
            while len(running) < self._behind:
                running.append(threads.submit(self._task(number)))
                number += 1
            self._watch(running[0], effort, progress)
            is_done = running[0].done()
            if is_done:
                self._learn(running.pop(0).result(), effort)
            if self._is_ended(effort, is_done=is_done):
                break
        self._is_over = True
        if self._stop.iterations is None:
            for late in running:
                if late.cancel():
                    continue
                self._learn(late.result(), effort)

    def _watch(self, first: Future[tuple[Elite, int]], effort: _Effort, progress: Progress | None) -> None:
        """Wait for the next result, and tell how it goes meanwhile."""
        wait([first], _WATCH, FIRST_COMPLETED)
        best = min((bench.best for bench in self._benches if bench.best is not None), default=None)
        if best is not None and (effort.best is None or best < effort.best):
            effort.best, effort.better_at = best, time.monotonic()
            if progress is not None:
                progress(best, self._bound, effort.seconds)

    def _is_ended(self, effort: _Effort, *, is_done: bool) -> bool:
        exact = self._stop.iterations is not None
        if self._champions.known and self._stop.is_enough(self._champions.best.value, self._bound):
            return True
        if not exact and effort.best is not None and self._stop.is_enough(effort.best, self._bound):
            return True
        since = time.monotonic() - effort.better_at
        return (is_done or not exact) and self._stop.is_over(
            seconds=effort.seconds, cpu_seconds=effort.cpu_seconds, iterations=effort.iterations, since=since
        )

    def _learn(self, result: tuple[Elite, int], effort: _Effort) -> None:
        found, iterations = result
        effort.iterations += iterations
        self._champions.add(found)
        self._idle = 0 if self._elites.add(found) else self._idle + 1
        if self._idle >= self.tuning.idle * self.tuning.elites:
            self._elites, self._openings, self._idle = Elites(self.tuning.elites), self.tuning.openings, 0
            self._patience = round(self._patience * self.tuning.growth)
            self.eras += 1

    # -- one search -------------------------------------------------------------------------------------------------

    def _task(self, number: int) -> Callable[[], tuple[Elite, int]]:
        """The search of that number; what it begins with is settled now."""
        bench, seed, patience = self._benches[number % self._behind], mixed(self._seed, number), self._patience
        if self._openings > 0 or len(self._elites.known) < 2:
            self._openings -= 1
            return lambda: self._from_dispatching(bench, number, patience, seed)
        one, other = parents(self._elites.known, seed)
        return lambda: self._from_between(bench, number, patience, seed, one, other)

    def _from_dispatching(self, bench: Bench, number: int, patience: int, seed: int) -> tuple[Elite, int]:
        bench.seed(seed)
        self._dispatch(bench, seed)
        return self._improved(bench, number, patience, 1.0)

    def _dispatch(self, bench: Bench, seed: int) -> None:
        """Have the best schedule in hand that dispatching comes to: weights by lot, then some near the best ones."""
        taken = weights(seed, self._ground)
        best = bench.dispatch(taken)
        for number in range(1, self.tuning.weightings):
            if self._is_over:
                break
            tried = weights(mixed(seed, number), self._ground)
            if number > self.tuning.weightings // 3:
                tried = taken + (tried - taken) * 0.3 * drawn(seed, 6, number)
            value = bench.dispatch(tried)
            if value < best:
                taken, best = tried, value
        bench.dispatch(taken)

    def _from_between(
        self, bench: Bench, number: int, patience: int, seed: int, one: Elite, other: Elite
    ) -> tuple[Elite, int]:
        bench.seed(seed)
        bench.take(*mixed_from(one, other, self._jobs, seed))
        return self._improved(bench, number, patience, self.tuning.warmth)

    def _improved(self, bench: Bench, number: int, patience: int, warmth: float) -> tuple[Elite, int]:
        """The best schedule that a search from the one in hand finds, and its moves."""
        target = self._bound if self._stop.target is None else max(self._bound, int(self._stop.target))
        what, until = kernel.SEARCH, patience
        if self._ground.goal == TARDINESS:
            what = kernel.ANNEAL
            rounds = number // self._behind
            until = self.tuning.trials * self._ground.op_count * 2 ** min(rounds, self.tuning.doublings)
            heat = warmth * self.tuning.heat * self._ground.mean_work * self._ground.mean_weight
            bench.heat(heat, heat * self.tuning.cold)
        while not self._is_over and bench.enter(what, self._slice, until, target):
            pass
        return elite(bench.best or 0, *bench.kept), int(bench.track["iteration"])


def weights(seed: int, ground: Ground) -> NDArray[np.float64]:
    """Weights for dispatching, by lot: for the makespan work left counts most, for tardiness the time to spare."""
    lot = [2 * drawn(seed, 5, number) - 1 for number in range(FEATURES)]
    scale = 1 / max(1.0, ground.mean_work)
    found = np.zeros(FEATURES)
    found[BY_WORK] = lot[0] * scale
    found[BY_OPERATIONS_LEFT] = 0.5 * lot[2]
    found[BY_BEGIN] = -abs(lot[3]) * scale
    found[BY_END] = 0.5 * lot[4] * scale
    found[PATIENCE] = 0.6 * abs(lot[7])
    if ground.goal == MAKESPAN:
        found[BY_WORK_LEFT] = (0.2 + 0.8 * abs(lot[1])) * scale
    else:
        found[BY_WORK_LEFT] = 0.3 * lot[1] * scale
        found[BY_SLACK] = -(0.2 + 0.8 * abs(lot[5])) * scale
        found[BY_WEIGHT] = abs(lot[6]) / max(1.0, ground.mean_weight)
    return found
