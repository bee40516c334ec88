"""Whether the materials are there that steps use up: `twin.needs.materials`."""

from twin.compiled.arrays import FAR, NOBODY, World, number, order, terms
from twin.compiled.deliveries import next_delivery
from twin.compiled.lacks import COMES, NOTHING
from twin.compiled.moves import at_work
from twin.compiled.parcels import at_hand
from twin.compiled.stock_arrays import ORDERED, StepSupply, basket, chain, put_basket, step_supply, supply
from twin.native import compiled


@compiled
def supply_of(w: World, o: int) -> StepSupply:
    """What the step uses up and yields at which an order is."""
    return step_supply(w, terms(w, o).first_stop + order(w, o).step)


@compiled
def amount(w: World, n: int, pieces: int) -> int:
    """How much an entry of what a step uses up, or yields, is for so many pieces."""
    return number(w, n + 1) * pieces if number(w, n + 2) else number(w, n + 1)


@compiled
def material_lacks_until(w: World, o: int) -> int:
    """Until when an order lacks a material: NOTHING where it lacks none. Whether it does is written down."""
    at, pieces = supply_of(w, o), at_work(w, o)
    supply(w, 0).lacks = 0
    for n in range(at.uses, at.uses + 3 * at.use_count, 3):
        if at_hand(w, number(w, n)) < amount(w, n, pieces):
            return _lacks(w, number(w, n), amount(w, n, pieces))
    return NOTHING


@compiled
def _lacks(w: World, material: int, needed: int) -> int:
    """Until when there is less of a material than is needed."""
    supply(w, 0).lacks = 1
    until = next_delivery(w, material, needed)
    return COMES if until >= FAR and chain(w, 4 * material + ORDERED).first != NOBODY else until


@compiled
def empty_basket(w: World) -> None:
    """Let nothing have been taken yet for a batch."""
    for material in range(w.material_count):
        put_basket(w, material, 0)


@compiled
def put_in_basket(w: World, o: int) -> None:
    """Let an order be in the batch."""
    at, pieces = supply_of(w, o), at_work(w, o)
    for n in range(at.uses, at.uses + 3 * at.use_count, 3):
        put_basket(w, number(w, n), basket(w, number(w, n)) + amount(w, n, pieces))


@compiled
def basket_lacks_until(w: World, o: int) -> int:
    """Until when there is too little material for an order besides those in the batch; NOTHING if there is enough."""
    at, pieces = supply_of(w, o), at_work(w, o)
    for n in range(at.uses, at.uses + 3 * at.use_count, 3):
        needed = basket(w, number(w, n)) + amount(w, n, pieces)
        if at_hand(w, number(w, n)) < needed:
            return _lacks(w, number(w, n), needed)
    return NOTHING
