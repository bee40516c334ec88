"""Random small plants with everything a plant can have, and the orders they are given."""

from dataclasses import dataclass
from functools import cached_property

from hypothesis import strategies as st

from plant_models.events import Event
from plant_models.moves import with_moves
from plant_models.orders import LEAVE, Order, Product, Routing
from plant_models.plant import Buffer, Machine, Plant, WorkCenter
from plant_models.shifts import HOUR, MINUTE
from tests.laws.energies import powers, supplies
from tests.laws.in_lots import lots
from tests.laws.machines import batches, hours, stays, stops
from tests.laws.means import crews, fleets, materials, releases, tools
from tests.laws.steps import attended, attributes, changeovers, graded, operations
from tests.laws.streams import arrivals
from tests.laws.teams import teams
from twin.chance import Chance, Luck
from twin.decisions import Policy
from twin.floor import run
from twin.policies.rules import RULES
from twin.simulated import SimulatedFloor
from twin.state import State, opening

FAR = 14 * 24 * HOUR


@dataclass(frozen=True)
class World:
    """A plant, its orders, and one future."""

    plant: Plant
    orders: tuple[Order, ...]
    seed: int
    rule: str

    @property
    def policy(self) -> Policy:
        return RULES[self.rule]

    def floor(self, facts: list[Event] | None = None, chance: Luck | None = None) -> SimulatedFloor:
        record = None if facts is None else facts.append
        return SimulatedFloor(self.plant, opening(self.plant, self.orders), chance or Chance(self.seed), record)

    @cached_property
    def life(self) -> tuple[State, list[Event]]:
        """The floor after it was left alone with its rule for a fortnight, and all that happened."""
        facts: list[Event] = []
        floor = self.floor(facts)
        run(floor, self.policy, FAR)
        return floor.state, facts


@st.composite
def plants(draw: st.DrawFn, chain: bool | None = None, plain: bool = False) -> Plant:
    """Up to four work centers with up to three machines each; a chain has the same way for all and finite buffers.

    A *plain* one has no more than plans can say: machines that work on one order at a time, in any sequence.
    """
    is_chain = draw(st.booleans()) if chain is None else chain
    count = draw(st.integers(1, 4))
    shifts = draw(hours())
    families = ("red", "green", "blue")
    table = {a: {b: draw(st.integers(0, 20)) * MINUTE for b in families if b != a} for a in families}
    centers, machines, buffers = {}, {}, {}
    for number in range(count):
        name = f"center-{number}"
        is_tight = number if is_chain else not plain and not draw(st.integers(0, 3))
        capacity = draw(st.sampled_from((None, 0, 1, 2, 3))) if is_tight else None
        buffers[f"before-{number}"] = Buffer(
            id=f"before-{number}",
            capacity=capacity,
            when_full=draw(st.sampled_from(("wait", "wait", "turn_away"))),
            **{"discipline": draw(st.sampled_from(("any", "fifo", "lifo")))} | ({} if plain else draw(stays(capacity))),
        )
        centers[name] = WorkCenter(
            id=name,
            buffer=f"before-{number}",
            shifts="hours" if draw(st.booleans()) else None,
            at_shift_end=draw(st.sampled_from(("pause", "finish") if plain else ("pause", "finish", "refuse"))),
            changeover="colours" if draw(st.booleans()) else None,
            setup_crew=None if plain else draw(st.sampled_from((None, None, "setting", "operators"))),
            blocking=draw(st.sampled_from(("after_service", "after_service", "before_service"))),
            power=draw(powers()),
        )
        whole = draw(stops(is_place=True)) if draw(st.integers(0, 5)) == 0 else None
        for m in range(draw(st.integers(1, 3))):
            id_ = f"m{number}{m}"
            machines[id_] = Machine(
                id=id_,
                work_center=name,
                speed=draw(st.sampled_from((1.0, 1.0, 0.7, 1.5))),
                set_up_for=draw(st.sampled_from((None, "red"))),
                part_of=None if whole is None else f"whole-{number}",
                **(whole or draw(stops())),
                batch=draw(batches()) if centers[name].blocking == "after_service" and not plain else None,
                power=draw(powers()),
            )
    carriers = [draw(fleets(centers, machines, buffers))] if draw(st.integers(0, 3)) == 0 else []
    routings, products = {}, {}
    things = draw(materials(any(center.blocking == "before_service" for center in centers.values())))
    for family in families:
        way = list(range(count)) if is_chain else draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=5))
        steps = tuple(draw(operations(n, len(way), c, machines, things)) for n, c in enumerate(way))
        if not plain:
            steps = draw(graded(draw(attended(steps, machines))))
            if not any(step.is_graded for step in steps):
                steps = draw(lots(steps, [buffers[f"before-{c}"].capacity is None for c in way]))
        moved = with_moves(steps, lambda step: machines[next(iter(step.machines))].work_center, carriers)
        routings[family] = Routing(id=family, operations=moved)
        is_held_last = any(
            (step is steps[-1] or LEAVE in step.next) and step.inspection and step.inspection.on_fail == "hold"
            for step in steps
        )
        stock = None if is_held_last else draw(st.sampled_from((None, *things)))
        products[f"{family}-part"] = Product(
            id=f"{family}-part", routing=family, family=family, attributes=draw(attributes()), stock=stock
        )
    plant = Plant(
        id="random",
        work_centers=centers,
        machines=machines,
        buffers=buffers,
        routings=routings,
        products=products,
        changeovers={"colours": draw(changeovers(table, plain))},
        shifts={"hours": shifts, "own": draw(hours("own"))},
        crews=draw(crews()),
        tools=draw(tools()),
        release=draw(releases()),
        materials=things,
        electricity=draw(supplies()),
        arrivals={} if plain or draw(st.integers(0, 2)) else draw(arrivals(sorted(products))),
    )
    return plant if plain or draw(st.integers(0, 2)) else draw(teams(plant))


@st.composite
def worlds(draw: st.DrawFn, chain: bool | None = None, orders: int = 10, plain: bool = False) -> World:
    """A random plant with random orders, a future and a rule."""
    plant, has_classes = draw(plants(chain, plain)), draw(st.booleans())
    book = tuple(
        Order(
            id=f"o{n}",
            product=draw(st.sampled_from(sorted(plant.products))),
            quantity=draw(st.integers(1, 4)),
            release=draw(st.sampled_from((0, 0, 30, 60, 61, 500))) * MINUTE,
            due=draw(st.one_of(st.none(), st.integers(1, 3000).map(lambda m: m * MINUTE))),
            weight=draw(st.sampled_from((1.0, 2.0, 0.5))),
            priority=draw(st.sampled_from((0, 0, 0, 1, -1))) if has_classes else 0,
        )
        for n in range(draw(st.integers(1, orders)))
    )
    return World(plant, book, draw(st.integers(0, 2**32)), draw(st.sampled_from(sorted(RULES))))
