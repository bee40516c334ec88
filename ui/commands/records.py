"""Files and records: verify, schema, export."""

import json
from pathlib import Path

from rich.text import Text

from plant_models import schema as schemas
from plant_models import write as scenarios
from plant_models.errors import InvalidPlant
from twin import kpi, studying
from twin.energy import Energy
from twin.journal import Journal
from twin.kpi import Kpis
from twin.records import energy, event_log, ledger, track, write
from twin.state import opening
from ui.desk import Desk
from ui.records import deeds_frame, facts_frame, write_frame
from ui.terminal import Answer
from ui.workspace import Workspace, scenario_of


def verify(where: Path) -> Answer:
    """Whether a journal is as it was written."""
    path = Workspace(where).journal if where.is_dir() else where
    with Journal(path, read_only=True) as journal:
        count, head = journal.verify(), journal.head
    words = Text.assemble(
        ("✔ ", "green"), f"{path}: {count:,} entries, each as it was written.\n", ("head ", "dim"), (head, "dim")
    )
    return Answer({"journal": str(path), "entries": count, "head": head, "is_intact": True}, [words])


def schema(out: Path | None, of: str = "scenario") -> Answer:
    """The JSON Schema of scenario files, or of study files."""
    found = schemas.scenario() if of == "scenario" else studying.file_schema()
    if out is None:
        return Answer(found)
    out.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    hint = f"Written to {out}. First line of a {of}: # yaml-language-server: $schema={out.name}"
    return Answer({"file": str(out), "title": found.get("title", "")}, [Text(hint)])


def export(workspace: Path, what: str, out: Path, format: str | None = None) -> Answer:
    """A table from the workspace's journal, in a file."""
    desk = Desk.open(workspace)
    if what == "events":
        return _events(desk, out, format)
    if format is not None:
        raise InvalidPlant(f"--format is for events; what {what!r} is written as, the ending of {out} says")
    if what == "facts":
        frame = facts_frame(desk.journal.facts())
    elif what == "deeds":
        frame = deeds_frame(desk.journal.deeds())
    elif what == "stock":
        frame = ledger(desk.plant, opening(desk.plant), desk.journal.facts(), desk.state.now).to_frame()
    elif what == "visits":
        frame = track(desk.plant, opening(desk.plant), desk.journal.facts(), desk.state.now).visits_frame()
    else:
        kpis = kpi.measure(desk.plant, opening(desk.plant), desk.journal.facts(), until=desk.state.now)
        if what in _ENERGY:
            frame = _ENERGY[what](_energy_of(kpis))
        else:
            frame = {"orders": kpis.orders_frame, "kpis": kpis.to_frame, "machines": kpis.machines_frame}[what]()
    write_frame(frame, out)
    words = f"{len(frame):,} rows with {len(frame.columns)} columns written to {out}"
    return Answer(
        {"file": str(out), "table": what, "rows": len(frame), "columns": [str(c) for c in frame.columns]}, [Text(words)]
    )


_ENERGY = {"energy": energy.machines_frame, "energy-orders": energy.orders_frame, "load": energy.load_frame}


def _energy_of(kpis: Kpis) -> Energy:
    if kpis.energy is None:
        raise InvalidPlant(
            "the plant does not say what it draws; give its machines or work centers power, such as "
            "power: {working: 45 kW, idle: 18 kW}"
        )
    return kpis.energy


def convert(scenario: str, out: Path) -> Answer:
    """A scenario, in another form."""
    found = scenario_of(scenario)
    if out.suffix.lower() not in ("", ".yaml", ".yml", ".json", ".xlsx"):
        raise InvalidPlant(f"{out}: wanted a file that ends in .yaml, .json or .xlsx, or a folder")
    scenarios.scenario(found, out)
    return Answer({"scenario": found.id, "file": str(out)}, [Text(f"{found.id} written to {out}")])


def _events(desk: Desk, out: Path, format: str | None) -> Answer:
    """The journal's facts as an event log, in a form by name or by the ending of the file's name."""
    log = event_log(desk.plant, opening(desk.plant), desk.journal.facts(), desk.scenario.epoch)
    try:
        write(log, out, format)
    except ValueError as error:
        raise InvalidPlant(str(error)) from None
    words = f"{len(log.happenings):,} events about {len(log.things):,} objects written to {out}"
    return Answer(
        {"file": str(out), "table": "events", "rows": len(log.happenings), "objects": len(log.things)}, [Text(words)]
    )
