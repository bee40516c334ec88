"""Forecasting: when will each order be finished, once or again and again."""

import math
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from plant_models.clock import now
from plant_models.errors import InvalidPlant
from plant_models.plan import Plan
from plant_models.units import whole_milliseconds
from twin import foresight
from twin.compiled import refusals
from twin.engines import EngineChoice
from twin.foresight import Forecast
from twin.snapshot import state_digest
from twin.trials import seed_of_run
from ui import forecasts, hints, tables
from ui.commands.ahead import decider, span_of
from ui.desk import Desk, Who, name_of
from ui.forecasts import Moves, Sort
from ui.records import FORMATS, write_frame
from ui.terminal import Answer, Tell, progress, terminal, to_json
from ui.workspace import Workspace

FAST_RUNS, SLOW_RUNS = 500, 50
"""How many runs where nobody says: about a second's worth on the compiled engine, and what one waits for on SimPy's."""

WIDE = 120
"""Columns of a terminal that show all of the table."""

_ABOVE_AND_BELOW = 14
"""Lines of a terminal that are not rows of the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is to be forecast, and how."""

    workspace: Path
    scenario: str | None
    rule: str | None
    plan: str | None
    runs: int | None
    span: str | None
    seed: int
    workers: int | None
    engine: EngineChoice
    sort: Sort
    out: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look ahead found.

    *age* is how many seconds old the floor's state is, None where it is no floor that moves; *took* how many seconds
    the look took. *found* is None where no order is left. *key* says what it follows from.
    """

    found: Forecast | None
    who: str
    now: int
    age: float | None
    how_old: str
    took: float
    key: tuple[object, ...]
    stuck: tuple[str, ...] = ()
    moves: Moves | None = None


def forecast(ask: Ask, *, every: str | None, seconds: float | None, as_json: bool) -> Answer:
    """When each order will be finished; with *every*, looked at again and again until it is stopped."""
    if ask.out is not None and ask.out.suffix.lower() not in FORMATS:
        raise InvalidPlant(f"{ask.out}: wanted a file that ends in {' or '.join(FORMATS)}")
    desk = Desk.open(ask.workspace, ask.scenario)
    if every is not None:
        _watch(desk, ask, _pause(ask, every), seconds=seconds, as_json=as_json)
        return Answer({}, is_said=True)
    with progress("Looking ahead", quiet=as_json) as tell:
        look = _look(desk, ask, None, tell)
    shown = _shown(desk, ask, look)
    if ask.out is not None:
        shown.append(Text(f"Written to {ask.out}", style="dim"))
    return Answer(_data(desk, ask, look), shown)


def _watch(desk: Desk, ask: Ask, pause: float, *, seconds: float | None, as_json: bool) -> None:
    """Show one look after another in the same place; one after the other where nobody watches a terminal."""
    console = terminal()
    looks = _looks(desk, ask, pause, math.inf if seconds is None else time.monotonic() + seconds)
    if as_json:
        for look in looks:
            sys.stdout.write(to_json(_data(desk, ask, look)) + "\n")
            sys.stdout.flush()
    elif console.is_terminal:
        with Live(console=console, auto_refresh=False) as live:
            for look in looks:
                live.update(Group(*_shown(desk, ask, look, console), _foot(look, pause)), refresh=True)
    else:
        for look in looks:
            console.print(Group(*_shown(desk, ask, look), _foot(look, pause)))


def _looks(desk: Desk, ask: Ask, pause: float, end: float) -> Iterator[Look]:
    """A look every *pause* seconds until the clock says *end*; the next one at once where a look took longer."""
    last: Look | None = None
    while True:
        began = time.monotonic()
        last = _look(desk, ask, last)
        yield last
        wake = max(began + pause, time.monotonic())
        if wake >= end:
            return
        time.sleep(max(0.0, wake - time.monotonic()))


def _look(desk: Desk, ask: Ask, last: Look | None, tell: Tell | None = None) -> Look:
    """Look ahead from the floor as it stands; what was found *last* stands where nothing has happened since.

    Each look has the same luck, so that what moves is what happened on the floor.
    """
    began = time.monotonic()
    who, (plant, state) = _who(desk, ask), desk.ahead()
    age, how_old = _age(desk)
    key = (state_digest(state), who.digest if isinstance(who, Plan) else who)
    found, stuck, moves = None, tuple[str, ...](), None
    if last is not None and last.key == key:
        found, stuck, moves = last.found, last.stuck, Moves(shifts={})
    elif any(not order.has_left for _, order in state.book()):
        is_slow = ask.engine == "simpy" or bool(refusals(plant, state, desk.policy(who)))
        found = foresight.forecast(
            desk.rehearse(
                who,
                runs=ask.runs or (SLOW_RUNS if is_slow else FAST_RUNS),
                seed=ask.seed,
                workers=ask.workers,
                span=span_of(ask.span),
                engine=ask.engine,
                tell=tell,
            )
        )
        if found.of_risk("never"):
            stuck = desk.simulate(who, seed=seed_of_run(ask.seed, 0)).stuck
    if last is not None and moves is None:
        moves = _moves(last.found, found)
    if ask.out is not None and found is not None:
        write_frame(forecasts.frame_of(found, desk.scenario.epoch, ask.sort), ask.out)
    took = time.monotonic() - began
    name = name_of(who, desk.scenario)
    return Look(
        found=found, who=name, now=state.now, age=age, how_old=how_old, took=took, key=key, stuck=stuck, moves=moves
    )


def _moves(before: Forecast | None, after: Forecast | None) -> Moves:
    old, new = (set() if each is None else set(each.rehearsal.finishes) for each in (before, after))
    shifts: dict[str, float] = {}
    if before is not None and after is not None and before.rehearsal.seeds == after.rehearsal.seeds:
        shifts = foresight.moved(before.rehearsal, after.rehearsal)
    return Moves(shifts=shifts, left=tuple(sorted(old - new)), came=tuple(sorted(new - old)))


def _who(desk: Desk, ask: Ask) -> Who:
    """Who decides: whoever is named, else the plan that is released, else the scenario's rule."""
    if ask.rule is None and ask.plan is None and ask.scenario is None:
        return next((s.plan for s in desk.standings.values() if s.status == "released"), None)
    is_recorded = ask.plan is not None and Workspace(ask.workspace).exists
    return decider(Desk.open(ask.workspace) if is_recorded else desk, ask.rule, ask.plan)


def _age(desk: Desk) -> tuple[float | None, str]:
    """How old the state is, in seconds and in words; None where it is no floor that moves."""
    if desk.workspace is None:
        return None, ""
    following = desk.connection
    if following.endpoint:
        return following.age, f"{following.words}: the plant's last word is {_seconds(following.age)} old"
    written = next((entry.written_at for entry in desk.journal.entries(len(desk.journal) - 1)), now())
    age = (now() - written).total_seconds()
    return age, f"{following.words}; the journal's last entry is {_seconds(age)} old"


def _seconds(time: float) -> str:
    return f"{time:.1f} s" if time < 60 else forecasts.about(1000 * time)


def _shown(desk: Desk, ask: Ask, look: Look, console: Console | None = None) -> list[RenderableType]:
    epoch = desk.scenario.epoch
    at = tables.clock(epoch, look.now / 3_600_000)
    title = f"{desk.scenario.id} at {at}, {look.who} decides"
    if look.found is None:
        return [Text(title, style="bold"), Text(_nothing(desk))]
    rehearsal = look.found.rehearsal
    most = None if console is None else max(3, console.height - _ABOVE_AND_BELOW - len(look.stuck))
    is_narrow = terminal().width < WIDE
    shown: list[RenderableType] = [
        Text(f"{title}: {rehearsal.runs:,} runs", style="bold"),
        forecasts.headline(look.found, epoch),
    ]
    never = look.found.of_risk("never")
    if never:
        words = f"Can never be finished as things stand: {forecasts.named([one.order for one in never])}."
        shown.append(Text("\n  ".join((words, *look.stuck)), style="bold magenta"))
    shown += [Text(f"Note: {note}.", style="yellow") for note in _notes(desk)]
    shown.append(forecasts.board(look.found, epoch, sort=ask.sort, moves=look.moves, most=most, is_narrow=is_narrow))
    old = f"{look.how_old}. " if look.how_old else ""
    shown.append(Text(f"{old}Looking ahead took {look.took:.1f} s. {rehearsal.engine.words()}", style="dim"))
    return shown


def _foot(look: Look, pause: float) -> Text:
    """What a watcher wants to know: what moved, and whether the looks keep up with what was asked for."""
    said = "Looked for the first time" if look.moves is None else f"Since the last look: {look.moves.words}"
    behind = "" if look.took <= pause else f" A look takes longer than the {pause:g} s between two: take fewer --runs."
    return Text(f"{said}.{behind} Ctrl-C ends it.", style="bold")


def _nothing(desk: Desk) -> str:
    come = list(desk.plant.arrivals)
    more = f" Orders come by themselves ({', '.join(come)}); nobody knows them before they come." if come else ""
    return f"No order is on the floor or waits for it: there is nothing to forecast.{more}"


def _notes(desk: Desk) -> list[str]:
    come = list(desk.plant.arrivals)
    later = f"orders that come by themselves ({', '.join(come)}) are played too; they have no row before they come"
    return [*([later] if come else []), *hints.of_supply(desk.scenario, desk.state)]


def _data(desk: Desk, ask: Ask, look: Look) -> dict[str, object]:
    found = look.found
    known: dict[str, object] = {"runs": 0, "orders": [], "headline": _nothing(desk), "never": []}
    if found is not None:
        frame = forecasts.frame_of(found, desk.scenario.epoch, ask.sort)
        for name in ("due", "finish_p10", "finish_p50", "finish_p90"):
            frame[name] = [None if date is None or date != date else date.isoformat() for date in frame[name]]
        known = {
            "runs": found.rehearsal.runs,
            "digest": found.rehearsal.digest,
            "made_from": found.rehearsal.recipe.words(),
            "engine": found.rehearsal.engine.name,
            "why_not_compiled": list(found.rehearsal.engine.reasons),
            "until_ms": found.rehearsal.until,
            "headline": forecasts.headline(found, desk.scenario.epoch).plain,
            "never": [one.order for one in found.of_risk("never")],
            "orders": frame.to_dict("records"),
        }
    moves = look.moves
    told = None if moves is None else {"later_ms": moves.shifts, "left": list(moves.left), "new": list(moves.came)}
    return {
        "scenario": desk.scenario.id,
        "who": look.who,
        "seed": ask.seed,
        "now_ms": look.now,
        "age_s": look.age,
        "took_s": round(look.took, 3),
        **known,
        "why_never": list(look.stuck),
        "moved": told,
        "hints": _notes(desk),
    }


def _pause(ask: Ask, every: str) -> float:
    """Seconds from one look to the next."""
    if ask.scenario is not None:
        raise InvalidPlant(
            f"--every watches the floor of a workspace; {ask.scenario} does not move: leave one of them out"
        )
    try:
        pause = whole_milliseconds(every)
    except ValueError as error:
        raise InvalidPlant(f"--every: {error}") from None
    if pause <= 0:
        raise InvalidPlant(f"--every: {every!r} is no time between two looks; wanted more than zero, such as 5s")
    return pause / 1000
