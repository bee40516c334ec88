"""The twin turned inside out: the environment asks, the agent decides."""

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from plant_models.clock import duration
from plant_models.scenario import Scenario
from plant_models.shifts import FOREVER
from rl.books import shaken
from rl.features import SLACK, Matrix, features
from rl.reward import COSTS, unit
from rl.sight import FEATURES, LIMIT
from rl.worktimes import patience
from twin.chance import Certain, Chance
from twin.decisions import Decision, Wait
from twin.release import portions_left
from twin.simulated import SimulatedFloor
from twin.state import State, opening, status

SLOTS = 24
"""How many orders an observation has room for, where nothing else is said."""

TRAINING_SEEDS = 1_000_000
"""Episodes drawn by `reset` have numbers from here on; those below are left for validation and test."""

_STEPS_PER_OPERATION = 20
_DRAWS = 100


class DispatchEnv(gymnasium.Env[NDArray[np.float32], np.int64]):
    """A shop floor on which each step decides which order a machine takes next.

    Attributes
    ----------
    shown : tuple of str
        The orders of the observation's rows.
    unit : float
        What a reward of 1 is worth, in milliseconds.

    ## Description
    A `SimulatedFloor` works through an order book. Whenever an idle machine may take two or more orders, the
    environment stops and asks; decisions with one option are taken at once. Whatever is learned here plays in
    rehearsals and on a live floor as it is, because they put the same question (`twin.Decision`).

    ## Action Space
    ``Discrete(slots)``: the row of the order to take; with ``wait=True`` there is one action more, the last, which
    leaves the machine idle until its options change, and no longer than the mean work of its options.
    `action_masks` says which rows are there. An action for a row that is not takes the first order instead, as an
    unmasked agent or checker must be able to go on, and ``info["was_masked"]`` says so.

    ## Observation Space
    ``Box(-10, 10, (slots (+ 1 to wait), len(FEATURES) + 1))``: a row of `rl.features.FEATURES` for each order,
    padded with zeros; the last column is 1 where there is a candidate. Where more orders wait than there are slots,
    those with the least slack are shown, in the order in which they came to wait.

    ## Rewards
    Estimated cost before the step less after it (`rl.reward`), in mean weighted order works. The return is the
    opening estimate less the true cost.

    ## Starting State
    The floor at its epoch. ``book="own"`` gives it the scenario's orders, ``book="shaken"`` another book of the same
    kind in each episode. ``reset(seed=...)`` fixes the series of episodes; ``options={"episode": number}`` plays one
    by its number, which fixes both book and chance.

    ## Episode End
    Terminated when every order has left (or none can go on); truncated after 20 decisions for each operation,
    which only an agent that waits can reach.

    ## Arguments
    scenario: the plant and its orders.
    objective: ``"weighted_tardiness"`` or ``"makespan"``.
    chance: ``"drawn"`` times, scrap and breakdowns, or ``"certain"``: mean times, no breakdowns.
    book: ``"own"`` or ``"shaken"``.
    slots: how many orders an observation has room for.
    wait: whether waiting is an action.
    render_mode: ``"ansi"`` for a line for each machine, or None.

    ## Version History
    v0: first version.
    """

    metadata: dict[str, Any] = {"render_modes": ["ansi"], "render_fps": 4}  # noqa: RUF012 - as Gymnasium declares it

    def __init__(
        self,
        scenario: Scenario,
        *,
        objective: str = "weighted_tardiness",
        chance: str = "drawn",
        book: str = "shaken",
        slots: int = SLOTS,
        wait: bool = False,
        render_mode: str | None = None,
    ) -> None:
        _check("objective", objective, COSTS)
        _check("chance", chance, ("certain", "drawn"))
        _check("book", book, ("own", "shaken"))
        _check("render mode", render_mode, (None, "ansi"))
        if slots < 2:
            raise ValueError(f"slots: a choice needs at least 2, not {slots}")
        if not scenario.orders:
            raise ValueError(f"scenario {scenario.id!r} has no orders; there is nothing to decide")
        self.scenario, self.plant, self.slots = scenario, scenario.plant, slots
        self.render_mode = render_mode
        self._cost, self._chance, self._book, self._wait = COSTS[objective], chance, book, wait
        rows = slots + wait
        self.action_space: spaces.Discrete = spaces.Discrete(rows)
        self.observation_space = spaces.Box(-LIMIT, LIMIT, (rows, len(FEATURES) + 1), np.float32)
        self._floor: SimulatedFloor | None = None
        self._decision: Decision | None = None
        self.shown: tuple[str, ...] = ()
        self._seen = np.zeros((rows, len(FEATURES) + 1), dtype=np.float32)
        self._before = self.unit = 1.0
        self._steps = self._most_steps = 0

    @property
    def state(self) -> State:
        """How the floor stands now. Read it; only what happens changes it."""
        return self._standing().state

    @property
    def decision(self) -> Decision | None:
        """The decision that is to be made; None when the episode has ended."""
        return self._decision

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """Begin another episode, at the first decision that leaves a choice.

        An episode given by its number may have none; then `decision` is None.
        """
        super().reset(seed=seed)
        if options and "episode" in options:
            return self._open(int(options["episode"]))
        for _ in range(_DRAWS):
            seen, info = self._open(TRAINING_SEEDS + int(self.np_random.integers(1 << 40)))
            if self._decision is not None:
                return seen, info
        raise ValueError(f"scenario {self.scenario.id!r}: in {_DRAWS} episodes no machine ever had a choice")

    def step(self, action: np.int64 | int) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        """Let the machine take the order in that row, and go on to the next decision."""
        floor, decision = self._standing(), self._decision
        if decision is None:
            raise ValueError("the episode has ended; call reset() first")
        row = int(action)
        if not self.action_space.contains(np.int64(row)):
            raise ValueError(f"action {row} is not in 0 to {self.action_space.n - 1}")
        was_masked = not self.action_masks()[row]
        if self._wait and row == self.slots:
            floor.start(decision, Wait(decision.time + patience(self.plant, floor.state, decision)))
        else:
            floor.start(decision, self.shown[0 if was_masked else row])
        self._go_on()
        self._steps += 1
        cost = self._cost(self.plant, floor.state)
        reward, self._before = (self._before - cost) / self.unit, cost
        ended = self._decision is None
        info: dict[str, Any] = {"was_masked": was_masked}
        if ended:
            info |= {"cost": cost, "unfinished": floor.state.unfinished}
        return self._seen.copy(), reward, ended, not ended and self._steps >= self._most_steps, info

    def action_masks(self) -> NDArray[np.bool_]:
        """Which actions there are now."""
        mask = np.zeros(self.slots + self._wait, dtype=np.bool_)
        mask[: len(self.shown)] = True
        if self._wait and self._decision is not None:
            mask[-1] = True
        return mask

    def render(self) -> str | None:
        """A line for each machine: what it does and for which order; then the decision."""
        if self.render_mode is None:
            return None
        state, lines = self.state, [f"{duration(self.state.now)}, {self.state.unfinished} orders to go"]
        for name, machine in state.machines.items():
            lines.append(f"  {name:<16} {status(self.plant, name, machine):<8} {machine.order or '-'}")
        if self._decision is not None:
            lines.append(f"  {self._decision.machine} may take {', '.join(self._decision.options)}")
        return "\n".join(lines)

    def _open(self, episode: int) -> tuple[NDArray[np.float32], dict[str, Any]]:
        scenario = shaken(self.scenario, episode) if self._book == "shaken" else self.scenario
        state = opening(self.plant, scenario.orders)
        self._floor = SimulatedFloor(
            self.plant.without_arrivals(), state, Chance(episode) if self._chance == "drawn" else Certain()
        )
        self.unit, self._before, self._steps = unit(self.plant, state), self._cost(self.plant, state), 0
        self._most_steps = _STEPS_PER_OPERATION * sum(
            len(lots) for known in state.orders.values() for _, lots in portions_left(self.plant, known)
        )
        info = {"episode": episode, "opening_cost": self._before}
        self._go_on()
        return self._seen.copy(), info

    def _standing(self) -> SimulatedFloor:
        if self._floor is None:
            raise ValueError("there is no floor yet; call reset() first")
        return self._floor

    def _go_on(self) -> None:
        """Work on to the next decision that leaves a choice, and see what there is to choose from."""
        floor = self._standing()
        while (decision := floor.advance(FOREVER)) is not None and len(decision.options) < 2:
            floor.start(decision, decision.options[0])
        self._decision, self.shown = decision, ()
        self._seen = np.zeros((self.slots + self._wait, len(FEATURES) + 1), dtype=np.float32)
        if decision is None:
            return
        rows = features(self.plant, floor.state, decision, wait=self._wait)
        orders = rows[: len(decision.options)]
        kept = _most_urgent(orders, self.slots) if len(orders) > self.slots else range(len(orders))
        self.shown = tuple(decision.options[row] for row in kept)
        self._seen[: len(self.shown), :-1] = orders[list(kept)]
        if self._wait:
            self._seen[-1, :-1] = rows[-1]
        self._seen[:, -1] = self.action_masks()


def _most_urgent(orders: Matrix, count: int) -> list[int]:
    """The rows with the least slack, in their order."""
    return sorted(np.argsort(orders[:, SLACK], kind="stable")[:count].tolist())


def _check(what: str, given: object, known: Any) -> None:
    if given not in known:
        raise ValueError(f"no {what} {given!r}; there are {', '.join(map(str, known))}")
