"""Many runs of one setting on the compiled floor, counted and not written down."""

from collections.abc import Callable, Sequence

import numpy as np

from plant_models.plant import Plant
from plant_models.shifts import FOREVER, HOUR
from twin.chance import Chance, Luck
from twin.compiled import arrays as a
from twin.compiled.accounts import WORDS
from twin.compiled.floor import CompiledFloor
from twin.decisions import Policy
from twin.iso22400 import total
from twin.span import STATUSES, Account, Outcome, Trial, elements_of, span_figures
from twin.standing import State
from twin.tally import figures_of


def trials(
    plant: Plant,
    state: State,
    policy: Policy,
    chance: Callable[[int], Luck],
    *,
    seeds: Sequence[tuple[int, int]],
    until: int | None = None,
    warm_up: int = 0,
    give_up: int = FOREVER,
) -> list[Trial]:
    """Play once for each (index, seed): what `twin.trials.trials` gives, to the last bit.

    A run without *until* is given up with the first fact after *give_up* (milliseconds since the epoch).

    Raises
    ------
    ValueError
        Where the compiled floor cannot play that.
    """
    player = _Player(plant, state, policy, until, warm_up, give_up)
    return [player.play(index, chance(seed)) for index, seed in seeds]


class _Player:
    """A setting, laid out once, and played again and again."""

    def __init__(
        self, plant: Plant, state: State, policy: Policy, until: int | None, warm_up: int, give_up: int
    ) -> None:
        state = state.copy()
        for machine in state.machines.values():
            machine.is_held = False
        self._floor = CompiledFloor(plant, state, Chance(0), policy)
        self._start = self._floor.snapshot()
        self._until, self._give_up = until, give_up if until is None else FOREVER
        self._counted_from = state.now + warm_up
        self._now, self._names = state.now, figures_of(plant)
        self._orders = [(name, order.order) for name, order in state.book()]
        numbers = self._floor.layout.order_numbers
        self._book = [numbers[name] for name, _ in self._orders]
        self._left = self._has_left()

    def play(self, index: int, luck: Luck) -> Trial:
        """One run."""
        floor, last = self._floor, FOREVER if self._until is None else self._until
        floor.restore(self._start)
        floor.seed(luck)
        if self._counted_from > self._now:
            floor.count(False)
            floor.look_again()
            floor.run(self._counted_from)
            floor.set_time(self._counted_from)
        floor.count(True, give_up=self._give_up)
        left = self._has_left()
        floor.look_again()
        floor.run(last)
        end = max(last, floor.now)
        if self._until is None:
            end = max(self._give_up, floor.now) if floor.unfinished else floor.now
        floor.close(end)
        return self._trial(index, end, left)

    def _trial(self, index: int, end: int, left: list[bool]) -> Trial:
        outcomes, floor = self._outcomes(), self._floor
        clock, accounts = floor.clock, self._accounts()
        energy = floor.energy(end, accounts)
        figures = span_figures(
            accounts,
            [outcome for outcome, is_gone in zip(outcomes, left, strict=True) if not is_gone],
            elements=total(elements_of(accounts, energy).values()),
            start=self._counted_from,
            end=end,
            inside=clock["inside"],
            inside_time=clock["inside_time"],
            last_finish=clock["last_finish"],
            lost=clock["lost"],
            holds=clock["holds"],
            is_locked=floor.is_stuck(),
        )
        if floor.plant.materials:
            known = floor.supply
            figures |= {"short_of_material_h": known["short_time"] / HOUR, "short_of_material_orders": known["met"]}
        if energy is not None:
            figures |= energy.figures(figures["good_pieces"] or 0)
        there = [outcome for outcome, is_gone in zip(outcomes, self._left, strict=True) if not is_gone]
        return Trial(
            index,
            end,
            tuple(figures[name] for name in self._names),
            tuple(o.finished_at for o in there),
            tuple(o.is_on_time(end) for o in there),
        )

    def _has_left(self) -> list[bool]:
        """Which orders are gone; lots are no orders."""
        return [stage >= a.FINISHED for stage in self._floor.orders["stage"][self._book].tolist()]

    def _outcomes(self) -> list[Outcome]:
        rows = self._floor.orders[self._book]
        told = zip(
            self._orders,
            rows["released_at"].tolist(),
            rows["finished_at"].tolist(),
            rows["quantity"].tolist(),
            rows["stage"].tolist(),
            strict=True,
        )
        return [
            Outcome(
                name,
                terms.product,
                terms.weight,
                terms.due,
                None if released < 0 else released,
                None if finished < 0 else finished,
                pieces,
                stage == a.TURNED_AWAY,
                stage == a.CANCELLED,
                terms.priority,
            )
            for (name, terms), released, finished, pieces, stage in told
        ]

    def _accounts(self) -> dict[str, Account]:
        floor = self._floor
        booked = np.reshape(floor.booked, (-1, WORDS)).tolist()
        found = {}
        for name, row, times in zip(floor.plant.machines, floor.accounts.tolist(), booked, strict=True):
            word, since, prt, produced, good, rework, first, inspected, passed, failures = row
            by_status = dict(zip(STATUSES, times, strict=True))
            found[name] = Account(
                STATUSES[word], since, by_status, float(prt), produced, good, rework, first, inspected, passed, failures
            )
        return found
