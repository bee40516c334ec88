"""Rehearsing: the same decisions played many times from one state, each time with another luck.

Run *i* has the same luck in every rehearsal with the same seed, whoever decides and however many processes work on
it. That is what makes two rehearsals comparable, run by run: see `twin.comparison`.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass, field, replace

import msgspec
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from plant_models.events import Event
from plant_models.orders import Order
from plant_models.plant import Plant
from plant_models.shifts import HOUR
from twin import backends, estimates
from twin.arriving import check_end
from twin.backends import Backend
from twin.chance import Chance, Luck
from twin.decisions import Policy
from twin.engines import Chosen, EngineChoice, choose_engine, steps_left
from twin.estimates import Estimate
from twin.kpi import Kpis, close, hours
from twin.playing import Setting, played
from twin.recipe import Recipe, chance_name, plant_digest, policy_name
from twin.snapshot import state_digest
from twin.span import Trial
from twin.state import State
from twin.tally import FIGURES, bounds, figures_of
from twin.trials import play, seed_of_run

Progress = Callable[[int, int], object]
"""Is called with (runs done, runs in all). To stop the rehearsal, return False or raise."""

_RUNS_PER_WORKER = 20
_STEPS_PER_WORKER = 4_000_000
"""So many steps at least keep a worker with the compiled engine busy for as long as it takes to start it."""
_BATCHES_PER_WORKER = 8
_RUNS_PER_BATCH = 25
"""At most: nobody hears of a batch, and nobody can stop it, before it is done."""
_ORDER_COLUMNS = [
    *("order", "product", "weight", "priority", "due_h"),
    *("finish_mean_h", "finish_q05_h", "finish_median_h", "finish_q95_h", "tardiness_mean_h"),
    *("p_on_time", "p_on_time_low", "p_on_time_high", "unfinished_runs"),
]


class Figure(msgspec.Struct, frozen=True):
    """One figure over all runs: its mean with the interval around it, and how the runs are spread."""

    mean: float
    low: float
    high: float
    q05: float
    median: float
    q95: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rehearsal:
    """What came out of many runs from one state.

    Attributes
    ----------
    seed, seeds
        The rehearsal's seed, and the one of each run made from it.
    now, state
        The floor's time from which it was played, and the digest of its state.
    until
        Where each run ended; None if each ran until its orders had left.
    recipe
        All that the numbers follow from: playing by the same recipe gives the same ones.
    figures
        For each figure (`twin.kpi.FIGURES`, unit in the name) its value in each run; NaN where it is not known.
    finishes
        For each order that had not left, milliseconds since the epoch at which it did in each run; NaN where it did
        not.
    on_time
        For each of those orders, in each run, 1 if it was on time, 0 if it was not, NaN if that was open at the
        end of the run or nothing was due.
    orders
        The terms of those orders.
    engine
        Which engine played it, and why not the compiled one; the numbers do not depend on it.
    """

    plant: str
    seed: int
    seeds: tuple[int, ...]
    now: int
    state: str
    until: int | None
    figures: Mapping[str, NDArray[np.float64]]
    finishes: Mapping[str, NDArray[np.float64]]
    on_time: Mapping[str, NDArray[np.float64]]
    orders: Mapping[str, Order]
    recipe: Recipe
    confidence: float = field(default=0.95)
    engine: Chosen = field(default_factory=lambda: Chosen("simpy"))

    @property
    def runs(self) -> int:
        """How many times it was played."""
        return len(self.seeds)

    @property
    def digest(self) -> str:
        """The digest of its recipe, 64 hexadecimal digits: print it with the results."""
        return self.recipe.digest

    def mean(self, figure: str) -> Estimate:
        """The mean of a figure with its t interval, as far as the figure can go (`twin.tally.bounds`)."""
        return estimates.mean(self._figure(figure), self.confidence, bounds(figure))

    def quantiles(self, figure: str, shares: Iterable[float] = (0.05, 0.5, 0.95)) -> list[float]:
        """The values of a figure below which the given shares of the runs lie."""
        return estimates.quantiles(self._figure(figure), list(shares))

    def quantile(self, figure: str, share: float) -> Estimate:
        """The value of a figure below which *share* of the runs lie, with an interval that assumes nothing."""
        return estimates.quantile(self._figure(figure), share, self.confidence)

    def p_on_time(self, order: str) -> Estimate:
        """How likely *order* is on time, with Wilson's interval; runs in which that was open do not count."""
        if order not in self.on_time:
            raise KeyError(f"no order {order!r} in this rehearsal; there are {', '.join(self.on_time) or 'none'}")
        fates = self.on_time[order]
        known = fates[~np.isnan(fates)]
        return estimates.share(int(known.sum()), len(known), self.confidence)

    def median_run(self, figure: str = "weighted_tardiness_h") -> int:
        """The number of the run that is in the middle by *figure*; among equals by makespan, then the first.

        Runs are numbered as in `to_frame`, from the recipe's first one. `play_again` shows it: the one to put on a
        Gantt chart.
        """
        first = np.nan_to_num(self._figure(figure), nan=math.inf)
        ranked = np.lexsort((np.arange(self.runs), self._figure("makespan_h"), first))
        return self.recipe.first + int(ranked[(self.runs - 1) // 2])

    def summary(self) -> dict[str, Figure]:
        """Every figure over all runs."""
        found = {}
        for name, values in self.figures.items():
            middle, low, high, _ = estimates.mean(values, self.confidence, bounds(name))
            found[name] = Figure(middle, low, high, *estimates.quantiles(values, (0.05, 0.5, 0.95)))
        return found

    def to_frame(self) -> pd.DataFrame:
        """One row for each run: *run*, *seed*, and a column for each figure, its unit in the name."""
        columns: dict[str, object] = {
            "run": self.recipe.first + np.arange(self.runs),
            "seed": list(self.seeds),
            **self.figures,
        }
        return pd.DataFrame(columns)

    def summary_frame(self) -> pd.DataFrame:
        """One row for each figure: *kpi*, *mean*, *low*, *high* (the interval), *q05*, *median*, *q95*, *better*."""
        rows = [
            {"kpi": name, **msgspec.structs.asdict(figure), "better": FIGURES[name]}
            for name, figure in self.summary().items()
        ]
        return pd.DataFrame(rows)

    def orders_frame(self) -> pd.DataFrame:
        """One row for each order: its terms, when it is finished (hours since the epoch), how likely on time."""
        return pd.DataFrame([self._order_row(name) for name in self.finishes], columns=_ORDER_COLUMNS)

    def joined(self, more: "Rehearsal") -> "Rehearsal":
        """These runs and *more*, which go on where these end: the same as all of them rehearsed at once.

        Raises
        ------
        ValueError
            Where *more* was made otherwise, or begins elsewhere.
        """
        wanted = replace(self.recipe, first=self.recipe.first + self.runs, runs=more.runs)
        if more.recipe != wanted:
            raise ValueError(f"these runs do not go on where the others end; wanted {wanted.words()}")

        def both(
            ours: Mapping[str, NDArray[np.float64]], theirs: Mapping[str, NDArray[np.float64]]
        ) -> dict[str, NDArray[np.float64]]:
            return {name: np.concatenate((values, theirs[name])) for name, values in ours.items()}

        return replace(
            self,
            seeds=(*self.seeds, *more.seeds),
            figures=both(self.figures, more.figures),
            finishes=both(self.finishes, more.finishes),
            on_time=both(self.on_time, more.on_time),
            recipe=replace(self.recipe, runs=self.runs + more.runs),
        )

    def _order_row(self, name: str) -> dict[str, object]:
        order, finishes, likely = self.orders[name], self.finishes[name], self.p_on_time(name)
        finished = finishes[~np.isnan(finishes)]
        q05, median, q95 = (hours(q) for q in estimates.quantiles(finishes, (0.05, 0.5, 0.95)))
        tardiness = None if order.due is None else np.maximum(0, finished - order.due).mean() if len(finished) else None
        return {
            "order": name,
            "product": order.product,
            "weight": order.weight,
            "priority": order.priority,
            "due_h": hours(order.due),
            "finish_mean_h": finished.mean() / HOUR if len(finished) else math.nan,
            "finish_q05_h": q05,
            "finish_median_h": median,
            "finish_q95_h": q95,
            "tardiness_mean_h": hours(tardiness),
            "p_on_time": likely.value,
            "p_on_time_low": likely.low,
            "p_on_time_high": likely.high,
            "unfinished_runs": self.runs - len(finished),
        }

    def _figure(self, name: str) -> NDArray[np.float64]:
        if name not in self.figures:
            raise KeyError(f"no figure {name!r}; there are {', '.join(self.figures)}")
        return self.figures[name]


def rehearse(
    plant: Plant,
    state: State,
    policy: Policy,
    *,
    runs: int = 100,
    seed: int = 1,
    workers: int | None = None,
    until: int | None = None,
    progress: Progress | None = None,
    chance: Callable[[int], Luck] = Chance,
    confidence: float = 0.95,
    warm_up: int = 0,
    first: int = 0,
    backend: str | Backend = "loky",
    engine: EngineChoice = "auto",
) -> Rehearsal:
    """Play *policy* from *state* (which is left alone) *runs* times and see what comes of it.

    Parameters
    ----------
    workers
        Processes; left out, as many as the computer has cores and the runs keep busy. The result does not depend
        on it. The policy travels to them, so it must be picklable (functions and closures are).
    until
        Where each run ends. Left out, a run ends when every order has left; one that never gets there is given up
        (`twin.trials.horizon`) with the orders that are left unfinished, and they count as late.
    progress
        Is called with (runs done, runs in all) before the first and as they come in.
    chance
        Where a run's luck comes from, given its seed.
    warm_up
        Milliseconds at the beginning of each run that the figures leave out (`twin.steady` finds how long); when
        orders are finished and whether on time is told for all.
    first
        The number of the first run. Runs 10 to 19 are the same whether the ten before them are played or not.
    backend
        Where they are played: on this computer or a cluster (`twin.backends`). The result does not depend on it.
    engine
        Who plays them (`twin.engines`): "auto" takes the compiled engine where it can play that, and SimPy's otherwise;
        `Rehearsal.engine` says which. The result does not depend on it.

    Raises
    ------
    InvalidPlant
        Where the *engine* that was asked for cannot play that.
    concurrent.futures.CancelledError
        Where *progress* returned False; nothing partial comes back. What it raises itself comes out as it is.
    """
    _check_span(plant, state, runs, until, warm_up)
    recipe = Recipe(
        plant=plant_digest(plant),
        state=state_digest(state),
        policy=policy_name(policy),
        chance=chance_name(chance),
        seed=seed,
        first=first,
        runs=runs,
        until=until,
        warm_up=warm_up,
    )
    seeds = {index: seed_of_run(seed, index) for index in range(first, first + runs)}
    chosen = choose_engine(engine, plant, state, policy, chance, runs)
    count, batches = _shares(list(seeds.items()), state, workers, chosen)
    done: list[Trial] = []
    setting = Setting(plant, state, policy, chance, until, warm_up, chosen.name)
    on = backends.backend(backend)
    if progress is not None and progress(0, runs) is False:
        raise CancelledError(f"the rehearsal was stopped after 0 of {runs} runs")
    results = backends.spread(played, setting, batches, workers=count if on.name == "loky" else workers, on=on)
    try:
        for batch in results:
            done += batch
            if progress is not None and progress(len(done), runs) is False:
                raise CancelledError(f"the rehearsal was stopped after {len(done)} of {runs} runs")
    finally:
        results.close()
    done.sort(key=lambda trial: trial.run)
    found = _rehearsal(plant, state, done, recipe, tuple(seeds.values()), confidence)
    return replace(found, engine=chosen)


def _check_span(plant: Plant, state: State, runs: int, until: int | None, warm_up: int) -> None:
    """Raise ValueError where there is nothing to play."""
    if runs < 1:
        raise ValueError(f"at least one run, not {runs}")
    check_end(plant, until)
    if until is not None and until <= state.now:
        raise ValueError(f"the rehearsal ends at {until} ms, which is not after the floor's present, {state.now} ms")
    if warm_up < 0 or (until is not None and until <= state.now + warm_up):
        raise ValueError(f"the warm-up must be zero or more and end before the runs do, not {warm_up} ms")


def play_again(
    plant: Plant,
    state: State,
    policy: Policy,
    rehearsal: Rehearsal,
    run: int,
    *,
    chance: Callable[[int], Luck] = Chance,
) -> tuple[list[Event], Kpis]:
    """One run of a rehearsal once more, fact by fact; *run* is its number, as `Rehearsal.to_frame` gives it.

    Raises
    ------
    ValueError
        Where *state* is not the one that was rehearsed, or there was no such run.
    """
    if state_digest(state) != rehearsal.state:
        raise ValueError("the rehearsal was played from another state; play again from the one that was rehearsed")
    first = rehearsal.recipe.first
    if not first <= run < first + rehearsal.runs:
        raise ValueError(f"no run {run} in this rehearsal; there are {first} to {first + rehearsal.runs - 1}")
    facts: list[Event] = []
    luck = chance(rehearsal.seeds[run - first])
    warm_up = rehearsal.recipe.warm_up
    tally = play(plant, state.copy(), policy, luck, until=rehearsal.until, warm_up=warm_up, record=facts.append)
    return facts, close(tally, tally.end or state.now)


def _shares(
    seeds: list[tuple[int, int]], state: State, workers: int | None, engine: Chosen
) -> tuple[int, list[list[tuple[int, int]]]]:
    """How many workers play, and the batches of runs that they are given."""
    least, is_compiled = _RUNS_PER_WORKER, engine.name == "compiled"
    if is_compiled:
        least = max(least, _STEPS_PER_WORKER // max(1, steps_left(state)))
    count = workers or max(1, min(backends.cores(), len(seeds) // least))
    return count, _batches(seeds, 1 if count == 1 and not is_compiled else _batch(len(seeds), count))


def _batch(runs: int, workers: int) -> int:
    return min(_RUNS_PER_BATCH, -(-runs // (workers * _BATCHES_PER_WORKER)))


def _batches(runs: list[tuple[int, int]], size: int) -> list[list[tuple[int, int]]]:
    return [runs[at : at + size] for at in range(0, len(runs), size)]


def _rehearsal(
    plant: Plant,
    state: State,
    done: list[Trial],
    recipe: Recipe,
    seeds: tuple[int, ...],
    confidence: float,
) -> Rehearsal:
    left = {name: order.order for name, order in state.book() if not order.has_left}
    return Rehearsal(
        plant=plant.id,
        seed=recipe.seed,
        seeds=seeds,
        now=state.now,
        state=recipe.state,
        until=recipe.until,
        figures=_columns(figures_of(plant), (trial.figures for trial in done)),
        finishes=_columns(left, (trial.finishes for trial in done)),
        on_time=_columns(left, (trial.on_time for trial in done)),
        orders=left,
        recipe=recipe,
        confidence=confidence,
    )


def _columns(names: Iterable[str], rows: Iterable[tuple[float | None, ...]]) -> dict[str, NDArray[np.float64]]:
    table = np.array([[math.nan if cell is None else cell for cell in row] for row in rows], dtype=np.float64)
    return {name: table[:, column].copy() for column, name in enumerate(names)}
