"""From what a scenario file says to the scenario itself.

Everything that the file names is looked up here, where its place is known.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from plant_models.entries.base import Entry
from plant_models.entries.nouns import moments, noun, references
from plant_models.errors import InvalidPlant
from plant_models.file_model import SECTIONS, ScenarioFile
from plant_models.making import book, energy, floor, hours, products, transport
from plant_models.making.faults import Faults, epoch_of, moment
from plant_models.making.parts import Making
from plant_models.plant import Plant
from plant_models.scenario import Scenario


def scenario(file: ScenarioFile, faults: Faults) -> Scenario:
    """The scenario that *file* describes.

    Raises
    ------
    InvalidPlant
        With everything that is wrong, each with its place.
    """
    epoch = faults.made(("epoch",), lambda: epoch_of(file.epoch)) or epoch_of(None)
    making = Making(file, faults, epoch)
    _everything(making)
    electricity = energy.electricity_of(making)
    faults.check()
    try:
        plant = Plant(
            id=file.scenario,
            work_centers=making.work_centers,
            machines=making.machines,
            buffers=making.buffers,
            routings=making.routings,
            products=making.products,
            changeovers=making.changeovers,
            shifts=making.shifts,
            release=noun(file.release),
            electricity=electricity,
            **making.things,
        )
        return Scenario(
            id=file.scenario, plant=plant, orders=tuple(making.orders), epoch=epoch, title=file.title, rule=file.rule
        )
    except ValueError as error:
        raise InvalidPlant(f"{faults.document.file}: {error}") from None


def _everything(making: Making) -> None:
    """All parts, what is named before what names it."""
    file = making.file
    for section in SECTIONS:
        entries: Mapping[str, Entry] = getattr(file, section)
        made = {
            name: making.faults.made((section, name), partial(_thing, making, entry, name))
            for name, entry in entries.items()
        }
        making.things[section] = {name: thing for name, thing in made.items() if thing is not None}
    for name, shifts in file.shifts.items():
        hours.add_shifts(making, name, shifts)
    for name, buffer in file.buffers.items():
        floor.add_buffer(making, ("buffers", name), name, buffer)
    for name, changeover in file.changeovers.items():
        floor.add_changeover(making, ("changeovers", name), name, changeover)
    for name, center in file.work_centers.items():
        floor.add_work_center(making, name, center)
    floor.check_buffers(making)
    transport.check_locations(making)
    floor.order_machines(making)
    for name, steps in file.routings.items():
        products.add_routing(making, ("routings", name), name, steps, None)
    for name, product in file.products.items():
        if isinstance(product.routing, list):
            products.add_routing(making, ("products", name, "routing"), name, product.routing, product.per)
    for name, product in file.products.items():
        products.add_product(making, name, product)
    products.check_families(making)
    _check_references(making)
    for at, order in enumerate(file.orders):
        book.add_orders(making, ("orders", at), order)


def _thing(making: Making, entry: Entry, name: str) -> Any:
    return noun(entry, id=name, **moments(entry, lambda text: moment(text, making.epoch)))


def _check_references(making: Making) -> None:
    """Every name that refers to something is that of something that there is."""
    known: Mapping[str, Mapping[str, object]] = {
        "buffer": making.buffers,
        "shifts": making.shifts,
        "product": making.file.products,
        "crew or skill": dict.fromkeys(
            skill for name, crew in making.file.crews.items() for skill in (name, *(crew.skills or ()))
        ),
        **{section.removesuffix("s"): getattr(making.file, section) for section in SECTIONS},
    }
    for place, what, name in references(making.file):
        making.faults.knows(place, what, name, known[what])
