"""A small shop to learn on: three work centers, changeovers, breakdowns, due dates and weights."""

from plant_models.distributions import Exponential, Lognormal
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plant import Buffer, Changeover, Failure, Machine, Plant, WorkCenter
from plant_models.scenario import Scenario
from plant_models.shifts import HOUR, MINUTE, Shifts
from twin.chance import Chance

_ROUTES = {"shaft": "saw lathe mill", "gear": "saw mill lathe", "plate": "saw mill", "bolt": "lathe saw"}
_MACHINES = {"saw": ("saw-1",), "lathe": ("lathe-1", "lathe-2"), "mill": ("mill-1", "mill-2")}


def small_shop(orders: int = 14) -> Scenario:
    """Five machines, four products, so many orders over about one day."""
    number = Chance(5).share("test", "shop")
    plant = Plant(
        id="small-shop",
        work_centers={
            name: WorkCenter(id=name, buffer=name, changeover="tools", shifts="day" if name == "mill" else None)
            for name in _MACHINES
        },
        machines={m: _machine(m, center) for center, machines in _MACHINES.items() for m in machines},
        buffers={name: Buffer(id=name) for name in _MACHINES},
        routings={product: _routing(product, number) for product in _ROUTES},
        products={product: Product(id=product, routing=product) for product in _ROUTES},
        changeovers={"tools": Changeover(id="tools", default=12 * MINUTE)},
        shifts={"day": Shifts(id="day", windows=((0, 16 * HOUR),), period=24 * HOUR)},
    )
    return Scenario(id="small-shop", plant=plant, orders=tuple(_order(n, number) for n in range(orders)))


def _machine(name: str, center: str) -> Machine:
    failure = Failure(time_to_failure=Exponential(9.0 * HOUR), time_to_repair=Exponential(30.0 * MINUTE))
    return Machine(id=name, work_center=center, failures=(failure,) if name == "lathe-1" else ())


def _routing(product: str, number) -> Routing:
    steps = tuple(
        Operation(
            id=center,
            machines={m: Lognormal((10 + 40 * number(len(product), place)) * MINUTE, 0.2) for m in _MACHINES[center]},
        )
        for place, center in enumerate(_ROUTES[product].split())
    )
    return Routing(id=product, operations=steps)


def _order(place: int, number) -> Order:
    release = int(number(50, place) * 4 * HOUR)
    return Order(
        id=f"order-{place:02d}",
        product=tuple(_ROUTES)[int(number(51, place) * 4)],
        release=release,
        due=release + int((2 + 5 * number(52, place)) * HOUR),
        weight=(1.0, 2.0, 4.0)[int(number(53, place) * 3)],
    )
