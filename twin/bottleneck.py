"""Which machine holds the others back: seen from what happened, and tried out in the twin.

From facts, the active-period method: a machine is active while it works, is changed over or is repaired, and not while
it waits for an order or for room. The machine that has been and will be active longest without a break is the
bottleneck of the moment; where its period overlaps with that of the next one the bottleneck is shifting. By the twin,
`sensitivity`: make each machine a tenth faster, with the same luck, and see what comes out more.

References
----------
Roser, Nakano & Tanaka (2002), Shifting bottleneck detection, Proceedings of the Winter Simulation Conference.
"""

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from plant_models.events import Event
from plant_models.plant import Plant
from plant_models.shifts import HOUR
from twin import estimates
from twin.chance import Chance, Luck
from twin.comparison import Verdict
from twin.decisions import Policy
from twin.estimates import Estimate
from twin.gantt import Bar, bars
from twin.refitting import refit
from twin.rehearsal import Progress, Rehearsal, rehearse
from twin.state import State
from twin.tally import FIGURES

ACTIVE = ("working", "setup", "micro_stop", "down", "maintenance")
"""What an active machine does."""


class Period(NamedTuple):
    """A machine's active time without a break."""

    machine: str
    start: int
    end: int


class Spell(NamedTuple):
    """From *start* to *end* the bottleneck was *machines*: one alone, or shifting from one to the other."""

    start: int
    end: int
    machines: tuple[str, ...]

    @property
    def kind(self) -> Literal["sole", "shifting"]:
        """Whether one machine alone held the others back."""
        return "sole" if len(self.machines) == 1 else "shifting"


class Share(NamedTuple):
    """The share of a span in which a machine was the bottleneck alone, and in which it was shifting to or from it."""

    sole: float
    shifting: float

    @property
    def total(self) -> float:
        """Both together."""
        return self.sole + self.shifting


@dataclass(frozen=True, slots=True, kw_only=True)
class Bottlenecks:
    """The bottlenecks of a span from *start* to *end*.

    *spells* are in order and do not overlap; where there is none, no machine was active. *shares* has every machine,
    the worst first.
    """

    start: int
    end: int
    spells: tuple[Spell, ...]
    shares: Mapping[str, Share]

    def at(self, time: int) -> tuple[str, ...]:
        """The bottleneck of the moment: one machine, two or more if it is shifting, none if none was active."""
        return next((spell.machines for spell in self.spells if spell.start <= time < spell.end), ())

    def words(self) -> str:
        """The answer in one line."""
        if not self.spells:
            return "no machine was active"
        said = [
            f"{name} {share.total:.0%} of the time ({share.sole:.0%} alone)"
            for name, share in self.shares.items()
            if share.total >= 0.005
        ]
        return f"the bottleneck was {', '.join(said[:3])}"

    def to_frame(self) -> pd.DataFrame:
        """One row for each machine: its *sole*, *shifting* and *total* share of the span as the bottleneck."""
        rows = [(name, share.sole, share.shifting, share.total) for name, share in self.shares.items()]
        return pd.DataFrame(rows, columns=["machine", "sole", "shifting", "total"])

    def spells_frame(self) -> pd.DataFrame:
        """One row for each spell: *start_h* and *end_h* since the epoch, *kind*, *machines* (joined by a plus)."""
        rows = [(s.start / HOUR, s.end / HOUR, s.kind, " + ".join(s.machines)) for s in self.spells]
        return pd.DataFrame(rows, columns=["start_h", "end_h", "kind", "machines"])


def active_periods(plant: Plant, opening: State, facts: Iterable[Event], until: int | None = None) -> list[Period]:
    """Every machine's active periods, by start.

    Setup, work and repair that follow each other are one period. So is what goes on where it stopped: closed hours
    between two active times end a period only if the machine has nothing to do when they are over.
    """
    by_machine: dict[str, list[Bar]] = {}
    for bar in bars(plant, opening, facts, until):
        by_machine.setdefault(bar.machine, []).append(bar)
    found = [period for name, of_machine in by_machine.items() for period in _periods(name, of_machine)]
    return sorted(found, key=lambda period: (period.start, period.machine))


def bottlenecks(plant: Plant, opening: State, facts: Iterable[Event], until: int | None = None) -> Bottlenecks:
    """The bottlenecks of what happened from *opening* (left alone) until *until* (left out: the last fact).

    Of periods that are equally long the one that began first counts, then the one of the machine that comes first in
    the plant.
    """
    known = list(facts)
    end = until if until is not None else known[-1].time if known else opening.now
    periods = active_periods(plant, opening, known, end)
    rank = {name: number for number, name in enumerate(plant.machines)}
    spells = _spells(_longest(periods, rank))
    times = {name: [0, 0] for name in plant.machines}
    for spell in spells:
        for name in spell.machines:
            times[name][spell.kind == "shifting"] += spell.end - spell.start
    span = (end - opening.now) or 1
    shares = {name: Share(sole / span, shifting / span) for name, (sole, shifting) in times.items()}
    worst_first = sorted(shares, key=lambda name: (-shares[name].total, -shares[name].sole, rank[name]))
    return Bottlenecks(
        start=opening.now, end=end, spells=tuple(spells), shares={name: shares[name] for name in worst_first}
    )


def _periods(name: str, of_machine: Sequence[Bar]) -> list[Period]:
    found: list[Period] = []
    closed_until = None
    for bar in of_machine:
        if bar.kind in ACTIVE:
            if found and bar.start in (found[-1].end, closed_until):
                found[-1] = Period(name, found[-1].start, bar.end)
            else:
                found.append(Period(name, bar.start, bar.end))
            closed_until = None
        elif bar.kind == "closed" and found and bar.start in (found[-1].end, closed_until):
            closed_until = bar.end
    return found


def _longest(periods: Sequence[Period], rank: Mapping[str, int]) -> list[Period]:
    """The periods that are the longest one going on at some moment, by start."""
    going: list[tuple[int, int, int, Period]] = []
    chosen: dict[Period, None] = {}
    marks = sorted({mark for period in periods for mark in (period.start, period.end)})
    upcoming = iter(periods)
    following = next(upcoming, None)
    for mark in marks:
        while following is not None and following.start == mark:
            length = following.end - following.start
            heapq.heappush(going, (-length, following.start, rank[following.machine], following))
            following = next(upcoming, None)
        while going and going[0][3].end <= mark:
            heapq.heappop(going)
        if going:
            chosen[going[0][3]] = None
    return sorted(chosen, key=lambda period: (period.start, rank[period.machine]))


def _spells(chosen: Sequence[Period]) -> list[Spell]:
    """The chosen periods as a timeline: alone, or overlapping with the next."""
    starts = {period.start for period in chosen}
    marks = sorted(starts | {period.end for period in chosen})
    found: list[Spell] = []
    going: list[Period] = []
    at = 0
    for start, end in zip(marks, marks[1:], strict=False):
        going = [period for period in going if period.end > start]
        while at < len(chosen) and chosen[at].start == start:
            going.append(chosen[at])
            at += 1
        machines = tuple(dict.fromkeys(period.machine for period in going))
        if not machines:
            continue
        if found and found[-1].end == start and found[-1].machines == machines:
            found[-1] = Spell(found[-1].start, end, machines)
        else:
            found.append(Spell(start, end, machines))
    return found


class Effect(NamedTuple):
    """What one machine being faster does: the relative change of a figure, paired run by run."""

    machine: str
    change: Estimate
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """What a figure gains when one machine at a time works *faster* (0.1: a tenth) than it does.

    *effects* has the best first. Every interval is as wide as it must be for all of them to hold together with
    *confidence* (Bonferroni), because the best of many is found by looking at many.
    """

    base: Rehearsal
    figure: str
    faster: float
    confidence: float
    effects: tuple[Effect, ...]

    def __getitem__(self, machine: str) -> Effect:
        for effect in self.effects:
            if effect.machine == machine:
                return effect
        raise KeyError(f"no machine {machine!r}; there are {', '.join(effect.machine for effect in self.effects)}")

    @property
    def bottleneck(self) -> str | None:
        """The machine that is worth most; None where no difference is shown for any."""
        shown = [effect.machine for effect in self.effects if effect.verdict == "better"]
        return shown[0] if shown else None

    def words(self) -> list[str]:
        """One line for each machine: what it would bring, or that no difference is shown."""
        return [self._said(effect) for effect in self.effects]

    def to_frame(self) -> pd.DataFrame:
        """One row for each machine: the relative *change*, *low* and *high* of its interval, and the *verdict*."""
        rows = [(e.machine, e.change.value, e.change.low, e.change.high, e.verdict) for e in self.effects]
        return pd.DataFrame(rows, columns=["machine", "change", "low", "high", "verdict"])

    def _said(self, effect: Effect) -> str:
        what = f"{self.faster:+.0%} at {effect.machine}"
        if effect.verdict == "no difference shown":
            return f"{what}: no difference shown in {self.figure}"
        change = effect.change
        return f"{what} = {change.value:+.1%} {self.figure} [{change.low:+.1%}, {change.high:+.1%}]"


def sensitivity(
    plant: Plant,
    state: State,
    policy: Policy,
    *,
    runs: int = 100,
    machines: Sequence[str] | None = None,
    figure: str = "throughput_per_h",
    faster: float = 0.1,
    confidence: float = 0.95,
    seed: int = 1,
    until: int | None = None,
    warm_up: int = 0,
    workers: int | None = None,
    progress: Progress | None = None,
    chance: Callable[[int], Luck] = Chance,
) -> Sensitivity:
    """What *figure* gains from each machine alone being *faster*: "+10 % at this machine = +x % throughput".

    Every variant is rehearsed with the luck of the base, so that what differs in a run is what was changed. An effect
    is "better" or "worse" where its interval does not hold zero, and "no difference shown" otherwise. Runs in which
    the figure is zero or not known in the base have no relative change and are left out.

    Parameters
    ----------
    until, warm_up
        As for `rehearse`. Throughput over a span with enough orders says more than over a run that ends when a short
        book is done.
    progress
        Is called with (machines done, machines in all); where it returns False, what there is comes back.
    """
    names = list(plant.machines) if machines is None else list(machines)
    _check(plant, names, figure, faster)

    def rehearsed(plant: Plant, state: State) -> Rehearsal:
        return rehearse(
            plant,
            state,
            policy,
            runs=runs,
            seed=seed,
            until=until,
            warm_up=warm_up,
            workers=workers,
            chance=chance,
            confidence=confidence,
        )

    base, is_more_better = rehearsed(plant, state), FIGURES[figure] == "higher"
    at_once = 1 - (1 - confidence) / max(1, len(names))
    book = [order.order for _, order in state.book()]
    effects = []
    for number, name in enumerate(names, 1):
        machine = plant.machines[name]
        other = replace(plant, machines={**plant.machines, name: replace(machine, speed=machine.speed * (1 + faster))})
        values = rehearsed(other, refit(other, state, book, before=plant)).figures[figure]
        change = estimates.mean(_gained(base.figures[figure], values), at_once)
        effects.append(Effect(name, change, _verdict(change, is_more_better)))
        if progress is not None and progress(number, len(names)) is False:
            break
    effects.sort(key=lambda effect: -effect.change.value if is_more_better else effect.change.value)
    return Sensitivity(base=base, figure=figure, faster=faster, confidence=confidence, effects=tuple(effects))


def _check(plant: Plant, names: Sequence[str], figure: str, faster: float) -> None:
    for name in names:
        if name not in plant.machines:
            raise ValueError(f"no machine {name!r}; there are {', '.join(plant.machines)}")
    if FIGURES.get(figure) is None:
        known = ", ".join(name for name, way in FIGURES.items() if way)
        raise ValueError(f"no figure {figure!r} of which one way is better; there are {known}")
    if not faster > -1 or not faster:
        raise ValueError(f"a machine can be faster or slower by a share above -1 and not zero, not {faster}")


def _gained(base: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """The relative change run by run; NaN where there is none."""
    gained = np.full(len(base), np.nan)
    np.divide(other - base, base, out=gained, where=base != 0)
    return gained


def _verdict(change: Estimate, is_higher_better: bool) -> Verdict:
    if not change.runs or change.low <= 0 <= change.high:
        return "no difference shown"
    return "better" if (change.low > 0) == is_higher_better else "worse"
