"""Options and arguments that several commands share."""

import getpass
import os
from pathlib import Path
from typing import Annotated, Literal

import typer
from typer.models import OptionInfo


def _user() -> str:
    try:
        return os.environ.get("FORESHIFT_USER") or getpass.getuser()
    except (OSError, KeyError):
        return "planner"


def _edit(flag: str, words: str) -> OptionInfo:
    """An option that names an edit of a what-if, again for more; `ui.edits` reads what is typed after it."""
    option: OptionInfo = typer.Option(flag, help=words, show_default=False)
    return option


Scenario = Annotated[
    str | None,
    typer.Argument(
        help="A scenario file, or the name of a shipped one; left out, the workspace as it stands now.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Workspace = Annotated[
    Path,
    typer.Option(
        "--workspace", "-w", envvar="FORESHIFT_WORKSPACE", help="Where the journal and certificates are kept."
    ),
]
As = Annotated[str, typer.Option("--as", help="Who does this.", show_default="you")]
Runs = Annotated[int, typer.Option("--runs", "-n", min=2, max=100_000, help="How many times the twin plays it.")]
Seed = Annotated[int, typer.Option("--seed", help="Which futures; the same seed gives the same ones.")]
Workers = Annotated[
    int | None, typer.Option("--workers", min=1, help="Processes to use; left out, one per core.", show_default=False)
]
Engine = Annotated[
    Literal["auto", "simpy", "compiled"],
    typer.Option("--engine", help="Who plays: the compiled engine where it can, or one of the two. Same results."),
]
Rule = Annotated[
    str | None,
    typer.Option("--rule", "-r", help="Let this dispatching rule decide, e.g. edd, atc, spt.", show_default=False),
]
PlanFile = Annotated[
    str | None,
    typer.Option(
        "--plan", "-p", help="Follow this plan: a file, or the first digits of a proposed plan.", show_default=False
    ),
]
PlanDigits = Annotated[
    str,
    typer.Argument(help="The first digits of the plan's digest; `latest` is the last one proposed.", metavar="PLAN"),
]
Objective = Literal["weighted_tardiness", "makespan"]
By = Literal["cp-sat", "local-search"]
HERE = Path(".foreshift")
ME = _user()
Down = Annotated[list[str] | None, _edit("--down", "MACHINE@FROM+LASTING: a machine is out.")]
Rush = Annotated[list[str] | None, _edit("--rush", "ID:PRODUCT:QUANTITY@DUE: one more order.")]
Due = Annotated[list[str] | None, _edit("--due", "ORDER@DUE: another due date.")]
Pieces = Annotated[list[str] | None, _edit("--quantity", "ORDER=PIECES: an order for more, or fewer.")]
Urgent = Annotated[list[str] | None, _edit("--priority", "ORDER=NUMBER: another class; the highest number first.")]
Weight = Annotated[list[str] | None, _edit("--weight", "ORDER=WEIGHT: it matters more, or less.")]
Cancel = Annotated[list[str] | None, _edit("--cancel", "ORDER: not wanted any more.")]
Speed = Annotated[list[str] | None, _edit("--speed", "MACHINE=FACTOR: faster or slower.")]
Mttf = Annotated[
    list[str] | None,
    _edit("--mttf", "MACHINE=TIME: another mean time to failure; MACHINE:FAILURE=TIME where there are several."),
]
Mttr = Annotated[
    list[str] | None, _edit("--mttr", "MACHINE=TIME: another mean time to repair; MACHINE:FAILURE=TIME likewise.")
]
Interval = Annotated[list[str] | None, _edit("--maintenance", "MACHINE:MAINTENANCE=TIME: due more, or less, often.")]
ChangeoverTime = Annotated[
    list[str] | None, _edit("--changeover", "CENTER=FACTOR: changeovers take so many times as long.")
]
ExtraShift = Annotated[list[str] | None, _edit("--shift", "CENTER@FROM+LASTING: an extra shift.")]
BufferSize = Annotated[list[str] | None, _edit("--buffer", "BUFFER=PLACES: another size.")]
CrewSize = Annotated[list[str] | None, _edit("--crew", "CREW=PEOPLE: more people, or fewer.")]
Overtime = Annotated[list[str] | None, _edit("--overtime", "CREW@FROM+LASTING: a crew stays longer.")]
ToolCount = Annotated[list[str] | None, _edit("--tool", "TOOL=COUNT: more tools, pallets or cards, or fewer.")]
Demand = Annotated[list[str] | None, _edit("--demand", "ARRIVALS=FACTOR: orders come more often, or less.")]
FleetSize = Annotated[list[str] | None, _edit("--fleet", "FLEET=VEHICLES: more vehicles, or fewer.")]
Late = Annotated[list[str] | None, _edit("--late", "MATERIAL@FROM+LASTING: what is due then comes at the end of it.")]
StockCount = Annotated[list[str] | None, _edit("--stock", "MATERIAL=QUANTITY: there is so much in stock.")]
OtherRule = Annotated[str | None, typer.Option("--other-rule", help="Another dispatching rule.", show_default=False)]
ChangesFile = Annotated[Path | None, typer.Option("--changes", help="A YAML file of changes.", show_default=False)]
SaveChanges = Annotated[
    Path | None, typer.Option("--save", help="Write all changes to this YAML file, for --changes.", show_default=False)
]
Until = Annotated[
    str | None,
    typer.Option(
        "--until",
        help="FIGURE=WIDTH: as many runs as it takes to know the change of a figure to within that, at most --runs; "
        "in its unit or in % of it, such as weighted_tardiness_h=5%.",
        show_default=False,
    ),
]
Span = Annotated[
    str | None,
    typer.Option(
        "--for",
        help="Look ahead so far, such as 5d; absent: until every order has left. Needed where orders keep arriving.",
        show_default=False,
    ),
]
ForecastRuns = Annotated[
    int | None,
    typer.Option(
        "--runs",
        "-n",
        min=2,
        max=100_000,
        help="How many times the twin plays it; left out, about a second's worth.",
        show_default="500 on the compiled engine, 50 on SimPy's",
    ),
]
Every = Annotated[
    str | None,
    typer.Option("--every", help="Watch the floor: look again so often, such as 5s, until Ctrl-C.", show_default=False),
]
SortBy = Annotated[Literal["risk", "due"], typer.Option("--sort", help="Which orders come first.")]
ForecastOut = Annotated[
    Path | None, typer.Option("--out", help="Write the orders to this CSV or Parquet file.", show_default=False)
]
SnapshotOut = Annotated[Path, typer.Argument(help="The .json file to write.", show_default=False)]
PlantPort = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port on this machine; 0 takes a free one.")]
PlantSpeed = Annotated[float, typer.Option("--speed", min=0.001, help="Plant seconds in one second.")]
Truth = Annotated[bool, typer.Option("--truth/--as-believed", help="Work a bit differently than the twin believes.")]
WithOrders = Annotated[bool, typer.Option("--orders/--no-orders", help="Begin with the scenario's orders.")]
InsecurePlant = Annotated[bool, typer.Option("--insecure", help="Also offer an unencrypted, anonymous endpoint.")]
StopAfter = Annotated[float | None, typer.Option("--seconds", min=0.1, help="Stop after so long.", show_default=False)]
Insecure = Annotated[bool, typer.Option("--insecure", help="Connect to the plant without encryption.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it goes on record.")]
RulesToAsk = Annotated[
    list[str] | None,
    typer.Option("--rule", "-r", help="A dispatching rule that proposes; again for more.", show_default=False),
]
SolverSeconds = Annotated[
    float,
    typer.Option("--seconds", "-s", min=0, help="How long solver and local search take, each; 0 leaves both out."),
]
PlanToPropose = Annotated[
    Path | None, typer.Option("--file", help="Propose the plan in this file, and no other.", show_default=False)
]
ValidHours = Annotated[float, typer.Option("--hours", min=0.01, help="For how long.")]
Meaning = Annotated[str, typer.Option("--meaning", help="What you stand for; it goes on record.")]
Steps = Annotated[
    int | None,
    typer.Option("--steps", min=1, help="Decisions to learn from.", show_default="50000, with --quick 2000"),
]
Books = Annotated[
    int | None,
    typer.Option(
        "--books",
        min=1,
        help="Order books on which the best rule teaches first; each takes seconds.",
        show_default="60, with --quick 4",
    ),
]
TrainingSeed = Annotated[int, typer.Option("--seed", help="Where chance begins; the same seed trains the same policy.")]
TrainingLog = Annotated[Path | None, typer.Option("--log", help="Folder for a TensorBoard log.", show_default=False)]
PolicyFolder = Annotated[Path, typer.Option("--out", help="Folder for the policy and its card.")]
ShiftHours = Annotated[
    float | None,
    typer.Option(
        "--hours", min=0.01, help="Plant hours to follow; left out, until all orders left.", show_default=False
    ),
]
PlanOut = Annotated[Path | None, typer.Option("--out", help="Write the plan to this JSON file.", show_default=False)]
FactsOut = Annotated[
    Path | None, typer.Option("--out", help="Write what happened to this CSV or Parquet file.", show_default=False)
]
Searching = Annotated[
    By, typer.Option("--by", help="Who searches: the solver, which proves, or local search, which is fast.")
]
SearchSeconds = Annotated[float, typer.Option("--seconds", "-s", min=0.1, help="How long it may search.")]
TableName = Annotated[
    Literal[
        "facts", "deeds", "orders", "kpis", "machines", "events", "visits", "energy", "energy-orders", "load", "stock"
    ],
    typer.Argument(
        help="Which table; events are a log for process mining, as .json or .sqlite (OCEL 2.0) or .xes too; energy is "
        "by machine, energy-orders by order, load over time; stock is every movement of every material."
    ),
]
Instant = Annotated[str | None, typer.Option("--at", help="A date and time, or a time since the epoch; left out, now.")]
OrderName = Annotated[str | None, typer.Argument(help="An order.", show_default=False)]
Lot = Annotated[str | None, typer.Option("--lot", help="A material and one of its lots: MATERIAL/LOT.")]
LogFormat = Annotated[
    Literal["ocel-json", "ocel-sqlite", "xes", "csv", "parquet"] | None,
    typer.Option("--format", help="Of events; left out, what the file's ending stands for.", show_default=False),
]
AnyScenario = Annotated[
    str,
    typer.Argument(help="A scenario file, an Excel workbook, a folder of CSV tables, or the name of a shipped one."),
]
ScenarioOut = Annotated[Path, typer.Argument(help="A .yaml, .json or .xlsx file, or a folder for CSV tables.")]
SchemaOf = Annotated[Literal["scenario", "study"], typer.Option("--of", help="Of which kind of file.")]
SchemaOut = Annotated[Path | None, typer.Option("--out", help="Write it to this file.", show_default=False)]
JournalFile = Annotated[
    Path | None, typer.Argument(help="A journal file; left out, the workspace's.", show_default=False)
]
FilmOut = Annotated[Path, typer.Option("--out", "-o", help="The HTML file to write.")]
FilmedJournal = Annotated[
    Path | None,
    typer.Option(
        "--journal",
        help="Show what happened by this journal file, on the scenario named or the one beside the file.",
        show_default=False,
    ),
]
StudyFile = Annotated[str, typer.Argument(help="A study file, or the name of a shipped one.")]
StudyOut = Annotated[
    Path | None,
    typer.Option(
        "--out", "-o", help="The folder for results; left out, FILE.results where you are.", show_default=False
    ),
]
Backend = Annotated[
    str,
    typer.Option(
        "--backend",
        help="Where to play: loky (this computer), dask or ray; with the address of a cluster that runs already, such "
        "as dask=tcp://10.0.0.5:8786 or ray=auto.",
    ),
]
