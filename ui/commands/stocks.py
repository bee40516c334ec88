"""What the journal tells of materials: the books of the stocks, and what is in what."""

from pathlib import Path

from rich.text import Text

from plant_models.errors import InvalidPlant, known_names
from plant_models.making.faults import moment
from twin.records import Link, genealogy, ledger
from twin.state import opening
from ui.desk import Desk
from ui.terminal import Answer, table


def stock(workspace: Path, at: str | None) -> Answer:
    """What is in stock, and where it came from and went, by material; at any instant."""
    desk = Desk.open(workspace)
    if not desk.plant.materials:
        raise InvalidPlant("the plant keeps no materials; describe them under 'materials' in its file")
    try:
        time = desk.state.now if at is None else moment(at, desk.scenario.epoch)
    except ValueError as error:
        raise InvalidPlant(f"--at: {error}") from None
    books = ledger(desk.plant, opening(desk.plant), desk.journal.facts(), time)
    rows, data = [], []
    for name, material in desk.plant.materials.items():
        balance, lots = books.at(name), books.lots(name)
        numbers = (balance.opening, balance.delivered, balance.stored, balance.consumed, balance.expired, balance.stock)
        held = ", ".join(f"{lot}: {quantity:,}" for lot, quantity in lots.items()) or "nothing"
        rows.append([name, material.unit, *(f"{number:,}" for number in numbers), held])
        data.append(
            {"material": name, "unit": material.unit, **balance._asdict(), "stock": balance.stock, "lots": lots}
        )
    columns = ["material", "unit", "opening", "delivered", "made", "used", "expired", "in stock", "lots"]
    when = desk.scenario.epoch.datetime(time).isoformat(sep=" ", timespec="minutes")
    return Answer({"at_ms": time, "materials": data}, [table(columns, rows, title=f"Stocks at {when}", text_columns=2)])


def genealogy_of(workspace: Path, order: str | None, lot: str | None) -> Answer:
    """What an order is made of, or where a lot went."""
    if (order is None) == (lot is None):
        raise InvalidPlant("wanted an order, to see what it is made of, or --lot MATERIAL/LOT, to see where it went")
    desk = Desk.open(workspace)
    found = genealogy(desk.journal.facts())
    if order is not None:
        if order not in desk.state.orders:
            raise InvalidPlant(known_names("order", order, desk.state.orders))
        links, title = found.made_of(order), f"What {order} is made of"
    else:
        material, _, name = str(lot).partition("/")
        try:
            links, title = found.went_into(material, name), f"Where {name} of {material} went"
        except KeyError as error:
            raise InvalidPlant(str(error.args[0])) from None
    shown = table(["what", "quantity", "machine", "when"], [_row(desk, link) for link in links], title=title)
    nothing = Text("Nothing yet.", style="dim")
    return Answer(
        {"order": order, "lot": lot, "links": [link._asdict() for link in links]}, [shown if links else nothing]
    )


def _row(desk: Desk, link: Link) -> list[str]:
    words = f"{link.order} used {link.material}" if link.kind == "used" else f"{link.order} made {link.material}"
    when = desk.scenario.epoch.datetime(link.time).isoformat(sep=" ", timespec="minutes")
    return ["  " * link.depth + f"{words}, lot {link.lot}", f"{link.quantity:,}", link.machine, when]
