"""What the pages promise is there: figures, make targets, files and links."""

import importlib.util
import inspect
import re
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
import yaml

from live_bridge import nodes
from plant_models import deeds, events, read
from plant_models.shifts import DAY, HOUR
from twin import Certain, SimulatedFloor, changes, opening, rule, run, studying
from twin.studying.file_model import METHODS
from twin.tally import FIGURES

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *(p for p in sorted((ROOT / "docs").rglob("*.md")) if "_build" not in p.parts)]


def test_the_page_on_key_figures_names_them_all_and_no_other() -> None:
    page = (ROOT / "docs" / "reference" / "key-figures.md").read_text(encoding="utf-8")
    named = {
        name for row in page.splitlines() if row.startswith("| `") for name in re.findall(r"`(\w+)`", row.split("|")[1])
    }
    assert named == set(FIGURES)


@pytest.mark.parametrize(("module", "kind", "table"), [(events, events.Fact, "facts"), (deeds, deeds.Deed, "deeds")])
def test_the_page_on_facts_and_deeds_has_every_one_with_its_fields_and_a_sentence(
    module: ModuleType, kind: type, table: str
) -> None:
    spec = importlib.util.spec_from_file_location("from_code", ROOT / "docs" / "extensions" / "from_code.py")
    assert spec is not None and spec.loader is not None
    from_code = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(from_code)
    rows = [row.split(" | ") for row in from_code.DIRECTIVES[table]() if row.startswith("| `")]
    shown = {row[0].strip("| `"): (re.findall(r"`(\w+)`", row[1]), row[2].strip(" |")) for row in rows}
    there = {
        name: [field.name for field in msgspec.structs.fields(thing)]
        for name, thing in vars(module).items()
        if inspect.isclass(thing)
        and issubclass(thing, kind)
        and thing is not kind
        and thing.__module__ == module.__name__
    }
    assert {name: fields for name, (fields, _) in shown.items()} == there
    assert all(words.endswith(".") for _, words in shown.values())
    page = (ROOT / "docs" / "reference" / "events-and-deeds.md").read_text(encoding="utf-8")
    assert f"{{from-code-{table}}}" in page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
    lost = [t for t in targets if "://" not in t and not (page.parent / t).exists()]
    assert not lost


def test_the_readme_names_only_make_targets_that_there_are() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    named = set(re.findall(r"make ([a-z]+)", README))
    assert named
    assert named <= targets


def test_decisions_are_numbered_in_a_row_and_say_what_would_change_our_mind() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(r.name[:3]) for r in records] == list(range(1, len(records) + 1))
    for record in records:
        text = record.read_text(encoding="utf-8")
        assert all(f"**{part}.**" in text for part in ("Context", "Decision", "Price", "What would change our mind")), (
            record
        )


def test_the_plant_that_the_guide_describes_can_be_read_and_works(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "how-to" / "describe-your-plant.md").read_text(encoding="utf-8")
    file = tmp_path / "my-plant.yaml"
    file.write_text(guide.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    scenario = read.scenario(file)
    floor = SimulatedFloor(scenario.plant, opening(scenario.plant, scenario.orders), Certain())
    run(floor, rule("edd"), 7 * DAY)
    assert floor.state.unfinished == 0


def test_the_guide_to_what_ifs_names_every_change_and_its_file_is_one() -> None:
    guide = (ROOT / "docs" / "how-to" / "run-a-what-if.md").read_text(encoding="utf-8")
    assert not [name for name in changes.CHANGES if f"| `{name}` |" not in guide]
    shop = read.scenario("machine-shop")
    edits = changes.read(yaml.safe_load(guide.split("```yaml\n")[1].split("```")[0]), shop.epoch)
    changed = changes.apply(shop, edits)
    assert len(changed.orders) == len(shop.orders) + 1
    assert changed.plant.machines["mill-2"].outages == ((2 * HOUR, 11 * HOUR),)


def test_the_guide_names_every_node_of_a_plant() -> None:
    guide = (ROOT / "docs" / "how-to" / "connect-an-opc-ua-plant.md").read_text(encoding="utf-8")
    names = (*nodes.MACHINE_VALUES, *nodes.BUFFER_VALUES, *nodes.JOB_METHODS)
    paths = (nodes.LATEST, nodes.READ_CONFIRMATIONS, nodes.RUN, nodes.CURRENT_TIME, nodes.SPEED, nodes.PULSE)
    wanted = {*names, *(path.split("/")[1] for path in paths), nodes.URI}
    assert not [name for name in wanted if not re.search(rf"[`/]{re.escape(name)}`", guide)]


@pytest.mark.parametrize("page", ["how-to/run-a-study.md", "reference/study-file.md"])
def test_the_pages_on_studies_show_what_can_be_read(page: str, tmp_path: Path) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    line = read.scenario("bottling-line")
    for number, block in enumerate(text.split("```yaml\n")[1:]):
        said = block.split("```")[0]
        if "study:" not in said:
            said = f"study: x\nscenario: bottling-line\nresponses: [makespan_h]\nmethod: {{morris: {{}}}}\n{said}"
            said += "  another: {change: speed, machine: capper, factor: [1, 2]}\n"
        file = tmp_path / f"{number}.yaml"
        file.write_text(said, encoding="utf-8")
        scenario = line if "bottling-line" in said else read.scenario("machine-shop")
        asked = studying.read(file, scenario.epoch)
        for factor in asked.factors:
            for share in (0.0, 1.0):
                assert changes.apply(scenario, factor.at(share).changes).plant
    shipped = studying.path_of("machine-shop-levers").read_text(encoding="utf-8")
    assert page.startswith("reference") or text.split("```yaml\n")[1].split("```")[0] == shipped


def test_the_page_on_studies_names_every_method() -> None:
    page = (ROOT / "docs" / "reference" / "study-file.md").read_text(encoding="utf-8")
    assert not [name for name in METHODS if f"| `{name}` |" not in page]
