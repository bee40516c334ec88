"""A film in one HTML page: the plan, the film, the words and colours of states, and the script that plays them."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from typing import Any, Literal

import msgspec

from plant_models.clock import Epoch
from plant_models.orders import LEAVE
from plant_models.plant import Plant
from twin.film import Film
from ui.palette import GREY, PRODUCTS, STAGES, STATUS, WAITS
from ui.player.floorplan import IN, OUT, FloorPlan, floorplan

SCRIPTS = ("film.js", "stage.js", "tokens.js", "strip.js", "story.js", "player.js")
"""The player's script, in the order in which its parts need each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a player shows: a film of a plant.

    Attributes
    ----------
    title, subtitle
        What it is a film of, for people.
    open_at
        Where it is opened (milliseconds since the epoch); None is its beginning.
    plan
        Where things stand; None works it out.
    """

    plant: Plant
    film: Film
    epoch: Epoch
    title: str
    subtitle: str = ""
    open_at: int | None = None
    plan: FloorPlan | None = None


def html(scene: Scene, *, theme: Literal["light", "dark"] | None = None) -> str:
    """The whole player as one page; with no *theme*, the one that the reader's computer prefers."""
    here = files("ui.player")
    style = here.joinpath("player.css").read_text(encoding="utf-8")
    body = here.joinpath("player.html").read_text(encoding="utf-8")
    script = "\n".join(here.joinpath(name).read_text(encoding="utf-8") for name in SCRIPTS)
    return (
        f"<!doctype html><html lang='en'{f' data-theme={theme!r}' if theme else ''}><head><meta charset='utf-8'>"
        f"<meta name='viewport' content='width=device-width, initial-scale=1'><title>{escape(scene.title)}</title>"
        f"<style>{style}</style></head><body>{body}"
        f"<script type='application/json' id='scene'>{_json(scene)}</script>"
        f"<script>(() => {{\n'use strict';\n{script}\n}})();</script></body></html>"
    )


def _json(scene: Scene) -> str:
    """The scene as JSON that may stand inside a page: nothing in it can end the script it is in."""
    start = scene.epoch.datetime(0)
    plan = scene.plan or floorplan(scene.plant)
    data = {
        "title": scene.title,
        "subtitle": scene.subtitle,
        "open_at": scene.film.start if scene.open_at is None else scene.open_at,
        "clock": f"{start:%Y-%m-%dT%H:%M:%S}Z",
        "zone": f"{start:%Z}",
        "gates": [IN, OUT],
        "plan": _plan(plan),
        "machines": {name: machine.work_center for name, machine in scene.plant.machines.items()},
        "buffers": {
            name: {"capacity": buffer.capacity, "discipline": buffer.discipline}
            for name, buffer in scene.plant.buffers.items()
        },
        "products": _products(scene.plant),
        "statuses": {
            word: {"word": look.word, "icon": look.icon, "colour": look.colour} for word, look in STATUS.items()
        },
        "unknown": GREY,
        "stages": STAGES,
        "waits": WAITS,
        "film": msgspec.Raw(scene.film.to_json()),
    }
    text = msgspec.json.encode(data).decode()
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _plan(plan: FloorPlan) -> dict[str, Any]:
    def boxes(found: Mapping[str, Any]) -> dict[str, list[int]]:
        return {name: [box.x, box.y, box.width, box.height] for name, box in found.items()}

    return {
        "width": plan.width,
        "height": plan.height,
        "centers": boxes(plan.centers),
        "machines": boxes(plan.machines),
        "buffers": boxes(plan.buffers),
        "roads": [
            {
                "from": road.source,
                "to": road.target,
                "share": round(road.share, 3),
                "back": road.is_back,
                "draw": road.is_draw,
                "points": road.points,
            }
            for road in plan.roads
        ],
        "turned": sorted(plan.turned),
    }


def _products(plant: Plant) -> dict[str, Any]:
    """Each product with its colour and its steps: what is done, where it waits, on which machines, what may follow."""
    found = {}
    for number, product in enumerate(plant.products):
        stops = plant.stops(product)
        names = [*(stop.operation.id for stop in stops), LEAVE]
        steps = [
            {
                "name": stop.operation.id,
                "place": stop.place,
                "machines": stop.machines,
                "next": [[step, round(share, 3), names[step]] for step, share in stop.branches],
            }
            for stop in stops
        ]
        found[product] = {"colour": PRODUCTS[number % len(PRODUCTS)], "steps": steps}
    return found
