"""Small plants to be served in tests."""

from plant_models.distributions import Exponential, Lognormal, Uniform
from plant_models.events import Event, Finished, SetupStarted, Started
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plan import Plan, Slot
from plant_models.plant import Buffer, Changeover, Failure, Machine, Plant, WorkCenter
from plant_models.scenario import Scenario
from plant_models.shifts import FOREVER, HOUR, MINUTE
from twin.chance import Certain
from twin.decisions import Policy
from twin.floor import run
from twin.policies.rules import edd
from twin.simulated import SimulatedFloor
from twin.state import State


def shop(orders: int = 8, *, failing: bool = True) -> Scenario:
    """A saw, two mills and a washer with a small buffer, which have breakdowns and changeovers."""
    failures = (Failure(time_to_failure=Exponential(3 * HOUR), time_to_repair=Lognormal(12 * MINUTE, 0.4)),)
    routing = Routing(
        id="cut, mill, wash",
        operations=(
            Operation(id="cut", machines={"saw": Uniform(4 * MINUTE, 6 * MINUTE)}),
            Operation(
                id="mill",
                machines={"mill-1": Lognormal(9 * MINUTE, 0.3), "mill-2": Lognormal(11 * MINUTE, 0.3)},
                scrap=0.05,
            ),
            Operation(id="wash", machines={"washer": Uniform(3 * MINUTE, 5 * MINUTE)}),
        ),
    )
    plant = Plant(
        id="shop",
        work_centers={
            "sawing": WorkCenter(id="sawing", buffer="yard"),
            "milling": WorkCenter(id="milling", buffer="rack", changeover="tools"),
            "washing": WorkCenter(id="washing", buffer="belt"),
        },
        machines={
            "saw": Machine(id="saw", work_center="sawing"),
            "mill-1": Machine(id="mill-1", work_center="milling", failures=failures if failing else ()),
            "mill-2": Machine(id="mill-2", work_center="milling", failures=failures if failing else ()),
            "washer": Machine(id="washer", work_center="washing"),
        },
        buffers={"yard": Buffer(id="yard"), "rack": Buffer(id="rack", capacity=4), "belt": Buffer(id="belt")},
        routings={routing.id: routing},
        products={
            "bracket": Product(id="bracket", routing=routing.id),
            "flange": Product(id="flange", routing=routing.id),
        },
        changeovers={"tools": Changeover(id="tools", default=5 * MINUTE)},
    )
    return Scenario(id="shop", plant=plant, orders=book(orders))


def book(count: int) -> tuple[Order, ...]:
    """Orders of two products, one every five minutes."""
    return tuple(
        Order(
            id=f"o{n}",
            product="bracket" if n % 3 else "flange",
            quantity=10,
            release=n * 5 * MINUTE,
            due=2 * HOUR + n * 10 * MINUTE,
        )
        for n in range(count)
    )


def plan_by(plant: Plant, state: State, policy: Policy = edd, source: str = "edd") -> Plan:
    """What a rule would do from *state* if everything took its mean time."""
    begun: dict[tuple[str, str], tuple[int, int]] = {}
    slots: list[Slot] = []

    def record(event: Event) -> None:
        if isinstance(event, SetupStarted):
            begun[event.machine, event.order] = (event.time, -1)
        elif isinstance(event, Started):
            at = begun.pop((event.machine, event.order), (event.time, -1))[0]
            begun[event.machine, event.order] = (at, event.time)
        elif isinstance(event, Finished) and (event.machine, event.order) in begun:
            at, start = begun.pop((event.machine, event.order))
            slots.append(
                Slot(
                    machine=event.machine,
                    order=event.order,
                    step=event.step,
                    setup_start=at,
                    start=start,
                    end=event.time,
                )
            )

    run(SimulatedFloor(plant, state.copy(), Certain(), record), policy, FOREVER)
    return Plan(slots=tuple(slots), made_at=state.now, source=source)
