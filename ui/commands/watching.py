"""Watching the floor: a film of it, in a file."""

from pathlib import Path

from rich.text import Text

from plant_models.errors import InvalidPlant
from ui import scenes
from ui.commands.ahead import decider
from ui.desk import Desk
from ui.player import Scene, html
from ui.terminal import Answer


def film(
    workspace: Path,
    scenario: str | None,
    *,
    journal: Path | None,
    rule: str | None,
    plan: str | None,
    seed: int,
    out: Path,
) -> Answer:
    """What happened by a journal, or one possible future, as a page that plays in any browser."""
    scene = _scene(workspace, scenario, journal=journal, rule=rule, plan=plan, seed=seed)
    page = html(scene)
    out.write_text(page, encoding="utf-8")
    shown = scene.film
    span = f"{scene.epoch.datetime(shown.start):%a %d %b %H:%M} to {scene.epoch.datetime(shown.end):%a %d %b %H:%M}"
    words = f"{scene.title}, {scene.subtitle}: {span}, {len(shown.machines)} machines, {len(shown.orders)} orders."
    data = {
        "file": str(out),
        "scenario": scene.title,
        "shows": scene.subtitle,
        "start_ms": shown.start,
        "end_ms": shown.end,
        "machines": len(shown.machines),
        "orders": len(shown.orders),
        "bytes": len(page.encode()),
    }
    hint = Text(f"Written to {out} (one file, opens offline): Space plays, ? lists the keys.", style="dim")
    return Answer(data, [Text(words), hint])


def _scene(
    workspace: Path, scenario: str | None, *, journal: Path | None, rule: str | None, plan: str | None, seed: int
) -> Scene:
    if journal is not None:
        if rule is not None or plan is not None:
            raise InvalidPlant("a journal says what happened, and nobody decides that now: leave out --rule and --plan")
        return scenes.of_file(journal, scenario)
    desk = Desk.open(workspace, scenario)
    if scenario is None and rule is None and plan is None:
        return scenes.of_journal(desk)
    return scenes.of_future(desk, decider(desk, rule, plan), seed=seed)
