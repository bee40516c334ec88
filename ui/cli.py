"""The command line: ``foreshift``. Each command reads its words here and does its work in `ui.commands`.

Heavy imports stand inside the commands, so that ``foreshift --help`` answers at once.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ui import __version__
from ui import options as given
from ui.commands import asking
from ui.edge import run
from ui.options import HERE, ME

app = typer.Typer(
    name="foreshift",
    help=(
        "Rehearse a shift before the plant runs it.\n\nFirst steps: [bold]foreshift "
        "demo[/bold], then [bold]foreshift ui[/bold]."
    ),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

LOOK, DO, FLOOR, RECORDS = "Look ahead", "The gate, step by step", "The floor and the pages", "Files and records"


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"foreshift {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    pass


@app.command(rich_help_panel=LOOK)
def demo(
    workspace: Annotated[
        Path, typer.Option("--workspace", "-w", help="Where to leave the journal and the report.")
    ] = Path("foreshift-demo"),
    runs: given.Runs = 100,
    quick: Annotated[
        bool, typer.Option("--quick", help="Fewer runs and shorter searches: a look in half the time.")
    ] = False,
    json: given.Json = False,
) -> None:
    """See it all once: plan, rehearse, approve, release, a breakdown, a new plan, and how well it was predicted.

    Example: [bold]foreshift demo[/bold]
    """
    from ui.commands.show import demo as answer

    answer(workspace, runs=runs, quick=quick, quiet=json).say(as_json=json)


@app.command(rich_help_panel=LOOK)
def plan(
    scenario: given.Scenario = None,
    objective: Annotated[
        given.Objective, typer.Option("--objective", "-o", help="What to make small.")
    ] = "weighted_tardiness",
    by: given.Searching = "cp-sat",
    seconds: given.SearchSeconds = 10,
    rule: given.Rule = None,
    out: given.PlanOut = None,
    seed: given.Seed = 1,
    workers: given.Workers = None,
    workspace: given.Workspace = HERE,
    json: given.Json = False,
) -> None:
    """Make a plan: with the solver, with the local search, or by a dispatching rule.

    Example: [bold]foreshift plan machine-shop --seconds 5 --out plan.json[/bold]
    """
    from ui.commands.ahead import plan as answer

    answer(
        workspace,
        scenario,
        objective=objective,
        by=by,
        seconds=seconds,
        rule=rule,
        out=out,
        seed=seed,
        workers=workers,
        quiet=json,
    ).say(as_json=json)


@app.command(rich_help_panel=LOOK)
def simulate(
    scenario: given.Scenario = None,
    rule: given.Rule = None,
    plan: given.PlanFile = None,
    span: given.Span = None,
    seed: given.Seed = 1,
    out: given.FactsOut = None,
    workspace: given.Workspace = HERE,
    json: given.Json = False,
) -> None:
    """Play one possible future and account for it.

    Example: [bold]foreshift simulate bottling-line --seed 7[/bold]
    """
    from ui.commands.ahead import simulate as answer

    answer(workspace, scenario, rule=rule, plan=plan, span=span, seed=seed, out=out).say(as_json=json)


@app.command(rich_help_panel=LOOK)
def rehearse(
    scenario: given.Scenario = None,
    rule: given.Rule = None,
    plan: given.PlanFile = None,
    runs: given.Runs = 100,
    span: given.Span = None,
    seed: given.Seed = 1,
    workers: given.Workers = None,
    engine: given.Engine = "auto",
    workspace: given.Workspace = HERE,
    as_: given.As = ME,
    json: given.Json = False,
) -> None:
    """Play many futures: what to expect, how sure it is, which orders are at risk.

    A proposed plan (by its digits) is rehearsed from the floor's present state, and that goes on record.

    Example: [bold]foreshift rehearse machine-shop --rule atc --runs 200[/bold]
    """
    from ui.commands.ahead import rehearse as answer

    found = answer(
        workspace,
        scenario,
        by=as_,
        rule=rule,
        plan=plan,
        runs=runs,
        span=span,
        seed=seed,
        workers=workers,
        engine=engine,
        quiet=json,
    )
    found.say(as_json=json)


for _ask in (asking.forecast, asking.whatif, asking.study, asking.snapshot, asking.film):
    app.command(rich_help_panel=LOOK)(_ask)


@app.command(rich_help_panel=RECORDS)
def init(
    scenario: Annotated[str, typer.Argument(help="A scenario file, or the name of a shipped one.")] = "machine-shop",
    empty: Annotated[bool, typer.Option("--empty", help="Begin without the scenario's orders.")] = False,
    workspace: given.Workspace = HERE,
    as_: given.As = ME,
    json: given.Json = False,
) -> None:
    """Begin a workspace: a journal for one plant.

    Example: [bold]foreshift init machine-shop --empty[/bold]
    """
    from ui.commands.gate import init as answer

    answer(workspace, scenario, empty=empty, by=as_).say(as_json=json)


@app.command("import", rich_help_panel=RECORDS)
def import_orders(
    file: Annotated[Path, typer.Argument(help="A CSV file: order, product, quantity, release, due, weight, priority.")],
    workspace: given.Workspace = HERE,
    as_: given.As = ME,
    json: given.Json = False,
) -> None:
    """Take over the orders of an ERP file; those that are known already are left as they are.

    Example: [bold]foreshift import orders.csv[/bold]
    """
    from ui.commands.gate import import_orders as answer

    answer(workspace, file, by=as_).say(as_json=json)


@app.command(rich_help_panel=DO)
def propose(
    rules: given.RulesToAsk = None,
    seconds: given.SolverSeconds = 10,
    file: given.PlanToPropose = None,
    reason: Annotated[str, typer.Option("--reason", help="Why; it goes on record.")] = "",
    runs: given.Runs = 50,
    seed: given.Seed = 1,
    workspace: given.Workspace = HERE,
    as_: given.As = ME,
    json: given.Json = False,
) -> None:
    """Let rules, the solver and the learned policy propose from the floor's present state; the twin ranks them.

    The best one is put on record as your proposal.

    Example: [bold]foreshift propose --rule edd --rule atc --seconds 5 --as ann[/bold]
    """
    from ui.commands.gate import propose as answer

    answer(
        workspace, by=as_, rules=rules, seconds=seconds, file=file, reason=reason, runs=runs, seed=seed, quiet=json
    ).say(as_json=json)


@app.command(rich_help_panel=DO)
def approve(
    plan: given.PlanDigits = "latest",
    hours: given.ValidHours = 8,
    meaning: given.Meaning = "",
    workspace: given.Workspace = HERE,
    as_: given.As = ME,
    json: given.Json = False,
) -> None:
    """Take responsibility for a rehearsed plan; somebody else must have proposed it.

    Example: [bold]foreshift approve 3f9a --as bob[/bold]
    """
    from ui.commands.gate import approve as answer

    answer(workspace, plan, by=as_, hours=hours, meaning=meaning).say(as_json=json)


@app.command(rich_help_panel=DO)
def reject(
    plan: given.PlanDigits = "latest",
    reason: given.Reason = "",
    workspace: given.Workspace = HERE,
    as_: given.As = ME,
    json: given.Json = False,
) -> None:
    """Decide against a plan.

    Example: [bold]foreshift reject latest --reason "the saw is due for service" --as bob[/bold]
    """
    from ui.commands.gate import reject as answer

    answer(workspace, plan, by=as_, reason=reason).say(as_json=json)


@app.command(rich_help_panel=DO)
def release(
    plan: given.PlanDigits = "latest",
    workspace: given.Workspace = HERE,
    as_: given.As = ME,
    json: given.Json = False,
) -> None:
    """Hand an approved plan to whoever follows the floor (`foreshift shift`); what was rehearsed, and nothing else.

    Example: [bold]foreshift release 3f9a --as bob[/bold]
    """
    from ui.commands.gate import release as answer

    answer(workspace, plan, by=as_).say(as_json=json)


@app.command(rich_help_panel=DO)
def recall(
    plan: given.PlanDigits = "latest",
    reason: given.Reason = "",
    workspace: given.Workspace = HERE,
    as_: given.As = ME,
    json: given.Json = False,
) -> None:
    """Take a released plan back from the floor; what has begun is finished.

    Example: [bold]foreshift recall --reason "wrong material" --as ann[/bold]
    """
    from ui.commands.gate import recall as answer

    answer(workspace, plan, by=as_, reason=reason).say(as_json=json)


@app.command(rich_help_panel=DO)
def status(workspace: given.Workspace = HERE, json: given.Json = False) -> None:
    """Say how the plans, the floor and its machines stand.

    Example: [bold]foreshift status[/bold]
    """
    from ui.commands.gate import status as answer

    answer(workspace).say(as_json=json)


@app.command(rich_help_panel=FLOOR)
def plant(
    scenario: Annotated[str, typer.Argument(help="A scenario file, or the name of a shipped one.")] = "machine-shop",
    port: given.PlantPort = 4840,
    speed: given.PlantSpeed = 10,
    seed: Annotated[int, typer.Option("--seed", help="The plant's own luck.")] = 7,
    truth: given.Truth = True,
    orders: given.WithOrders = False,
    insecure: given.InsecurePlant = False,
    seconds: given.StopAfter = None,
    workspace: given.Workspace = HERE,
    json: given.Json = False,
) -> None:
    """Serve a simulated plant over OPC UA, with a truth of its own, until you stop it.

    Example: [bold]foreshift plant machine-shop --speed 20[/bold]
    """
    from ui.commands.floor import plant as answer

    answer(
        workspace,
        scenario,
        port=port,
        speed=speed,
        seed=seed,
        truth=truth,
        orders=orders,
        insecure=insecure,
        seconds=seconds,
        as_json=json,
    ).say(as_json=json)


@app.command(rich_help_panel=FLOOR)
def shift(
    endpoint: Annotated[str, typer.Option("--plant", help="The plant's OPC UA address.")] = "opc.tcp://127.0.0.1:4840",
    hours: given.ShiftHours = None,
    insecure: Annotated[bool, typer.Option("--insecure", help="Connect without encryption.")] = False,
    workspace: given.Workspace = HERE,
    as_: given.As = ME,
    json: given.Json = False,
) -> None:
    """Follow the floor: record what happens and work on whatever plan is released. It goes on where it was.

    Example: [bold]foreshift shift --plant opc.tcp://127.0.0.1:4840[/bold]
    """
    from ui.commands.floor import shift as answer

    answer(workspace, endpoint, hours=hours, insecure=insecure, by=as_, quiet=json).say(as_json=json)


@app.command(rich_help_panel=FLOOR)
def ui(
    endpoint: Annotated[
        str | None, typer.Option("--plant", help="Follow the plant at this OPC UA address.", show_default=False)
    ] = None,
    scenario: Annotated[str, typer.Option("--scenario", help="What a new workspace begins with.")] = "machine-shop",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port on this machine; 0 takes a free one.")
    ] = 8501,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")] = True,
    insecure: given.Insecure = False,
    seconds: given.StopAfter = None,
    workspace: given.Workspace = HERE,
    as_: given.As = ME,
    json: given.Json = False,
) -> None:
    """Open the pages: Floor, What-if, Schedule, Journal. They are served to this computer only.

    Example: [bold]foreshift ui --plant opc.tcp://127.0.0.1:4840[/bold]
    """
    from ui.commands.floor import pages as answer

    answer(
        workspace,
        scenario,
        endpoint=endpoint,
        port=port,
        browser=browser,
        insecure=insecure,
        seconds=seconds,
        by=as_,
        as_json=json,
    ).say(as_json=json)


@app.command(rich_help_panel=LOOK)
def train(
    scenario: Annotated[str, typer.Argument(help="A scenario file, or the name of a shipped one.")] = "machine-shop",
    steps: given.Steps = None,
    books: given.Books = None,
    out: given.PolicyFolder = Path("policy"),
    seed: given.TrainingSeed = 1,
    quick: Annotated[bool, typer.Option("--quick", help="A small network of its kind in a minute or so.")] = False,
    log: given.TrainingLog = None,
    json: given.Json = False,
) -> None:
    r"""Train a policy on the twin (needs the `rl` extra: pip install "foreshift\[rl]").

    Ctrl-C while it learns ends the learning; the best network so far is examined and kept.

    Example: [bold]foreshift train machine-shop --steps 20000 --out policy[/bold]
    """
    typer.echo("Loading torch ...", err=True)
    from ui.commands.learn import train as answer

    answer(scenario, steps=steps, books=books, out=out, seed=seed, quick=quick, log=log, quiet=json).say(as_json=json)


@app.command(rich_help_panel=RECORDS)
def verify(
    journal: given.JournalFile = None,
    workspace: given.Workspace = HERE,
    json: given.Json = False,
) -> None:
    """Check that the journal is as it was written, entry by entry.

    Example: [bold]foreshift verify[/bold]
    """
    from ui.commands.records import verify as answer

    answer(journal or workspace).say(as_json=json)


@app.command(rich_help_panel=RECORDS)
def schema(
    of: given.SchemaOf = "scenario",
    out: given.SchemaOut = None,
    json: given.Json = False,
) -> None:
    """Print the JSON Schema of scenario files, or of study files, for an editor's completion.

    Example: [bold]foreshift schema --out scenario.schema.json[/bold]
    """
    from ui.commands.records import schema as answer

    answer(out, of).say(as_json=json or out is None)


@app.command(rich_help_panel=RECORDS)
def export(
    what: given.TableName,
    out: Annotated[Path, typer.Argument(help="A .csv or .parquet file; events can be OCEL or XES too.")],
    format: given.LogFormat = None,
    workspace: given.Workspace = HERE,
    json: given.Json = False,
) -> None:
    """Write a table from the workspace's journal to CSV or Parquet; events to OCEL 2.0 or XES.

    Example: [bold]foreshift export facts facts.csv[/bold]
    """
    from ui.commands.records import export as answer

    answer(workspace, what, out, format).say(as_json=json)


@app.command(rich_help_panel=RECORDS)
def stock(at: given.Instant = None, workspace: given.Workspace = HERE, json: given.Json = False) -> None:
    """Show what is in stock, lot by lot, and what came and went; now or at any past instant.

    Example: [bold]foreshift stock --at 2026-01-06T14:00[/bold]
    """
    from ui.commands.stocks import stock as answer

    answer(workspace, at).say(as_json=json)


@app.command(rich_help_panel=RECORDS)
def genealogy(
    order: given.OrderName = None, lot: given.Lot = None, workspace: given.Workspace = HERE, json: given.Json = False
) -> None:
    """Show what an order is made of, through every level; or, with --lot, where a lot of material went.

    Example: [bold]foreshift genealogy --lot sealant/sealant-3[/bold]
    """
    from ui.commands.stocks import genealogy_of as answer

    answer(workspace, order, lot).say(as_json=json)


@app.command(rich_help_panel=RECORDS)
def convert(scenario: given.AnyScenario, out: given.ScenarioOut, json: given.Json = False) -> None:
    """Write a scenario in another form: YAML, JSON, an Excel workbook, or a folder of CSV tables.

    Example: [bold]foreshift convert machine-shop shop.xlsx[/bold]
    """
    from ui.commands.records import convert as answer

    answer(scenario, out).say(as_json=json)


def main() -> None:
    """Run the command line: exit code 2 for what the caller can put right, 1 for what they cannot."""
    sys.exit(run(app))


if __name__ == "__main__":
    main()
