"""Crews laid out: who can do what for whom, and when they are there."""

from collections.abc import Callable, Iterable

from plant_models.plant import Plant
from plant_models.shifts import Shifts
from twin.compiled import arrays as a
from twin.compiled import sharing
from twin.wiring import Wiring

Whole = Callable[[Iterable[int]], int]
"""Puts whole numbers in a row, and says where they begin."""


class People:
    """A plant's crews and skills by number, and the records that stand for them.

    *slot* gives a crew its slot in the calendar, *turn* lays out hours and says where.
    """

    def __init__(self, plant: Plant, known: Wiring) -> None:
        self._plant, self._known = plant, known
        self.crews = tuple(plant.crews)
        self.numbers = {name: number for number, name in enumerate(self.crews)}
        self._skills = {name: number for number, name in enumerate(plant.sharing.able)}

    def skill(self, name: str | None) -> int:
        """The number of a skill; -1 for none."""
        return a.NOBODY if name is None else self._skills[name]

    def counts(self, whole: Whole) -> dict[str, int]:
        """What the world says of them."""
        plant, index = self._plant, self._known.index
        needy = [index[name] for name in plant.sharing.attended]
        wholes = [(whole(members), len(members)) for members in self._known.wholes]
        return {
            "has_calls": int(self._known.has_calls),
            "has_people": int(self._known.has_people),
            "crew_count": len(self.crews),
            "needy": whole(needy),
            "needy_count": len(needy),
            "wholes": whole(n for pair in wholes for n in pair),
            "whole_count": len(wholes),
        }

    def lay(
        self,
        add: Callable[..., int],
        whole: Whole,
        slot: Callable[[int, int], int],
        turn: Callable[[Shifts | None], int],
    ) -> None:
        """Add the records."""
        plant, index = self._plant, self._known.index
        for number, crew in enumerate(plant.crews.values()):
            served = plant.sharing.served[crew.id]
            add(
                "crew_terms",
                sharing.CrewTerms,
                size=crew.size,
                tends=crew.tends,
                finishes=int(crew.at_shift_end == "finish"),
                turn=turn(plant.presence(crew.id)),
                slot=slot(a.BY_CREW, number),
                served=whole(index[name] for name in served),
                served_count=len(served),
            )
        for able in plant.sharing.able.values():
            add("skills", sharing.Skill, able=whole(self.numbers[crew.id] for crew in able), able_count=len(able))
