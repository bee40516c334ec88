"""Playing the designs of a study: what is missing, wherever it is to be played, and nothing twice."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from time import monotonic
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from plant_models.clock import duration
from plant_models.scenario import Scenario
from twin import backends
from twin.backends import Backend
from twin.chance import mix
from twin.engines import EngineChoice
from twin.recipe import ENGINE, plant_digest
from twin.snapshot import state_digest
from twin.state import State
from twin.studying.designs import Design, Study, digest
from twin.studying.keeping import Kept
from twin.studying.work import Block, Common, Task, played
from twin.trials import seed_of_run

_RUNS_PER_TASK = 25
_TASKS_PER_WORKER = 4
_SOON = 2.0
"""After how many seconds it is said how long the rest will take."""


class Tell(Protocol):
    """Hears how far a study has come; a *total* of 0 is not known."""

    def __call__(self, done: int, total: int, words: str = "") -> None:
        """*done* runs of *total*; *words* say it with the time that is left."""


class Wanted(NamedTuple):
    """Runs of a design; *luck* is mixed into the study's seed where they are to have luck of their own."""

    design: Design
    runs: Sequence[int]
    luck: int = 0


class Player:
    """Plays designs of one study and keeps what comes.

    Attributes
    ----------
    played, fresh
        How many runs were played by this player, and which of each design; all others were kept from before.
    used
        The runs of each design that were asked for, by the key under which they are kept.
    """

    def __init__(
        self,
        study: Study,
        base: str,
        kept: Kept,
        spreading: Callable[[Sequence[Task]], Iterator[Block]],
        *,
        workers: int,
        tell: Tell | None,
    ) -> None:
        self.study, self.played, self.total = study, 0, 0
        self.used: dict[str, dict[int, None]] = {}
        self.fresh: dict[str, set[int]] = {}
        self._base, self._kept, self._spreading, self._workers, self._tell = base, kept, spreading, workers, tell
        self._done = 0
        self._first: tuple[float, int] | None = None
        """When the first results came, and how many: what was before that, the workers' start, says nothing of pace."""

    def expect(self, runs: int) -> None:
        """Say how many runs there are going to be; where nobody does, progress has no end."""
        self.total = runs

    def play(self, wanted: Sequence[Wanted]) -> None:
        """Have all these runs: those that are not kept are played."""
        missing: dict[str, tuple[Wanted, list[int]]] = {}
        for one in wanted:
            key = self.key(one.design, one.luck)
            used = self.used.setdefault(key, {})
            fresh = [run for run in one.runs if run not in used]
            used |= dict.fromkeys(fresh)
            self._done += len(fresh)
            lacking = self._kept.missing(key, fresh)
            if lacking:
                known = missing.setdefault(key, (one, []))
                known[1].extend(run for run in lacking if run not in known[1])
        self._done -= sum(len(runs) for _, runs in missing.values())
        if missing:
            self._said()
        results = self._spreading(self._tasks(missing))
        try:
            for block in results:
                self._kept.add(block.key, block.figures, block.rows)
                self.fresh.setdefault(block.key, set()).update(run for run, _ in block.rows)
                self.played += len(block.rows)
                self._done += len(block.rows)
                self._said()
        finally:
            getattr(results, "close", tuple)()

    def values(self, design: Design, figure: str, runs: Sequence[int], luck: int = 0) -> NDArray[np.float64]:
        """A figure in runs that were played."""
        return self._kept.values(self.key(design, luck), figure, runs)

    def key(self, design: Design, luck: int = 0) -> str:
        """What a design's runs are kept under."""
        return design.key(f"{self._base} {luck}" if luck else self._base)

    def digest(self, runs: Mapping[str, Sequence[int]]) -> str:
        """One digest of these runs of designs, by the keys under which they are kept."""
        return self._kept.digest(runs)

    def _tasks(self, missing: Mapping[str, tuple[Wanted, list[int]]]) -> list[Task]:
        count = sum(len(runs) for _, runs in missing.values())
        size = max(1, min(_RUNS_PER_TASK, count // (self._workers * _TASKS_PER_WORKER)))
        in_all = max(count, self.total - self._done + self.played)  # of this session, those that were played included
        seed, share, tasks = self.study.seed, -(-in_all // self._workers), list[Task]()
        for key, (one, runs) in missing.items():
            luck = mix(seed ^ mix(one.luck)) >> 1 if one.luck else seed
            seeds = [(run, seed_of_run(luck, run)) for run in sorted(runs)]
            tasks += [
                Task(key, one.design.changes, tuple(seeds[at : at + size]), share) for at in range(0, len(seeds), size)
            ]
        return tasks

    def _said(self) -> None:
        if self._tell is None:
            return
        words = f"runs: {self._done:,} of {self.total:,}" if self.total else f"runs: {self._done:,}"
        if self._first is None:
            self._first = (monotonic(), self.played) if self.played else None
        else:
            passed, fresh = monotonic() - self._first[0], self.played - self._first[1]
            left = passed / fresh * (self.total - self._done) if fresh else 0
            if self.total and passed > _SOON and left >= 1:
                words += f", about {duration(round(left) * 1000)} left"
        self._tell(self._done, self.total, words)


@contextmanager
def player(
    study: Study,
    scenario: Scenario,
    state: State,
    kept: Kept,
    *,
    workers: int | None,
    backend: str | Backend,
    engine: EngineChoice,
    tell: Tell | None,
) -> Iterator[Player]:
    """A player for *study*, played from *state* of *scenario*, with its workers, for as long as a block runs."""
    rule = study.rule or scenario.rule
    common = Common(
        scenario=scenario,
        state=state,
        changes=study.changes,
        rule=study.rule,
        until=None if study.until is None else state.now + study.until,
        warm_up=study.warm_up,
        engine=engine,
    )
    follows_from = [plant_digest(scenario.plant), state_digest(state), rule, common.until, study.warm_up, study.seed]
    base = hashlib.sha256(json.dumps([*follows_from, digest(study.changes), ENGINE]).encode()).hexdigest()
    with kept, ExitStack() as stack:
        opened: list[Callable[[Sequence[Task]], Iterator[Block]]] = []

        def spreading(tasks: Sequence[Task]) -> Iterator[Block]:
            """Start the workers when there is something for them to do, and not before."""
            if not tasks:
                return iter(())
            if not opened:
                opened.append(stack.enter_context(backends.opened(played, common, workers=workers, on=backend)))
            return opened[0](tasks)

        yield Player(study, base, kept, spreading, workers=workers or backends.cores(), tell=tell)
