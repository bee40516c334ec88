"""Who works where on the simulated floor: crews come and go, and see to the machines that need them."""

from collections.abc import Callable
from functools import partial
from typing import Literal

from plant_models.events import CrewCame, CrewLeft, Engaged
from plant_models.shifts import FOREVER
from twin.applying.people import needed
from twin.engine.bench import Bench
from twin.needs.lacks import Lack
from twin.needs.people import team, who, will_come
from twin.standing import could_run


class People:
    """Sends people to machines; *changed* is told of every machine whose work stops or goes on through it.

    *is_calling* says that somebody may have become free: then machines that stand still for want of people come first,
    in their order, and after them those that have yet to take something.
    """

    def __init__(self, bench: Bench, changed: Callable[[int], None], repairs: Callable[[], None]) -> None:
        self._bench, self._changed, self._repairs = bench, changed, repairs
        self._crews = tuple(bench.plant.crews)
        self._slots = [bench.slot(partial(self._due, n)) for n in range(len(self._crews))]
        self._needy = tuple(bench.wiring.index[name] for name in bench.plant.sharing.attended)
        self.is_calling = False

    def look_again(self) -> None:
        """Work out from the state what is due."""
        for number in range(len(self._crews)):
            self._arm(number)
        self.is_calling = bool(self._needy)

    def call(self) -> None:
        """Somebody may have become free."""
        self.is_calling = bool(self._needy)
        self._repairs()

    def attend(self) -> None:
        """Let people go to the machines that stand still for want of them, and the others be asked again."""
        self.is_calling = False
        bench = self._bench
        plant, state = bench.plant, bench.state
        for index in self._needy:
            machine, name = bench.machines[index], bench.names[index]
            if not machine.is_unattended or not could_run(plant, name, machine):
                continue
            task: Literal["setup", "work"] = "setup" if machine.phase == "setup" else "work"
            need = needed(plant, state, name, machine)
            crew = None if need is None else who(plant, state, need[0], task, need[1])
            if need is not None and crew is not None:
                bench.emit(Engaged(state.now, name, crew, task, need[1]))
                self._changed(index)
        bench.asks.update(self._needy)

    def come(self, index: int, order: str) -> None:
        """Let the people come whom a machine needs that takes an order."""
        bench = self._bench
        found = team(bench.plant, bench.state, bench.names[index], order)
        if not isinstance(found, Lack):
            for task, crew, people in found:
                if task == "setup" or task == "work":
                    bench.emit(Engaged(bench.state.now, bench.names[index], crew, task, people))

    def may_attend(self, index: int) -> bool:
        """Whether a machine is attended, or somebody may still come to it."""
        bench, machine = self._bench, self._bench.machines[index]
        if not machine.is_unattended:
            return True
        need = needed(bench.plant, bench.state, bench.names[index], machine)
        return need is not None and will_come(bench.plant, bench.state, *need)

    def _due(self, number: int, now: int) -> None:
        bench, crew = self._bench, self._crews[number]
        if bench.state.crews[crew].is_away:
            bench.emit(CrewCame(now, crew))
        else:
            theirs = [i for i, machine in enumerate(bench.machines) if crew in machine.people.values()]
            bench.emit(CrewLeft(now, crew))
            for index in theirs:
                self._changed(index)
        self.call()
        self._arm(number)

    def _arm(self, number: int) -> None:
        bench, crew = self._bench, self._crews[number]
        hours, now = bench.plant.presence(crew), bench.state.now
        if hours is None:
            return
        due = now if hours.is_open(now) == bench.state.crews[crew].is_away else hours.next_change(now)
        self._slots[number].set(due if due < FOREVER else None, bench.wiring.ranks["crew"] + number)
