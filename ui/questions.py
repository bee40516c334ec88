"""What-if questions: what is changed, who decides, and how well the answer has to be known."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from plant_models.clock import duration
from plant_models.errors import InvalidPlant, known_names
from plant_models.events import Event
from plant_models.scenario import Scenario
from twin import changes
from twin.comparison import Comparison, compare
from twin.decisions import Policy
from twin.kpi import Kpis
from twin.pairs import World, compare_until
from twin.rehearsal import Rehearsal, play_again, rehearse
from twin.state import State
from twin.tally import FIGURES
from ui.terminal import Tell

SOON = 5
"""After how many pairs of runs it is said how long the others will take."""


@dataclass(frozen=True, slots=True)
class Width:
    """How well the change of a figure has to be known: to *half* either way, or (*is_share*) to that share of it."""

    kpi: str
    half: float
    is_share: bool = False

    @classmethod
    def parse(cls, text: str) -> "Width":
        """A width as people type it, in the figure's unit or in percent of it.

        Examples
        --------
        >>> Width.parse("makespan_h=0.5"), Width.parse("weighted_tardiness_h=5%")
        (Width(kpi='makespan_h', half=0.5, is_share=False), Width(kpi='weighted_tardiness_h', half=0.05, is_share=True))

        Raises
        ------
        InvalidPlant
            Where it is none, with what was expected.
        """
        found = re.fullmatch(r"\s*(\w+)\s*=\s*([0-9]*\.?[0-9]+)\s*(%?)\s*", text)
        if found is None or float(found[2]) <= 0:
            raise InvalidPlant(
                f"--until {text!r}: wanted FIGURE=WIDTH, such as weighted_tardiness_h=2 or makespan_h=5%"
            )
        if FIGURES.get(found[1]) is None:
            known = dict.fromkeys(name for name, better in FIGURES.items() if better is not None)
            raise InvalidPlant(f"--until {text!r}: {known_names('figure', found[1], known)}")
        half = float(found[2])
        return cls(found[1], half / 100 if found[3] else half, bool(found[3]))

    def __str__(self) -> str:
        return f"{self.kpi}={100 * self.half:g}%" if self.is_share else f"{self.kpi}={self.half:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """Two worlds that met the same luck: the floor as it is, and with *changes*.

    *precision* says in words whether the change became known as well as was asked for; "" where a number of runs was
    asked for.
    """

    changes: tuple[changes.Change, ...]
    before: tuple[Scenario, State, Policy]
    after: tuple[Scenario, State, Policy]
    comparison: Comparison
    precision: str = ""

    @property
    def middle(self) -> int:
        """The number of the run that is in the middle of the changed world by weighted tardiness."""
        return self.comparison.other.median_run()

    def middle_run(self, *, is_changed: bool) -> tuple[list[Event], Kpis, State]:
        """That run in one of the worlds, with the same luck: what happens, its account, and where it begins."""
        scenario, state, policy = self.after if is_changed else self.before
        rehearsal = self.comparison.other if is_changed else self.comparison.base
        facts, kpis = play_again(scenario.plant, state, policy, rehearsal, self.middle)
        return facts, kpis, state


def what_if(
    scenario: Scenario,
    state: State,
    edits: tuple[changes.Change, ...],
    policy_of: Callable[[str | None], Policy],
    *,
    runs: int = 100,
    width: Width | None = None,
    seed: int = 1,
    workers: int | None = None,
    until: int | None = None,
    tell: Tell | None = None,
) -> WhatIf:
    """Play the floor as it stands in *state*, and with *edits*, against the same luck.

    *policy_of* gives who decides; it is told a rule where the edits name one, for the changed floor. With a *width*
    there are as many runs as it takes, and *runs* at most. They end at *until*, or when every order has left.

    Raises
    ------
    InvalidPlant
        Where an edit cannot be made.
    """
    other, other_state = changes.live(scenario, state, edits)
    rule = next((edit.rule for edit in reversed(edits) if isinstance(edit, changes.OtherRule)), None)
    base, changed = World(scenario.plant, state, policy_of(None)), World(other.plant, other_state, policy_of(rule))

    began = monotonic()

    def told(done: int, of: int) -> object:
        left = (monotonic() - began) / done * (of - done) if done >= SOON else 0.0
        soon = f", about {duration(round(left) * 1000)} left" if left >= 1 else ""
        return None if tell is None else tell(done, of, f"{done:,} of {of:,} pairs of runs{soon}")

    precision = ""
    if width is not None:
        found = compare_until(
            base,
            changed,
            kpi=width.kpi,
            half_width=width.half,
            relative=width.is_share,
            first_runs=min(20, runs),
            most_runs=runs,
            seed=seed,
            workers=workers,
            until=until,
            progress=told,
        )
        comparison, precision = found.comparison, found.words()
    else:

        def half(world: World, before: int) -> Rehearsal:
            """One of the two worlds, with so many runs of the other *before*."""
            return rehearse(
                *world,
                runs=runs,
                seed=seed,
                workers=workers,
                until=until,
                progress=lambda done, _runs: told((before + done) // 2, runs),
            )

        one, two = half(base, 0), half(changed, runs)
        comparison = compare(one, two)
    return WhatIf(
        changes=edits,
        before=(scenario, state, base.policy),
        after=(other, other_state, changed.policy),
        comparison=comparison,
        precision=precision,
    )
