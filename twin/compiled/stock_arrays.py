"""Materials as records: what is in stock, what waits to come in, what is on order; what steps use up and yield.

They are there where a plant keeps materials. Materials go by number, as the plant lists them.
"""

from twin.compiled.arrays import World
from twin.native import Fixed, Row, column, rows, writer

LOTS, WANTING, OUTSIDE, ORDERED = range(4)
"""The rows of parcels of a material: in stock, on machines, before the door, on order; four chains for each."""


class Supply(Row):
    """All stocks together.

    *stirred* says that something changed in one, *in_vain* how many deliveries have come since anything was used up,
    *lacks* that what an order lacked which was looked at last is a material. *free* is a parcel that is not in use.
    *short* orders wait for a material now, *met* did so at any time; *short_time* is booked up to *short_since*.
    """

    stirred: int
    in_vain: int
    lacks: int
    free: int
    short: int
    short_since: int
    short_time: int
    met: int


class Stock(Row):
    """The stock of one material now, as `twin.standing.StockState`; *stirred* says that something changed in it."""

    purchases: int
    deliveries: int
    delivered_at: int
    stirred: int


class Chain(Row):
    """Parcels one behind the other, from *first* to *last*, and how much they are in *total*."""

    first: int
    last: int
    total: int


class Parcel(Row):
    """So much of a material; two of them lie in the room for one passage of an order.

    *what* is the lot that it is of, on a machine the order, on order the number of the purchase; *until* is when it
    expires, on order when it was ordered. *arrives* says that it comes now.
    """

    following: int
    before: int
    what: int
    quantity: int
    until: int
    arrives: int


class StockTerms(Fixed):
    """What does not change of a material, and how it comes in: -1 stands for what it does not have.

    *late* is where the times lie in which nothing is delivered, each from when until when. Of a step that needs more
    than *most* at once nothing is to be hoped for from what comes in by the clock.
    """

    capacity: int
    shelf_life: int
    quantity: int
    every: int
    first: int
    reorder_point: int
    lead_time: int
    bases: int
    late: int
    late_count: int
    most: int
    users: int
    users_count: int
    delivery_slot: int
    expiry_slot: int


class StepSupply(Fixed):
    """What a step uses up and yields; there is one for each stop, with the same number.

    Both are where it lies: material, how much, whether that is for each piece. *stock* is where the product goes.
    """

    uses: int
    use_count: int
    yields: int
    yield_count: int
    stock: int


supply = rows(Supply, "supply", World)
stock = rows(Stock, "stocks", World)
chain = rows(Chain, "chains", World)
parcel = rows(Parcel, "passages", World)
stock_terms = rows(StockTerms, "stock_terms", World)
step_supply = rows(StepSupply, "step_supplies", World)
is_short = column(int, "shorts", World)
put_short = writer(int, "shorts", World)
basket = column(int, "baskets", World)
put_basket = writer(int, "baskets", World)
