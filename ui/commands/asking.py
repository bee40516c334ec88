"""Asking the twin: the commands ``forecast``, ``whatif``, ``study``, ``snapshot`` and ``film``, as they are typed."""

from pathlib import Path

import typer

from ui import options as given
from ui.options import HERE


def forecast(
    scenario: given.Scenario = None,
    rule: given.Rule = None,
    plan: given.PlanFile = None,
    runs: given.ForecastRuns = None,
    span: given.Span = None,
    seed: given.Seed = 1,
    workers: given.Workers = None,
    engine: given.Engine = "auto",
    sort: given.SortBy = "risk",
    every: given.Every = None,
    seconds: given.StopAfter = None,
    out: given.ForecastOut = None,
    workspace: given.Workspace = HERE,
    json: given.Json = False,
) -> None:
    """Say when each order will be finished: P10, P50, P90, how likely on time, and how much slack is left.

    The plan that is released decides, else the scenario's rule. With --every it watches the floor.

    Example: [bold]foreshift forecast machine-shop --rule atc[/bold]
    """
    from ui.commands.forecast import Ask
    from ui.commands.forecast import forecast as answer

    ask = Ask(
        workspace=workspace,
        scenario=scenario,
        rule=rule,
        plan=plan,
        runs=runs,
        span=span,
        seed=seed,
        workers=workers,
        engine=engine,
        sort=sort,
        out=out,
    )
    answer(ask, every=every, seconds=seconds, as_json=json).say(as_json=json)


def whatif(
    context: typer.Context,
    scenario: given.Scenario = None,
    down: given.Down = None,
    rush: given.Rush = None,
    due: given.Due = None,
    quantity: given.Pieces = None,
    priority: given.Urgent = None,
    weight: given.Weight = None,
    cancel: given.Cancel = None,
    demand: given.Demand = None,
    speed: given.Speed = None,
    mttf: given.Mttf = None,
    mttr: given.Mttr = None,
    maintenance: given.Interval = None,
    changeover: given.ChangeoverTime = None,
    shift: given.ExtraShift = None,
    buffer: given.BufferSize = None,
    crew: given.CrewSize = None,
    overtime: given.Overtime = None,
    tool: given.ToolCount = None,
    fleet: given.FleetSize = None,
    late: given.Late = None,
    stock: given.StockCount = None,
    other_rule: given.OtherRule = None,
    changes: given.ChangesFile = None,
    save: given.SaveChanges = None,
    rule: given.Rule = None,
    plan: given.PlanFile = None,
    runs: given.Runs = 100,
    until: given.Until = None,
    span: given.Span = None,
    seed: given.Seed = 1,
    workers: given.Workers = None,
    workspace: given.Workspace = HERE,
    json: given.Json = False,
) -> None:
    """Change something and see what it does: both worlds meet the same luck, and differences come with intervals.

    Times are durations from now, such as 90min or 4h.

    Example: [bold]foreshift whatif machine-shop --down saw-1@2h+4h --runs 100[/bold]
    """
    from ui.commands.ahead import whatif as answer

    answer(
        workspace,
        scenario,
        typed=context.params,
        other_rule=other_rule,
        file=changes,
        save=save,
        rule=rule,
        plan=plan,
        runs=runs,
        until=until,
        span=span,
        seed=seed,
        workers=workers,
        quiet=json,
    ).say(as_json=json)


def study(
    file: given.StudyFile,
    backend: given.Backend = "loky",
    workers: given.Workers = None,
    engine: given.Engine = "auto",
    out: given.StudyOut = None,
    workspace: given.Workspace = HERE,
    json: given.Json = False,
) -> None:
    r"""Play many variants of a plant: full factorial, screening, search for the best, choice with a promise.

    What is played is kept as it comes. After Ctrl-C or a power cut the same command goes on where it was.

    Example: [bold]foreshift study machine-shop-levers --workers 2[/bold]
    """
    from ui.commands.study import study as answer

    answer(workspace, file, backend=backend, workers=workers, engine=engine, out=out, quiet=json).say(as_json=json)


def snapshot(
    file: given.SnapshotOut,
    scenario: given.Scenario = None,
    workspace: given.Workspace = HERE,
    json: given.Json = False,
) -> None:
    """Keep the floor as it stands now in a file, to look ahead from later: every such command takes it as a scenario.

    Example: [bold]foreshift snapshot monday.json[/bold]
    """
    from ui.commands.ahead import snapshot as answer

    answer(Path(workspace), scenario, file=file).say(as_json=json)


def film(
    scenario: given.Scenario = None,
    journal: given.FilmedJournal = None,
    rule: given.Rule = None,
    plan: given.PlanFile = None,
    seed: given.Seed = 1,
    out: given.FilmOut = Path("film.html"),
    workspace: given.Workspace = HERE,
    json: given.Json = False,
) -> None:
    """Watch the floor: what happened by the journal, or one possible future, as a page that plays in any browser.

    With a scenario, a rule or a plan it is a future, else the workspace's journal from its beginning until now.

    Example: [bold]foreshift film machine-shop --rule atc --out film.html[/bold]
    """
    from ui.commands.watching import film as answer

    answer(workspace, scenario, journal=journal, rule=rule, plan=plan, seed=seed, out=out).say(as_json=json)
