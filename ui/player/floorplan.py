"""Where things stand on the screen, worked out from how orders flow through the plant.

Work centers stand in columns in the order of flow, their buffers before them. A long flow is folded like a U-shaped
line: the second row runs back, the third forth again. Roads lead from a work center to the next buffers, in the gaps
between columns and in lanes between rows, so that none crosses a box; those that lead back (rework, or a routing
against the main flow) are marked. The same plant always gives the same plan.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from plant_models.plant import Plant

CARD, HEIGHT, GAP = 156, 84, 10
"""A machine's card, and the space between two of them."""

LANE, QUEUE, GATE = 96, 92, 166
"""How wide a buffer is, and how high at least; how high the places are where orders come and go."""

HEAD, PAD, AISLE, STREET = 24, 10, 54, 34
"""A work center's heading and margin; the gap between two columns, and the lane between two rows."""

EDGE = 8
"""The x of the way along the left edge, for roads over several rows."""

TALL = 5
"""Machines that stand in one stack; more of them make another one."""

SCREEN = (1180, 640)
"""The screen that a plan is folded for."""

IN, OUT = "<in", "out>"
"""Where orders come from, and where they go; no work center has such a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle on the plan, from its upper left corner."""

    x: int
    y: int
    width: int
    height: int

    def meets(self, other: "Box") -> bool:
        """Whether two rectangles have more than an edge in common."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Road:
    """A way that orders take: from a work center (or `IN`) to a buffer (or `OUT`).

    *share* is the part of what leaves the work center that takes it, if all products are made equally often.
    *points* are its corners. A road with *is_draw* leads from a buffer to another work center that draws from it too.
    """

    source: str
    target: str
    share: float
    is_back: bool
    is_draw: bool = False
    points: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorPlan:
    """The plan of a floor. *centers* includes `IN` and `OUT`; those in *turned* are passed from right to left."""

    width: int
    height: int
    centers: Mapping[str, Box]
    machines: Mapping[str, Box]
    buffers: Mapping[str, Box]
    roads: tuple[Road, ...]
    turned: frozenset[str]


def floorplan(plant: Plant, at: Mapping[str, int] | None = None) -> FloorPlan:
    """The plan of *plant*; *at* puts work centers into columns by hand, counted from 0.

    Raises
    ------
    ValueError
        Where *at* names no work center of the plant, or a column before the first.
    """
    flows = _flows(plant)
    column = _columns(plant, flows)
    for name, number in (at or {}).items():
        if name not in plant.work_centers:
            raise ValueError(f"no work center {name!r}; there are {', '.join(plant.work_centers)}")
        if number < 0:
            raise ValueError(f"work center {name!r}: columns count from 0, not {number}")
        column[name] = number
    columns = _in_rows(column, flows)
    blocks = {name: _block(plant, name, hosted) for name, hosted in _hosts(plant, columns).items()}
    blocks |= {IN: _Block(name=IN, width=LANE), OUT: _Block(name=OUT, width=LANE)}
    best = max(
        (_fold([[blocks[name] for name in names] for names in columns], count) for count in range(1, len(columns) + 1)),
        key=lambda rows: round(min(SCREEN[0] / rows.width, SCREEN[1] / rows.height), 2),
    )
    return _Site(plant, best).plan(flows)


# -- how orders flow --------------------------------------------------------------------------------------------------


def _flows(plant: Plant) -> dict[tuple[str, str], float]:
    """How much goes from each work center (or `IN`) to each buffer (or `OUT`), all products made equally often."""
    found: dict[tuple[str, str], float] = defaultdict(float)
    for product in plant.products:
        stops = plant.stops(product)
        found[IN, stops[0].place] += 1
        for step, stop in enumerate(stops):
            centers = {plant.machines[machine].work_center: None for machine in stop.machines}
            for following, share in stop.branches or ((step + 1, 1.0),):
                target = stops[following].place if following < len(stops) else OUT
                for center in centers:
                    found[center, target] += share / len(centers)
    return dict(found)


def _columns(plant: Plant, flows: Mapping[tuple[str, str], float]) -> dict[str, int]:
    """Each work center's column: one after all that lead to it, roads back left out of account."""
    place: dict[str, list[float]] = {name: [] for name in plant.work_centers}
    for product in plant.products:
        stops = plant.stops(product)
        for step, stop in enumerate(stops):
            for center in {plant.machines[machine].work_center: None for machine in stop.machines}:
                place[center].append(step / max(1, len(stops) - 1))
    mean = {name: sum(steps) / len(steps) if steps else 2.0 for name, steps in place.items()}
    order = sorted(place, key=lambda name: (mean[name], list(place).index(name)))
    draws = _draws(plant)
    column: dict[str, int] = dict.fromkeys(order, 0)
    for number, name in enumerate(order):
        for later in order[number + 1 :]:
            if any((name, buffer) in flows for buffer in draws[later]):
                column[later] = max(column[later], column[name] + 1)
    return column


def _draws(plant: Plant) -> dict[str, list[str]]:
    """The buffers from which each work center takes orders, its own first."""
    found: dict[str, dict[str, None]] = {name: {} for name in plant.work_centers}
    for product in plant.products:
        for stop in plant.stops(product):
            for machine in stop.machines:
                found[plant.machines[machine].work_center][stop.place] = None
    for center in plant.work_centers.values():
        if not found[center.id]:
            found[center.id][center.buffer] = None
    return {name: list(buffers) for name, buffers in found.items()}


def _in_rows(column: Mapping[str, int], flows: Mapping[tuple[str, str], float]) -> list[list[str]]:
    """The work centers column by column, `IN` first and `OUT` last; within one, the busiest above."""
    weight: dict[str, float] = defaultdict(float)
    for (source, _), share in flows.items():
        weight[source] += share
    used = sorted(set(column.values()))
    names = list(column)
    inside = [
        sorted((name for name in names if column[name] == number), key=lambda name: (-weight[name], name))
        for number in used
    ]
    return [[IN], *inside, [OUT]]


def _hosts(plant: Plant, columns: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    """The buffers that stand before each work center: each buffer before the first that draws from it."""
    draws, taken = _draws(plant), set[str]()
    found: dict[str, list[str]] = {}
    for name in (name for names in columns[1:-1] for name in names):
        found[name] = [buffer for buffer in draws[name] if buffer not in taken]
        taken.update(found[name])
    last = next(reversed(found))
    found[last] += [buffer for buffer in plant.buffers if buffer not in taken]
    return found


# -- blocks, columns and rows -----------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class _Block:
    """A work center with its buffers, before it has a place."""

    name: str
    machines: Sequence[str] = ()
    buffers: Sequence[str] = ()
    width: int = 0
    height: int = GATE
    stack: int = 1


def _block(plant: Plant, name: str, buffers: Sequence[str]) -> _Block:
    machines = [machine.id for machine in plant.machines.values() if machine.work_center == name]
    stacks = max(1, -(-len(machines) // TALL))
    stack = -(-len(machines) // stacks)
    lanes = (LANE + GAP) * bool(buffers)
    body = max(stack * (HEIGHT + GAP) - GAP, len(buffers) * (QUEUE + GAP) - GAP, QUEUE)
    return _Block(
        name=name,
        machines=machines,
        buffers=buffers,
        width=2 * PAD + lanes + max(0, stacks * (CARD + GAP) - GAP),
        height=HEAD + body + PAD,
        stack=max(1, stack),
    )


@dataclass(slots=True, kw_only=True)
class _Rows:
    """Columns of blocks, folded into rows."""

    rows: list[list[list[_Block]]] = field(default_factory=list)

    @property
    def width(self) -> int:
        return AISLE + max(sum(_width(column) + AISLE for column in row) for row in self.rows)

    @property
    def height(self) -> int:
        return STREET + sum(_tallest(row) + STREET for row in self.rows)


def _width(column: Sequence[_Block]) -> int:
    return max(block.width for block in column)


def _tall(column: Sequence[_Block]) -> int:
    return sum(block.height + GAP for block in column) - GAP


def _tallest(row: Sequence[Sequence[_Block]]) -> int:
    return max(_tall(column) for column in row)


def _fold(columns: Sequence[list[_Block]], count: int) -> _Rows:
    """At most *count* rows of about the same length."""
    limit = sum(_width(column) + AISLE for column in columns) / count
    rows: list[list[list[_Block]]] = [[]]
    length = 0.0
    for column in columns:
        width = _width(column) + AISLE
        if rows[-1] and length + width / 2 > limit and len(rows) < count:
            rows.append([])
            length = 0.0
        rows[-1].append(column)
        length += width
    return _Rows(rows=rows)


# -- boxes and roads --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a block's column stands: its row, its edges, and whether orders pass it from right to left."""

    row: int
    left: int
    right: int
    is_turned: bool
    number: int

    @property
    def entrance(self) -> int:
        """The x of the aisle through which orders come."""
        return self.right + AISLE // 3 if self.is_turned else self.left - AISLE // 3

    @property
    def exit(self) -> int:
        """The x of the aisle through which orders go."""
        return self.left - AISLE // 3 if self.is_turned else self.right + AISLE // 3


class _Site:
    """Puts rows of blocks on the ground and lays the roads between them."""

    def __init__(self, plant: Plant, rows: _Rows) -> None:
        self.plant, self.width, self.height = plant, rows.width, rows.height
        self.centers: dict[str, Box] = {}
        self.machines: dict[str, Box] = {}
        self.buffers: dict[str, Box] = {}
        self.spots: dict[str, _Spot] = {}
        self.hosts: dict[str, str] = {}
        self.streets = [STREET // 2]
        number, y = 0, STREET
        for row, columns in enumerate(rows.rows):
            is_turned = row % 2 == 1
            x, tall = AISLE, _tallest(columns)
            for column in columns:
                width = _width(column)
                left = self.width - x - width if is_turned else x
                spot = _Spot(row, left, left + width, is_turned, number)
                self._column(column, spot, y + (tall - _tall(column)) // 2)
                x += width + AISLE
                number += 1
            y += tall + STREET
            self.streets.append(y - STREET // 2)

    def plan(self, flows: Mapping[tuple[str, str], float]) -> FloorPlan:
        out: dict[str, float] = defaultdict(float)
        for (source, _), amount in flows.items():
            out[source] += amount
        roads = [
            self._road(source, target, share=amount / out[source]) for (source, target), amount in sorted(flows.items())
        ]
        for center, buffers in _draws(self.plant).items():
            roads += [self._draw(buffer, center) for buffer in buffers if self.hosts[buffer] != center]
        turned = frozenset(name for name, spot in self.spots.items() if spot.is_turned)
        return FloorPlan(
            width=self.width,
            height=self.height,
            centers=self.centers,
            machines=self.machines,
            buffers=self.buffers,
            roads=tuple(roads),
            turned=turned,
        )

    def _column(self, blocks: Sequence[_Block], spot: _Spot, y: int) -> None:
        for block in blocks:
            self.spots[block.name] = spot
            self.centers[block.name] = Box(x=spot.left, y=y, width=spot.right - spot.left, height=block.height)
            self._inside(block, spot, y + HEAD)
            y += block.height + GAP

    def _inside(self, block: _Block, spot: _Spot, y: int) -> None:
        body = block.height - HEAD - PAD
        lane = spot.right - PAD - LANE if spot.is_turned else spot.left + PAD
        each = (body + GAP) // len(block.buffers) - GAP if block.buffers else 0
        for number, name in enumerate(block.buffers):
            self.buffers[name] = Box(x=lane, y=y + number * (each + GAP), width=LANE, height=each)
            self.hosts[name] = block.name
        skip = PAD + (LANE + GAP) * bool(block.buffers)
        for number, name in enumerate(block.machines):
            stack, place = divmod(number, block.stack)
            along = skip + stack * (CARD + GAP)
            x = spot.right - along - CARD if spot.is_turned else spot.left + along
            self.machines[name] = Box(x=x, y=y + place * (HEIGHT + GAP), width=CARD, height=HEIGHT)

    def _road(self, source: str, target: str, *, share: float) -> Road:
        box, spot = self.centers[source], self.spots[source]
        start = (spot.left if spot.is_turned else spot.right, _level(box))
        goal = OUT if target == OUT else self.hosts[target]
        end_spot, lane = self.spots[goal], self.buffers.get(target)
        level = _level(self.centers[OUT]) if target == OUT or lane is None else lane.y + lane.height // 2
        end = (end_spot.right if end_spot.is_turned else end_spot.left, level)
        is_back = end_spot.number <= spot.number
        points = self._way(start, spot.exit, spot, end, end_spot)
        return Road(source=source, target=target, share=share, is_back=is_back, points=points)

    def _draw(self, buffer: str, center: str) -> Road:
        """The road from a buffer that stands elsewhere to a work center that draws from it."""
        box, spot = self.buffers[buffer], self.spots[self.hosts[buffer]]
        start = (spot.right if spot.is_turned else spot.left, box.y + box.height - 12)
        goal, end_spot = self.centers[center], self.spots[center]
        end = (end_spot.right if end_spot.is_turned else end_spot.left, goal.y + 14)
        points = self._way(start, spot.entrance, spot, end, end_spot)
        return Road(source=buffer, target=center, share=1.0, is_back=False, is_draw=True, points=points)

    def _way(
        self, start: tuple[int, int], leave: int, spot: _Spot, end: tuple[int, int], goal: _Spot
    ) -> tuple[tuple[int, int], ...]:
        """The corners from one aisle to another: straight where the two are one, else along one street or two."""
        arrive = goal.entrance
        if spot.row == goal.row and abs(arrive - leave) < AISLE:
            middle = (leave + arrive) // 2
            return _corners(start, (middle, start[1]), (middle, end[1]), end)
        first, last = self._streets(spot, goal)
        turns = () if first == last else ((EDGE, first), (EDGE, last))
        return _corners(start, (leave, start[1]), (leave, first), *turns, (arrive, last), (arrive, end[1]), end)

    def _streets(self, spot: _Spot, goal: _Spot) -> tuple[int, int]:
        """The first and the last street (their y): above a row going forth in it, below it going back."""
        if goal.row == spot.row:
            street = spot.row + (goal.number <= spot.number)
            return self.streets[street], self.streets[street]
        if goal.row > spot.row:
            return self.streets[spot.row + 1], self.streets[goal.row]
        return self.streets[spot.row], self.streets[goal.row + 1]


def _level(center: Box) -> int:
    """The y at which orders leave a work center: the middle of what stands in it."""
    return center.y + HEAD + (center.height - HEAD - PAD) // 2


def _corners(*points: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """The points without those that follow one another at the same place."""
    found = [points[0]]
    for point in points[1:]:
        if point != found[-1]:
            found.append(point)
    return tuple(found)
