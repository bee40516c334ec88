"""The public instance formats of job shops and flexible job shops, and the plants that they stand for."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from plant_models.distributions import Constant, Distribution
from plant_models.documents import open_text
from plant_models.errors import InvalidPlant
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plant import Buffer, Machine, Plant, WorkCenter
from plant_models.scenario import Scenario
from plant_models.shifts import MINUTE
from plant_models.units import shown

Step = Mapping[str, float]
"""The machines that can do a step, each with its time in milliseconds."""

_MOST_TIME = 1e12
_MOST_SIZE = 100_000


def job_shop(path: str | Path, *, unit: int = MINUTE) -> Scenario:
    """The job shop in a file: ``jobs machines``, then for each job a line of machine and time, operation by operation.

    Lines that begin with # are comments. Machines are numbered from 0 in most files and from 1 in some. Every machine
    is a work center with a buffer of its own, called m and its number in the file; every job is a product and an
    order, j1, j2, and so on, with no due date.

    Parameters
    ----------
    unit
        How many milliseconds a time of 1 in the file is.

    Raises
    ------
    InvalidPlant
        With the line, where the file is not of that form.
    """
    lines = _Lines(Path(path))
    jobs, machines = lines.header(2)
    rows: list[list[tuple[int, float]]] = []
    for job in range(jobs):
        numbers = lines.numbers(f"job {job + 1} of {jobs}")
        if len(numbers) != 2 * machines:
            raise lines.fault(
                f"job {job + 1}: wanted {machines} pairs of machine and time, found {len(numbers)} numbers"
            )
        rows.append(
            [(lines.machine(numbers[at], machines), lines.time(numbers[at + 1])) for at in range(0, 2 * machines, 2)]
        )
    lines.end()
    first = lines.first_machine(machines)
    steps = [[{f"m{machine}": time * unit} for machine, time in row] for row in rows]
    return shop(Path(path).stem, steps, [f"m{number}" for number in range(first, first + machines)])


def flexible_job_shop(path: str | Path, *, unit: int = MINUTE) -> Scenario:
    """The flexible job shop in a file: ``jobs machines``, then a line for each job.

    A line has the number of its operations, then for each the number of machines that can do it, and machine and
    time for each of those. Machines are numbered from 1 in most files and from 0 in some. They make up one work
    center, ``shop``, with one buffer, since an operation waits in one place for all its machines.

    Raises
    ------
    InvalidPlant
        With the line, where the file is not of that form.
    """
    lines = _Lines(Path(path))
    jobs, machines = lines.header(3)
    rows: list[list[dict[int, float]]] = []
    for job in range(jobs):
        numbers = iter(lines.numbers(f"job {job + 1} of {jobs}"))
        try:
            rows.append(
                [_alternatives(lines, numbers, machines) for _ in range(lines.count(next(numbers), "operations"))]
            )
        except StopIteration:
            raise lines.fault(f"job {job + 1}: the line ends in the middle of an operation") from None
        if (left := len(list(numbers))) > 0:
            raise lines.fault(f"job {job + 1}: {left} numbers are left over after its {len(rows[-1])} operations")
    lines.end()
    first = lines.first_machine(machines, usual=1)
    steps = [[{f"m{machine}": time * unit for machine, time in step.items()} for step in row] for row in rows]
    names = [f"m{number}" for number in range(first, first + machines)]
    return shop(Path(path).stem, steps, names, work_center="shop")


def shop(
    name: str,
    jobs: Sequence[Sequence[Step]],
    machines: Sequence[str],
    *,
    work_center: str | None = None,
    orders: Sequence[Order] | None = None,
    title: str = "",
) -> Scenario:
    """A plant where each job has its own way from machine to machine, and one order for each job.

    Every machine has a work center and a buffer of its own, unless they all belong to one *work_center*.
    """
    centers = dict.fromkeys([work_center] if work_center is not None else machines)
    products = [f"j{number}" for number in range(1, len(jobs) + 1)]
    plant = Plant(
        id=name,
        work_centers={center: WorkCenter(id=center, buffer=center) for center in centers},
        machines={machine: Machine(id=machine, work_center=work_center or machine) for machine in machines},
        buffers={center: Buffer(id=center) for center in centers},
        routings={
            product: Routing(id=product, operations=tuple(_operation(at, step) for at, step in enumerate(steps, 1)))
            for product, steps in zip(products, jobs, strict=True)
        },
        products={product: Product(id=product, routing=product) for product in products},
    )
    book = tuple(Order(id=product, product=product) for product in products) if orders is None else tuple(orders)
    return Scenario(id=name, plant=plant, orders=book, title=title)


def _operation(number: int, step: Step) -> Operation:
    times: dict[str, Distribution] = {machine: Constant(time) for machine, time in step.items()}
    return Operation(id=f"step {number}", machines=times)


def _alternatives(lines: "_Lines", numbers: Iterator[str], machines: int) -> dict[int, float]:
    found: dict[int, float] = {}
    for _ in range(lines.count(next(numbers), "machines for an operation")):
        machine = lines.machine(next(numbers), machines)
        if machine in found:
            raise lines.fault(f"machine {machine} is there twice for one operation")
        found[machine] = lines.time(next(numbers))
    return found


class _Lines:
    """The lines of an instance that say something, one after the other."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.line = 0
        self._machines: dict[int, int] = {}
        text = open_text(path)
        self._rows = ((at, row.split()) for at, row in enumerate(text.splitlines(), 1) if not _is_remark(row))

    def fault(self, what: str) -> InvalidPlant:
        """That something is wrong in the line that was read last."""
        return InvalidPlant(f"{self.path}:{self.line}: {what}")

    def numbers(self, what: str) -> list[str]:
        """The words of the next line."""
        at, row = next(self._rows, (0, None))
        if row is None:
            raise self.fault(f"the file ends here; wanted {what}")
        self.line = at
        return row

    def header(self, most: int) -> tuple[int, int]:
        """How many jobs and machines there are."""
        numbers = self.numbers("a line with the numbers of jobs and machines")
        if not 2 <= len(numbers) <= most:
            raise self.fault(
                f"wanted the numbers of jobs and machines, such as '6 6', found {shown(' '.join(numbers))}"
            )
        if len(numbers) == 3:
            self.time(numbers[2])
        return self.count(numbers[0], "jobs"), self.count(numbers[1], "machines")

    def count(self, word: str, what: str) -> int:
        """A number of things, at least one."""
        if not (word.isascii() and word.isdigit() and len(word) < 9 and 0 < int(word) <= _MOST_SIZE):
            raise self.fault(f"number of {what}: wanted a whole number from 1 to {_MOST_SIZE}, found {shown(word)}")
        return int(word)

    def machine(self, word: str, machines: int) -> int:
        """The number of a machine."""
        if not (word.isascii() and word.isdigit() and len(word) < 9 and int(word) <= machines):
            raise self.fault(f"no machine {shown(word)}; there are {machines}, numbered from 0 or from 1")
        number = int(word)
        self._machines.setdefault(number, self.line)
        return number

    def time(self, word: str) -> float:
        """A time in the file's own unit."""
        try:
            time = float(word) if word.isascii() and "_" not in word else -1.0
        except ValueError:
            time = -1.0
        if not 0 <= time <= _MOST_TIME:
            raise self.fault(f"wanted a time of zero or more, found {shown(word)}")
        return time

    def first_machine(self, machines: int, usual: int = 0) -> int:
        """Whether machines are numbered from 0 or from 1."""
        if 0 in self._machines and machines in self._machines:
            self.line = self._machines[machines]
            raise self.fault(
                f"no machine {machines}; there are {machines}, numbered from 0 (see line {self._machines[0]})"
            )
        if 0 in self._machines:
            return 0
        return 1 if machines in self._machines else usual

    def end(self) -> None:
        """That nothing more follows."""
        at, row = next(self._rows, (0, None))
        if row is not None:
            self.line = at
            raise self.fault(f"wanted the end of the file after the last job, found {shown(' '.join(row))}")


def _is_remark(row: str) -> bool:
    return not row.strip() or row.lstrip().startswith("#")
