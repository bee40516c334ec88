"""What an edit of a scenario is, and what all of them need."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Literal, Protocol

from plant_models.clock import Epoch
from plant_models.errors import InvalidPlant, known_names
from plant_models.scenario import Scenario
from plant_models.units import duration

Section = Literal["machines", "buffers", "crews", "tools", "materials", "arrivals"]


class Change(Protocol):
    """An edit of a scenario."""

    def apply(self, scenario: Scenario) -> Scenario:
        """The scenario with the edit; InvalidPlant where it cannot be, naming what is known."""

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""


def unknown(what: str, name: str, known: Iterable[str]) -> InvalidPlant:
    """The complaint about a name that the plant does not know, with those that it knows."""
    return InvalidPlant(known_names(what, name, dict.fromkeys(known)))


def found(scenario: Scenario, section: Section, name: str) -> Any:
    """The machine, buffer, crew, tool, material or arrivals of that name; InvalidPlant where there is none."""
    known = getattr(scenario.plant, section)
    if name not in known:
        raise unknown(section.removesuffix("s"), name, known)
    return known[name]


def altered(noun: Any, **values: object) -> Any:
    """A noun with other values; InvalidPlant where it cannot have them."""
    try:
        return replace(noun, **values)
    except ValueError as error:
        raise InvalidPlant(str(error)) from None


def with_one(scenario: Scenario, section: Section, name: str, **values: object) -> Scenario:
    """The scenario in which one thing in a section of the plant has other values."""
    return with_some(scenario, section, {name: altered(found(scenario, section, name), **values)})


def with_some(scenario: Scenario, section: Section, nouns: dict[str, Any]) -> Scenario:
    """The scenario with other things of these names in a section of the plant."""
    plant = scenario.plant
    return replace(scenario, plant=altered(plant, **{section: {**getattr(plant, section), **nouns}}))


def check_window(what: str, start: int, end: int) -> None:
    """Refuse a time that ends before it starts."""
    if not start < end:
        raise InvalidPlant(f"{what}: that ends before it starts")


def when(time: int, epoch: Epoch | None) -> str:
    """A time as people say it: a date with *epoch*, else how long after the epoch it is."""
    return duration(time) if epoch is None else f"{epoch.datetime(time):%a %d %b %H:%M}"
