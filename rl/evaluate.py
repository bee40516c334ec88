"""How a policy does against every dispatching rule, on the same order books and the same luck."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

import numpy as np
import pandas as pd

from plant_models.scenario import Scenario
from rl.books import shaken
from rl.card import Exam, Line
from rl.reward import COSTS
from twin import estimates
from twin.decisions import Policy
from twin.policies.rules import RULES
from twin.rehearsal import rehearse
from twin.state import opening

TEST_SEEDS = 10_000
"""Exams begin here; below are the books on which training chose, from a million on those on which it learned."""

Book = Literal["own", "shaken"]
BOOKS: tuple[Book, ...] = ("own", "shaken")
Progress = Callable[[int, int], object]
"""Is told how many of how many policies have been played."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Costs in hours (weighted, where the objective is), run by run, of a policy and of the rules."""

    objective: str
    book: str
    seed: int
    policy: Sequence[float]
    rules: Mapping[str, Sequence[float]]
    confidence: float = 0.95

    @property
    def best_rule(self) -> str:
        """The rule with the least mean cost on these very runs: the hardest one to beat."""
        return min(self.rules, key=lambda name: fmean(self.rules[name]))

    def line(self, name: str) -> Line:
        """The policy against one rule: mean paired difference with its interval, as shares of the rule's cost."""
        ours, theirs = self.policy, self.rules[name]
        rule_cost = fmean(theirs)
        mean, low, high, _ = estimates.mean(np.subtract(ours, theirs), self.confidence)
        scale = rule_cost or 1.0
        return Line(
            rule=name,
            policy_cost=round(fmean(ours), 4),
            rule_cost=round(rule_cost, 4),
            difference=round(mean / scale, 4),
            low=round(low / scale, 4),
            high=round(high / scale, 4),
            verdict=_verdict(low, high),
        )

    def exam(self) -> Exam:
        """The evaluation as it stands on a policy's card, best rule first."""
        lines = sorted(map(self.line, self.rules), key=lambda line: line.rule_cost)
        return Exam(
            book=self.book,
            runs=len(self.policy),
            seed=self.seed,
            confidence=self.confidence,
            best_rule=self.best_rule,
            lines=tuple(lines),
        )

    def to_frame(self) -> pd.DataFrame:
        """A row for each rule, the best first."""
        lines = self.exam().lines
        return pd.DataFrame(
            {
                "rule": [line.rule for line in lines],
                "rule_cost_hours": [line.rule_cost for line in lines],
                "policy_cost_hours": [line.policy_cost for line in lines],
                "difference_percent": [100 * line.difference for line in lines],
                "low_percent": [100 * line.low for line in lines],
                "high_percent": [100 * line.high for line in lines],
                "verdict": [line.verdict for line in lines],
            }
        )

    def words(self) -> str:
        """The verdict against the best rule, in a sentence."""
        line = self.line(self.best_rule)
        span = f"{line.low:+.1%} to {line.high:+.1%}, {self.confidence:.0%} interval, {len(self.policy)} paired runs"
        if line.verdict == "no difference shown":
            return f"No difference shown against the best rule, {line.rule} ({span})."
        return f"The policy is {line.verdict} than the best rule, {line.rule}: {line.difference:+.1%} ({span})."


def evaluate(
    scenario: Scenario,
    policy: Policy,
    *,
    runs: int = 60,
    seed: int = TEST_SEEDS,
    objective: str = "weighted_tardiness",
    book: Book = "own",
    rules: Sequence[str] = tuple(RULES),
    confidence: float = 0.95,
    workers: int = 1,
    progress: Progress | None = None,
) -> Evaluation:
    """Rehearse the policy and every rule from the opening, *runs* times each, with the same luck.

    With ``book="own"`` each run plays the scenario's orders, with ``book="shaken"`` run *i* plays the book shaken with
    *seed* + *i*. *workers* are processes, for the scenario's own orders.
    """
    if runs < 2:
        raise ValueError(f"runs: an interval needs at least 2, not {runs}")
    if objective not in COSTS:
        raise ValueError(f"no objective {objective!r}; there are {', '.join(COSTS)}")
    policies = {"": policy} | {name: RULES[name] for name in rules}
    costs: dict[str, list[float]] = {}
    for number, (name, plays) in enumerate(policies.items()):
        if book == "own":
            costs[name] = _costs(scenario, plays, objective, runs=runs, seed=seed, workers=workers)
        else:
            books = [(seed + run, shaken(scenario, seed + run)) for run in range(runs)]
            costs[name] = [_costs(played, plays, objective, runs=1, seed=own, workers=1)[0] for own, played in books]
        if progress is not None:
            progress(number + 1, len(policies))
    ours = costs.pop("")
    return Evaluation(
        objective=objective,
        book=book,
        seed=seed,
        policy=ours,
        rules=costs,
        confidence=confidence,
    )


def _costs(scenario: Scenario, policy: Policy, objective: str, *, runs: int, seed: int, workers: int) -> list[float]:
    state = opening(scenario.plant, scenario.orders)
    played = rehearse(scenario.plant, state, policy, runs=runs, seed=seed, workers=workers)
    found: list[float] = played.figures[f"{objective}_h"].tolist()
    return found


def _verdict(low: float, high: float) -> str:
    if high < 0:
        return "better"
    return "worse" if low > 0 else "no difference shown"
