"""The local search as one who plans: it takes a plant's problem, and the twin says which of its schedules is best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from plant_models.errors import Infeasible
from plant_models.plan import Plan
from scheduler import aim
from scheduler.aim import Objective
from scheduler.cpsat import Progress
from scheduler.problem import Problem
from scheduler.replay import InSequence, Played, play
from scheduler.search.records import MAKESPAN, TARDINESS
from scheduler.search.stop import Stop
from scheduler.search.team import Team
from scheduler.simplified import Key, left_out_by_search, simplified
from scheduler.stuck import why_stuck

LOCAL_SEARCH = "local-search"
"""What the local search is called among the proposers."""

_JUDGED = 5
"""So many different schedules are played by the twin before one is taken."""


class Searcher(Protocol):
    """Whoever makes plans for problems until it is told to stop."""

    def propose(self, problem: Problem, stop: Stop, progress: Progress | None = None) -> Plan:
        """The best plan that it finds; *progress* is told objective and bound, in milliseconds, and seconds."""


@dataclass(frozen=True, slots=True)
class Schedules:
    """What a search found: the sequences of several schedules, the best first, what none can go below, and when.

    *left_out* is what it knew nothing of.
    """

    sequences: tuple[Mapping[str, Sequence[tuple[Key, ...]]], ...]
    bound: float
    seconds: float
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LocalSearch:
    """Dispatching, then tabu search for the makespan or annealing for weighted tardiness, in so many threads.

    With a limit of iterations, and no other, the same seed and workers make the same plan every time. With a *cushion*,
    in milliseconds, what ends so shortly before it is due counts too, but far less: it is late when anything happens.
    """

    objective: Objective = "weighted_tardiness"
    seed: int = 1
    workers: int = 2
    cushion: int = 0

    def propose(self, problem: Problem, stop: Stop, progress: Progress | None = None) -> Plan:
        """The plan that fares best in the twin, at expected times, of the best schedules that are found.

        Raises
        ------
        Infeasible
            Where machines work in batches; where orders would never leave by any of these schedules, and why.
        """
        best: Played | None = None
        stuck: Played | None = None
        for sequences in self.search(problem, stop, progress).sequences:
            played = play(problem.plant, problem.state, InSequence(sequences), source=LOCAL_SEARCH)
            if not played.is_complete:
                stuck = stuck or played
            elif best is None or self._value(problem, played) < self._value(problem, best):
                best = played
        if best is not None:
            return best.plan
        if stuck is None:
            return Plan(slots=(), made_at=problem.now, source=LOCAL_SEARCH)
        reasons = "; ".join(why_stuck(problem.plant, stuck.end, is_endless=stuck.is_endless))
        raise Infeasible(f"by the local search's schedules orders never leave: {reasons}")

    def search(self, problem: Problem, stop: Stop, progress: Progress | None = None) -> Schedules:
        """The best schedules that differ, untimed; *stop* has its target in milliseconds of the objective."""
        left_out = left_out_by_search(problem, self.objective)
        found = simplified(problem, self.objective, self.cushion)
        if not found.keys:
            return Schedules((), 0.0, 0.0, left_out)
        goal = MAKESPAN if self.objective == "makespan" else TARDINESS

        def tell(best: int, bound: int, seconds: float) -> None:
            if progress is not None:
                progress(found.milliseconds(best), found.milliseconds(bound), seconds)

        team = Team(found.shop, goal=goal, seed=self.seed, workers=self.workers)
        answer = team.search(stop.in_terms_of(found.ticks), tell)
        sequences = tuple(found.sequences(schedule) for schedule in answer.schedules[:_JUDGED])
        return Schedules(sequences, found.milliseconds(answer.bound), answer.seconds, left_out)

    def _value(self, problem: Problem, played: Played) -> tuple[int, float, float]:
        value = aim.value(self.objective, problem.state, played.end)
        return len(played.lost), value, aim.mean_flow(problem.state, played.end)
