"""Lessons for a network that is to begin where the rules end: decisions, each candidate tried out in the twin.

A rule looks at a decision and takes what looks best. A lesson does more: it takes each candidate in turn on a fork of
the floor, lets the rule work off the rest of the book there, and writes down what each would cost in the end. The
forks live in the certain world (mean times, no breakdowns), so candidates differ by nothing but themselves.

References
----------
Bertsekas, Tsitsiklis & Wu (1997), Rollout algorithms for combinatorial optimization, Journal of Heuristics 3.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plant_models.shifts import FOREVER
from rl.card import Range
from rl.env import DispatchEnv
from rl.reward import COSTS
from rl.sight import FEATURES
from twin.chance import Certain, Chance
from twin.decisions import Decision, Policy
from twin.floor import run
from twin.simulated import SimulatedFloor

_TRIED = 4
_STRAYS = 0.2


class Lesson(NamedTuple):
    """Decisions: what was seen, and for each row what taking it costs above the best, in mean order works.

    At each decision the rule's own choice and the most promising others are tried, a few in all. Rows that
    were not tried, or are not there, have infinite regret.
    """

    seen: NDArray[np.float32]
    regrets: NDArray[np.float32]


def lessons(
    env: DispatchEnv,
    rule: Policy,
    episodes: Iterable[int],
    *,
    objective: str,
    progress: Callable[[int], object] | None = None,
) -> Lesson:
    """Play episodes by looking ahead with *rule*, now and then straying to see other floors too."""
    seen: list[NDArray[np.float32]] = []
    regrets: list[NDArray[np.float32]] = []
    for episode in episodes:
        rows, _ = env.reset(options={"episode": episode})
        stray = Chance(episode).share("lesson", "stray")
        turn = 0
        while (decision := env.decision) is not None:
            found = _regrets(env, rule, decision, rows, objective)
            seen.append(rows)
            regrets.append(found)
            best = int(found.argmin())
            if stray(0, turn) < _STRAYS:
                best = int(stray(1, turn) * len(env.shown))
            rows, *_ = env.step(best)
            turn += 1
        if progress is not None:
            progress(episode)
    if not seen:
        raise ValueError(f"scenario {env.scenario.id!r}: no machine ever has a choice; there is nothing to learn")
    return Lesson(np.array(seen), np.array(regrets))


def observations(env: DispatchEnv, policy: Policy, episodes: Iterable[int]) -> NDArray[np.float32]:
    """What *policy* gets to see when it plays episodes of the environment."""
    seen = []
    for episode in episodes:
        rows, _ = env.reset(options={"episode": episode})
        while (decision := env.decision) is not None:
            choice = policy(env.plant, env.state, decision)
            seen.append(rows)
            rows, *_ = env.step(env.shown.index(choice) if choice in env.shown else len(rows) - 1)
    return np.array(seen)


def envelope(*seen: NDArray[np.float32]) -> dict[str, Range]:
    """The range of each feature over all orders that could be taken."""
    rows = np.concatenate([part.reshape(-1, part.shape[-1]) for part in seen])
    orders = rows[(rows[:, -1] > 0) & (rows[:, FEATURES.index("wait")] == 0)]
    lows, highs = orders.min(axis=0).tolist(), orders.max(axis=0).tolist()
    return {name: Range(low=low, high=high) for name, low, high in zip(FEATURES, lows, highs, strict=False)}


def _regrets(
    env: DispatchEnv, rule: Policy, decision: Decision, rows: NDArray[np.float32], objective: str
) -> NDArray[np.float32]:
    costs = np.full(len(rows), np.inf, dtype=np.float32)
    state = env.state
    for row in _worth_trying(env, rule, decision, rows):
        floor = SimulatedFloor(env.plant, state.copy(), Certain())
        if floor.advance() != decision:
            raise ValueError(f"the floor's fork does not ask what the floor asked: {decision}")
        floor.start(decision, env.shown[row])
        run(floor, rule, FOREVER)
        costs[row] = COSTS[objective](env.plant, floor.state) / env.unit
    found: NDArray[np.float32] = costs - costs.min()
    return found


def _worth_trying(env: DispatchEnv, rule: Policy, decision: Decision, rows: NDArray[np.float32]) -> list[int]:
    """The rule's own choice, and of the others those that promise most for their setup."""
    choice = rule(env.plant, env.state, decision)
    promise = (
        rows[: len(env.shown), FEATURES.index("atcs")] + 1e-3 * rows[: len(env.shown), FEATURES.index("cost_rate")]
    )
    ranked = np.argsort(-promise, kind="stable")[:_TRIED].tolist()
    own = [env.shown.index(choice)] if choice in env.shown else []
    return sorted({*ranked, *own})
