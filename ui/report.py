"""A report in one HTML file that opens anywhere, without a network."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from ui.palette import FONT, GREEN, INK, LINE, MUTED, VERMILLION


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A table: the first *text_columns* columns are words, the others numbers."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    text_columns: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A figure, and in words what it shows, for those who cannot see it."""

    figure: go.Figure
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A page of its own inside the report, *height* pixels high, and in words what it shows."""

    page: str
    alt: str
    height: int = 720


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One figure that matters, with what to hold it against."""

    label: str
    value: str
    note: str = ""
    is_good: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the report under a heading."""

    title: str
    text: str = ""
    parts: Sequence[Rows | Chart | Frame] = field(default_factory=tuple)


def html(title: str, *, lead: str, tiles: Sequence[Tile], sections: Sequence[Section], made: str) -> str:
    """The whole report as one page; plotly's script is in it once."""
    body = "".join(_section(section) for section in sections)
    shown = "".join(_tile(tile) for tile in tiles)
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{escape(title)}</title>"
        f"<meta name='viewport' content='width=device-width, initial-scale=1'><style>{_STYLE}</style>"
        f"<script>{get_plotlyjs()}</script></head><body><main><header><p class='brand'>Foreshift</p>"
        f"<h1>{escape(title)}</h1><p class='lead'>{escape(lead)}</p></header><div class='tiles'>{shown}</div>{body}"
        f"<footer>{escape(made)}</footer></main></body></html>"
    )


def write(path: Path, page: str) -> Path:
    """Put the report into a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
    return path


def _tile(tile: Tile) -> str:
    kind = {None: "", True: " good", False: " bad"}[tile.is_good]
    return (
        f"<div class='tile{kind}'><span class='label'>{escape(tile.label)}</span>"
        f"<span class='value'>{escape(tile.value)}</span><span class='note'>{escape(tile.note)}</span></div>"
    )


def _section(section: Section) -> str:
    parts = "".join(_part(part) for part in section.parts)
    text = f"<p>{escape(section.text)}</p>" if section.text else ""
    return f"<section><h2>{escape(section.title)}</h2>{text}{parts}</section>"


def _part(part: Rows | Chart | Frame) -> str:
    if isinstance(part, Rows):
        return _rows(part)
    return _chart(part) if isinstance(part, Chart) else _frame(part)


def _frame(frame: Frame) -> str:
    return (
        f"<iframe title='{escape(frame.alt, quote=True)}' loading='lazy' style='height:{frame.height}px' "
        f"srcdoc='{escape(frame.page, quote=True)}'></iframe>"
    )


def _rows(rows: Rows) -> str:
    def cell(tag: str, number: int, text: str) -> str:
        return f"<{tag}{'' if number < rows.text_columns else ' class=number'}>{escape(text)}</{tag}>"

    head = "".join(cell("th", n, column) for n, column in enumerate(rows.columns))
    body = "".join("<tr>" + "".join(cell("td", n, text) for n, text in enumerate(row)) + "</tr>" for row in rows.rows)
    return f"<div class='scroll'><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def _chart(chart: Chart) -> str:
    drawn = chart.figure.to_html(
        full_html=False,
        include_plotlyjs=False,
        default_width="100%",
        config={"displayModeBar": False, "responsive": True},
    )
    return (
        f"<figure role='img' "
        f"aria-label='{escape(chart.alt, quote=True)}'>{drawn}<figcaption>{escape(chart.alt)}</figcaption></figure>"
    )


_STYLE = f"""
*{{box-sizing:border-box}} body{{margin:0;background:#f4f7fa;color:{INK};font:15px/1.55 {FONT}}}
main{{max-width:1180px;margin:0 auto;padding:32px 24px 48px}}
.brand{{margin:0;color:#0b6aa8;font-weight:700;letter-spacing:.02em}} h1{{margin:2px 0 6px;font-size:28px;line-height:1.25}}
.lead{{margin:0;font-size:17px;max-width:80ch}} h2{{font-size:18px;margin:0 0 6px}} section p{{margin:0 0 10px;max-width:90ch;color:{MUTED}}}
.tiles{{display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));gap:12px;margin:22px 0}}
.tile{{background:#fff;border:1px solid {LINE};border-left:4px solid {LINE};border-radius:8px;padding:12px 14px;display:flex;flex-direction:column}}
.tile.good{{border-left-color:{GREEN}}} .tile.bad{{border-left-color:{VERMILLION}}}
.label{{color:{MUTED};font-size:13px}} .value{{font-size:24px;font-weight:650}} .note{{color:{MUTED};font-size:12.5px}}
section{{background:#fff;border:1px solid {LINE};border-radius:8px;padding:18px 20px;margin:14px 0}}
iframe{{width:100%;border:1px solid {LINE};border-radius:8px}} figure{{margin:0}} figcaption{{color:{MUTED};font-size:13px;padding:2px 4px 0}}
.scroll{{overflow-x:auto}} table{{border-collapse:collapse;width:100%;font-size:14px}}
th{{text-align:left;color:{MUTED};font-weight:600;border-bottom:2px solid {LINE};padding:6px 10px;white-space:nowrap}}
td{{border-bottom:1px solid {LINE};padding:5px 10px}} .number{{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}}
tbody tr:last-child td{{border-bottom:0}} footer{{color:{MUTED};font-size:13px;margin-top:18px}}
@media print{{body{{background:#fff}} section,.tile{{break-inside:avoid}}}}
"""  # noqa: E501 - rules of style, one look to a line
