"""A comparison as one table: both means, the paired change, its interval drawn as a forest plot, the verdict.

Rows in, HTML out.
"""

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, isfinite, log10
from typing import Any

from ui.answers import Answer, shown
from ui.figures import of_row
from ui.palette import INK, LINE, MUTED, PAPER, VERDICTS

Row = Mapping[str, Any]

ICONS = {"better": "▲", "worse": "▼", "no difference shown": "○", "better and worse": "◆"}
WIDEST = 100.0
"""How far the forest plot reaches at most, in percent of the figure as it is; what is beyond ends in an arrow."""

_EDGE = 6.0
"""What is left free at either side of the plot for arrows, in percent of its width."""


def table(rows: Sequence[Row], *, confidence: float = 0.95, currency: str = "") -> str:
    """The table of *rows*: mappings with kpi, base, other, change, change_low, change_high and verdict.

    Money is in *currency*.
    """
    reach = _reach([end for row in rows for end in _percent(row) or ()])
    body = "".join(_row(row, reach, currency) for row in rows)
    ticks = f"<span>−{reach:g} %</span><span>0</span><span>+{reach:g} %</span>"
    head = (
        "<th>Figure</th><th class='n'>As it is</th><th class='n'>Changed</th><th class='n'>Change</th>"
        f"<th class='n m'>{confidence:.0%} interval</th>"
        f"<th class='f'>Forest plot, change in % of what it is<div>{ticks}</div></th>"
        "<th>Verdict</th>"
    )
    return (
        f"<style>{_STYLE}</style><div class='fs-verdicts'><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def pill(verdict: str) -> str:
    """A verdict as icon, word and colour."""
    colour = VERDICTS.get(verdict, INK)
    return f"<span class='fs-verdict' style='color:{colour}'>{ICONS[verdict]} {escape(verdict)}</span>"


def banner(said: Answer) -> str:
    """The answer in words, under the question; orders that were added lead, before what they cost the others."""
    leads = [(outlook.tone, str(outlook)) for outlook in said.outlooks]
    leads.append((said.verdict, f"{said.about}: {said.verdict}"))
    headlines = "".join(
        f"<div class='{'w' if number else 'v'}' style='color:{VERDICTS.get(tone, INK)}'>{ICONS[tone]} "
        f"{escape(words)}</div>"
        for number, (tone, words) in enumerate(leads)
    )
    sentences = "".join(f"<p>{escape(sentence)}</p>" for sentence in said.sentences)
    return (
        f"<style>{_STYLE}</style><div class='fs-answer' role='status' "
        f"style='border-left-color:{VERDICTS.get(leads[0][0], INK)}'>"
        f"<div class='q'>What if {escape('; '.join(said.changes))}?</div>{headlines}"
        f"{sentences}<div class='foot'>{escape(said.footnote)}</div></div>"
    )


def _row(row: Row, reach: float, currency: str) -> str:
    read = of_row(row, currency)
    unit = f" <i>{escape(read.unit)}</i>" if read.unit else ""
    interval = f"{read.change(row['change_low'])} to {read.change(row['change_high'])}"
    verdict = shown(row)
    return (
        f"<tr><td>{escape(read.label)}{unit}</td><td class='n'>{read.value(row['base'])}</td>"
        f"<td class='n'>{read.value(row['other'])}</td>"
        f"<td class='n'><b>{read.change(row['change'])}</b><small>{interval}</small></td>"
        f"<td class='n m'>{interval}</td>"
        f"<td class='f'>{_drawn(row, verdict, reach)}</td><td>{pill(verdict)}</td></tr>"
    )


def _drawn(row: Row, verdict: str, reach: float) -> str:
    """The interval as a bar with its middle as a dot; the line in the middle is no change."""
    ends = _percent(row)
    if ends is None:
        return "<div class='p' role='img' aria-label='not drawn: it was zero'><s></s></div>"
    colour = VERDICTS[verdict]
    low, at, high = (_place(end, reach) for end in ends)
    fill = PAPER if verdict == "no difference shown" else colour
    arrows = "".join(
        f"<u style='{side}:0;color:{colour}'>{arrow}</u>"
        for is_beyond, side, arrow in ((ends[0] < -reach, "left", "◂"), (ends[2] > reach, "right", "▸"))
        if is_beyond
    )
    label = f"{ends[1]:+.1f} %, interval {ends[0]:+.1f} to {ends[2]:+.1f} %"
    return (
        f"<div class='p' role='img' aria-label='{label}' title='{label}'><s></s>"
        f"<b style='left:{low:.2f}%;width:{high - low:.2f}%;background:{colour}'></b>{arrows}"
        f"<em style='left:{at:.2f}%;background:{fill};border-color:{colour}'></em></div>"
    )


def _place(percent: float, reach: float) -> float:
    """Where on the plot a change lies, in percent of its width."""
    return 50 + (50 - _EDGE) * max(-1.0, min(1.0, percent / reach))


def _percent(row: Row) -> tuple[float, float, float] | None:
    """The interval in percent of the figure as it is: low, middle, high; None where that is zero or not known."""
    values = [row["base"], row["change_low"], row["change"], row["change_high"]]
    if any(value is None or not isfinite(value) for value in values) or not row["base"]:
        return None
    unit = abs(float(row["base"])) / 100
    low, middle, high = (float(value) / unit for value in values[1:])
    return low, middle, high


def _reach(ends: Sequence[float]) -> float:
    """How far the plot reaches, in percent: the next round number, at most `WIDEST`."""
    most = min(WIDEST, max((abs(end) for end in ends), default=1.0)) or 1.0
    size = 10.0 ** floor(log10(most))
    steps = (1, 2, 3, 4, 5, 6, 8, 10)
    return min(WIDEST, next(step for step in steps if step >= ceil(most / size * 1000) / 1000 - 1e-9) * size)


_STYLE = f"""
.fs-verdicts{{overflow-x:auto;color:{INK}}}
.fs-verdicts table{{border-collapse:collapse;width:100%;font-size:14px}}
.fs-verdicts th{{text-align:left;font-weight:600;color:{MUTED};font-size:12.5px;padding:4px 10px;border-bottom:1px solid {LINE};vertical-align:bottom;white-space:nowrap}}
.fs-verdicts th.f{{white-space:normal}}
.fs-verdicts td{{padding:3px 10px;border-bottom:1px solid {LINE};white-space:nowrap;height:34px}}
.fs-verdicts .n{{text-align:right;font-variant-numeric:tabular-nums}} .fs-verdicts .m{{color:{MUTED}}}
.fs-verdicts small{{display:none;color:{MUTED};font-size:11.5px;line-height:1.2}}
.fs-verdicts i{{color:{MUTED};font-style:normal;font-size:12.5px}}
.fs-verdicts .f{{width:26%;min-width:150px}}
.fs-verdicts th.f div{{display:flex;justify-content:space-between;font-weight:400;font-size:11px;padding:0 {_EDGE / 2:g}%}}
.fs-verdicts .p{{position:relative;height:26px;background:linear-gradient({LINE},{LINE}) {_EDGE}% 0/1px 100% no-repeat,linear-gradient({LINE},{LINE}) {100 - _EDGE}% 0/1px 100% no-repeat}}
.fs-verdicts .p s{{position:absolute;left:50%;top:-5px;bottom:-5px;width:1px;background:{MUTED}}}
.fs-verdicts .p b{{position:absolute;top:11px;height:4px;min-width:3px;border-radius:2px}}
.fs-verdicts .p em{{position:absolute;top:7px;width:12px;height:12px;margin-left:-6px;border-radius:50%;border:2.5px solid;box-sizing:border-box}}
.fs-verdicts .p u{{position:absolute;top:0;line-height:26px;font-size:17px;text-decoration:none}}
.fs-verdict{{font-weight:650;white-space:nowrap}}
.fs-answer{{border:1px solid {LINE};border-left:6px solid;border-radius:8px;padding:12px 18px;background:{PAPER};color:{INK}}}
.fs-answer .q{{color:{MUTED};font-size:14px}} .fs-answer .v{{font-size:26px;font-weight:700;margin:2px 0 4px}}
.fs-answer .w{{font-size:18px;font-weight:650;margin:0 0 4px}}
.fs-answer p{{margin:3px 0;font-size:15px;line-height:1.45}} .fs-answer .foot{{color:{MUTED};font-size:12.5px;margin-top:8px}}
@media (max-width:1180px){{.fs-verdicts .m{{display:none}} .fs-verdicts small{{display:block}} .fs-verdicts th,.fs-verdicts td{{padding-left:5px;padding-right:5px}} .fs-verdicts .f{{min-width:110px}} .fs-verdicts .fs-verdict,.fs-verdicts td:first-child{{white-space:normal}}}}
"""  # noqa: E501 - rules of style, one look to a line
