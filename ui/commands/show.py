"""The demo: the show itself, its report and what to try next."""

from pathlib import Path

from rich.text import Text

from ui.demo import QUICK, Pace, Story, play, verdict
from ui.report_of_demo import write_report
from ui.terminal import Answer, terminal


def demo(workspace: Path, *, runs: int, quick: bool, quiet: bool) -> Answer:
    """Play the demo and leave a report."""
    folder = _free(workspace)
    pace = QUICK if quick else Pace(runs=runs)
    story = play(folder, pace, terminal(), quiet=quiet)
    report = write_report(story, folder / "report.html")
    shown = [
        Text(f"\nReport: {report} (one file, opens offline)"),
        Text("Next: ", style="dim")
        .append(f"foreshift ui -w {folder}", style="bold")
        .append("  to look at all of it in the browser", style="dim"),
        Text("      ")
        .append("foreshift whatif machine-shop --down mill-2@2h+6h", style="bold")
        .append("  to ask a question of your own", style="dim"),
    ]
    return Answer(_data(story, folder, report), shown)


def _data(story: Story, folder: Path, report: Path) -> dict[str, object]:
    return {
        "workspace": str(folder),
        "report": str(report),
        "orders": len(story.desk.orders),
        "breakdown": None if story.broke is None else {"machine": story.broke[0], "at_ms": story.broke[1]},
        "plans": [
            {
                "digest": chapter.plan.digest,
                "source": chapter.found.best.name,
                "proposers": [proposal.name for proposal in chapter.found.ranked],
                "runs": chapter.rehearsal.runs,
            }
            for chapter in story.chapters
        ],
        "checks": [
            [
                {
                    "figure": c.name,
                    "low": c.low,
                    "high": c.high,
                    "median": c.middle,
                    "actual": c.actual,
                    "is_inside": c.is_inside,
                }
                for c in checks
            ]
            for checks in story.checks
        ],
        "verdict": verdict(story.checks[-1]),
        "facts": len(story.facts),
        "entries": len(story.desk.journal),
    }


def _free(folder: Path) -> Path:
    """*folder*, or the next one after it that is not there yet: an earlier demo is kept."""
    if not folder.exists() or not any(folder.iterdir()):
        return folder
    number = 2
    while (found := folder.with_name(f"{folder.name}-{number}")).exists():
        number += 1
    return found
