"""The order book of a file."""

from functools import partial

from plant_models.documents import Place
from plant_models.entries.nouns import noun
from plant_models.entries.products import OrderEntry
from plant_models.making.faults import moment
from plant_models.making.parts import Making


def add_orders(making: Making, place: Place, entry: OrderEntry) -> None:
    """An order, or a row of them."""
    if not making.faults.knows((*place, "product"), "product", entry.product, making.file.products):
        return
    release = making.faults.made(
        (*place, "release"), lambda: 0 if entry.release is None else moment(entry.release, making.epoch)
    )
    due = None if entry.due is None else making.faults.made((*place, "due"), lambda: moment(entry.due, making.epoch))
    if release is None:
        return
    if (entry.repeat is None) != (entry.every is None):
        making.faults.add(
            place, "wanted 'repeat' and 'every' together: how many orders, and how long after one another"
        )
        return
    count, every = entry.repeat or 1, entry.every or 0
    for number in range(count):
        name = entry.order if entry.repeat is None else f"{entry.order}-{number + 1:0{len(str(count))}}"
        made = making.faults.made(
            place,
            partial(
                noun,
                entry,
                id=name,
                release=release + number * every,
                due=None if due is None else due + number * every,
            ),
        )
        if made is None:
            return
        if name in making.order_names:
            making.faults.add((*place, "order"), f"there is an order {name!r} already")
            return
        stem, _, last = name.rpartition("-")
        if last.isdigit() and stem in making.file.arrivals:
            making.faults.add((*place, "order"), f"{name!r} is what an order of the arrivals {stem!r} is called")
            return
        making.order_names.add(name)
        making.orders.append(made)
