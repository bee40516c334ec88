"""What a selection came to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import pandas as pd

from twin import estimates
from twin.estimates import Estimate
from twin.indicators import Better
from twin.selecting.values import Values

Ending = Literal["selected", "runs used up", "stopped"]
"""Why it ended: "selected" where the procedure came to its own end."""


class Candidate(NamedTuple):
    """One alternative: its *mean* over the runs that count (with a t interval of its own), and when it was dropped.

    *dropped_after* is the number of its runs after which it was shown not to be the best; None for those that stayed.
    """

    name: str
    mean: Estimate
    dropped_after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The alternative that was chosen, and how sure that is.

    Attributes
    ----------
    candidates
        All of them, the chosen one first, then by mean.
    indifference
        The difference that matters, in the figure's unit; 0 where none was named.
    confidence
        The probability of a correct selection that was asked for.
    reached
        The probability that can be stood for: *confidence* where a procedure that promises came to its end, what OCBA
        estimates of its own choice, and None where nothing can be said because the runs were used up before.
    values
        How many values the choice rests on, over all alternatives; what was fetched ahead of need does not count.
    """

    procedure: str
    candidates: tuple[Candidate, ...]
    indifference: float
    confidence: float
    reached: float | None
    values: int
    why: Ending

    @property
    def best(self) -> str:
        """The name of the chosen alternative."""
        return self.candidates[0].name

    def words(self) -> str:
        """The choice in one line."""
        chosen = f"{self.best} ({self.candidates[0].mean.value:.4g}) after {self.values:,} values"
        if self.reached is None:
            return f"{chosen}: the best so far, and nothing is promised ({self.why})"
        if self.procedure == "ocba":
            return f"{chosen}: the best with an estimated probability of {self.reached:.1%}"
        return f"{chosen}: the best, or within {self.indifference:g} of it, with a probability of {self.reached:.0%}"

    def to_frame(self) -> pd.DataFrame:
        """One row for each alternative: *alternative*, *mean*, *low*, *high*, *runs*, *dropped_after*."""
        rows = [(c.name, c.mean.value, c.mean.low, c.mean.high, c.mean.runs, c.dropped_after) for c in self.candidates]
        return pd.DataFrame(rows, columns=["alternative", "mean", "low", "high", "runs", "dropped_after"])


def selection(
    values: Values,
    runs: Mapping[str, int],
    *,
    procedure: str,
    better: Better,
    best: str,
    dropped: Mapping[str, int],
    indifference: float,
    confidence: float,
    reached: float | None,
    why: Ending,
) -> Selection:
    """The account of a procedure that chose *best* and looked at so many *runs* of each alternative."""
    found = [
        Candidate(name, estimates.mean(values.as_asked(name, runs[name]), confidence), dropped.get(name))
        for name in values.names
    ]
    sign = -1.0 if better == "higher" else 1.0
    found.sort(key=lambda candidate: (candidate.name != best, sign * candidate.mean.value))
    return Selection(
        procedure=procedure,
        candidates=tuple(found),
        indifference=indifference,
        confidence=confidence,
        reached=reached,
        values=sum(runs.values()),
        why=why,
    )


def check(indifference: float, confidence: float, first_runs: int, most_runs: int, alternatives: int) -> None:
    """ValueError where what is asked of a procedure that promises does not make sense."""
    if not indifference > 0:
        raise ValueError(f"the indifference must be more than zero, not {indifference:g}")
    if not 1 / alternatives < confidence < 1:
        raise ValueError(
            f"the confidence must be more than blind choice among {alternatives} gives, {1 / alternatives:.3g}, and "
            f"less than 1, not {confidence:g}"
        )
    if not 2 <= first_runs <= most_runs:
        raise ValueError(f"wanted: 2 <= first_runs <= most_runs, not {first_runs} and {most_runs}")
