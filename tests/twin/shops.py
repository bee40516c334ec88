"""Small plants that can be worked out by hand."""

from plant_models.distributions import Constant, Distribution, Exponential, Lognormal
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plant import Buffer, Changeover, Failure, Machine, Plant, WorkCenter
from plant_models.scenario import Scenario
from plant_models.shifts import HOUR, MINUTE, Shifts


def line(*times: Distribution, room: int | None = None, scrap: float = 0.0, hours: Shifts | None = None) -> Plant:
    """Machines m0, m1, ... in a row; each takes from its own buffer, all but the first with *room*."""
    count = range(len(times))
    return Plant(
        id="line",
        work_centers={
            f"c{n}": WorkCenter(id=f"c{n}", buffer=f"b{n}", shifts=None if hours is None else hours.id) for n in count
        },
        machines={f"m{n}": Machine(id=f"m{n}", work_center=f"c{n}") for n in count},
        buffers={f"b{n}": Buffer(id=f"b{n}", capacity=room if n else None, discipline="fifo") for n in count},
        routings={
            "r": Routing(
                id="r",
                operations=tuple(
                    Operation(id=f"s{n}", machines={f"m{n}": time}, scrap=scrap) for n, time in enumerate(times)
                ),
            )
        },
        products={"p": Product(id="p", routing="r")},
        shifts={} if hours is None else {hours.id: hours},
    )


def minutes(*times: float) -> list[Constant]:
    return [Constant(time * MINUTE) for time in times]


def shop() -> Scenario:
    """Two work centers with two machines each, setups and breakdowns; twelve orders of two products, due in a shift."""
    failures = (Failure(time_to_failure=Exponential(5 * HOUR), time_to_repair=Lognormal(30 * MINUTE, 0.5)),)
    machines = {
        name: Machine(id=name, work_center=center, failures=failures)
        for name, center in (("saw-1", "saw"), ("saw-2", "saw"), ("mill-1", "mill"), ("mill-2", "mill"))
    }

    def step(center: str, mean: int) -> Operation:
        there = [name for name, machine in machines.items() if machine.work_center == center]
        return Operation(id=center, machines={name: Lognormal(mean * MINUTE, 0.3) for name in there})

    hours = Shifts(id="day", windows=((0, 20 * HOUR),), period=24 * HOUR)
    plant = Plant(
        id="shop",
        work_centers={
            name: WorkCenter(id=name, buffer=f"at the {name}", shifts="day", changeover="tools")
            for name in ("saw", "mill")
        },
        machines=machines,
        buffers={name: Buffer(id=name) for name in ("at the saw", "at the mill")},
        routings={
            "there": Routing(id="there", operations=(step("saw", 20), step("mill", 40))),
            "back": Routing(id="back", operations=(step("mill", 30), step("saw", 30))),
        },
        products={"bolt": Product(id="bolt", routing="there"), "nut": Product(id="nut", routing="back")},
        changeovers={"tools": Changeover(id="tools", default=5 * MINUTE)},
        shifts={"day": hours},
    )
    orders = tuple(
        Order(
            id=f"o{n:02}",
            product="bolt" if n % 3 else "nut",
            release=n * 10 * MINUTE,
            due=(3 + n % 5) * HOUR,
            weight=1.0 + n % 2,
        )
        for n in range(12)
    )
    return Scenario(id="shop", plant=plant, orders=orders)
