"""The elements of a mail's HTML: as mail programs draw them, Outlook's Word engine among them.

Tables, attributes and inline styles; no link but the sender's own, no image, no script. The words of a wrap come in through
`esc` alone. The classes and the style sheet serve dark mode only: without them the mail is whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from llm_wrap.brief.escaping import clean
from llm_wrap.brief.passages import Run

Tone = Literal["", "up", "down", "mixed", "neutral", "unlabelled", "muted", "warn"]

LONGEST = 3000  # characters of one stretch of text; what is longer is cut, and says so

# Shade on white, and on the dark page; 4.5:1 and more on both.
SHADES: dict[str, tuple[str, str]] = {
    "ink": ("#1f2328", "#e6e8eb"),
    "muted": ("#57606a", "#a9b1ba"),
    "up": ("#116329", "#74dd8f"),
    "down": ("#a40e26", "#ff9d9d"),
    "mixed": ("#7d4e00", "#f0c070"),
    "neutral": ("#0a4b9c", "#8fc3ff"),
    "unlabelled": ("#6b3fa0", "#cfb5ff"),
    "warn": ("#5c3c00", "#ffe2a0"),
}
PAGE = ("#ffffff", "#15181c")
PANEL = ("#f3f5f7", "#20252b")
_WARN_GROUND = ("#fff0c0", "#4a3600")
_MARK_GROUND = ("#fff3b0", "#4d4300")
_WHOLE = 20  # characters that a cell keeps on one line, if it is to stay whole: a phone has room for no more
_TAGS = re.compile("<[^>]*>|(?<=&)[^;]{1,8};")
_CLASSES = {"muted": "m", "up": "u", "down": "d", "mixed": "x", "neutral": "n", "unlabelled": "o"}
_PADDING, _CELLS = 'cellpadding="0"', 'cellpadding="4"'
_TABLE = f'<table width="100%" {_PADDING} cellspacing="0" border="0"'
_FONT = "font-family:Arial,Helvetica,sans-serif"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's markup. A figure stands on the right; it and what is to stay `whole` do not break over lines.

    `width`: pixels or a share ("64", "38%"), where the words alone would give a bad one.
    """

    html: str
    figure: bool = False
    whole: bool = False
    width: str = ""


def esc(text: str) -> str:
    """Words of any origin as text of an HTML page; very long ones are cut, and say so.

    >>> esc("<b>R&D\\x1b</b>")
    '&lt;b&gt;R&amp;D&lt;/b&gt;'
    """
    words = clean(text)
    if len(words) > LONGEST:
        words = f"{words[:LONGEST]}… [{len(words) - LONGEST:,} more characters in the text part]"
    return escape(words, quote=True)


def tinted(html: str, tone: Tone, *, strong: bool = False) -> str:
    """Markup in a shade. What the shade says, the words say as well."""
    if not html:
        return ""
    weight = ";font-weight:bold" if strong else ""
    if not tone:
        return f"<b>{html}</b>" if strong else html
    if tone == "warn":
        return (
            f'<span class="w" style="background-color:{_WARN_GROUND[0]};color:{SHADES["warn"][0]}{weight}">'
            f"&nbsp;{html}&nbsp;</span>"
        )
    return f'<span class="{_CLASSES[tone]}" style="color:{SHADES[tone][0]}{weight}">{html}</span>'


def marked(runs: Iterable[Run]) -> str:
    """Runs of text, the evidence on a ground of its own and bold: it is seen without the ground as well."""
    return "".join(
        f'<b class="e" style="background-color:{_MARK_GROUND[0]}">{esc(run.text)}</b>'
        if run.evidence
        else esc(run.text)
        for run in runs
    )


def heading(level: Literal[1, 2, 3], html: str) -> str:
    size, above, below = {1: (22, 0, 2), 2: (17, 18, 6), 3: (16, 0, 3)}[level]
    return f'<h{level} style="margin:{above}px 0 {below}px 0;font-size:{size}px;line-height:1.3">{html}</h{level}>'


def paragraph(html: str, tone: Tone = "", *, after: int = 6, size: int | None = None) -> str:
    """A paragraph whose direction follows its words."""
    colour = f";color:{SHADES[tone][0]}" if tone else ""
    small = f";font-size:{size}px" if size else ""
    name = f' class="{_CLASSES[tone]}"' if tone else ""
    return f'<p dir="auto"{name} style="margin:0 0 {after}px 0{small}{colour}">{html}</p>'


def notice(html: str) -> str:
    """A paragraph that must not be passed over: in a box of its own."""
    return (
        f'{_TABLE} role="presentation" style="margin:0 0 6px 0;{_FONT};font-size:15px;line-height:1.45"><tr>'
        f'<td class="w" dir="auto" bgcolor="{_WARN_GROUND[0]}" style="padding:7px 10px;color:{SHADES["warn"][0]}">{html}</td></tr>'
        f"</table>"
    )


def listing(rows: Iterable[str]) -> tuple[str, ...]:
    """Rows of a bulleted list; `LIST` goes around them."""
    return tuple(f'<li dir="auto" style="margin:0 0 5px 0">{row}</li>' for row in rows)


LIST = ('<ul style="margin:0 0 8px 20px;padding:0">', "</ul>")


def open_table(head: Sequence[Cell] = ()) -> str:
    """A data table and its head."""
    shade = SHADES["muted"][0]
    cells = "".join(
        f'<th scope="col" class="m"{_side(cell, head=True)} style="font-size:13px;font-weight:normal;color:{shade}">{cell.html}</th>'
        for cell in head
    )
    start = f'{_TABLE.replace(_PADDING, _CELLS)} style="{_FONT};font-size:14px;line-height:1.35">'
    return start + (f'<tr valign="bottom">{cells}</tr>\n' if head else "")


def table_rows(rows: Iterable[Sequence[Cell]]) -> tuple[str, ...]:
    """Rows, every other one on a ground of its own; a row's first cell that is no figure is its head."""
    return tuple(_row(cells, striped=place % 2 == 0) for place, cells in enumerate(rows))


def _row(cells: Sequence[Cell], *, striped: bool) -> str:
    head = next((place for place, cell in enumerate(cells) if not cell.figure), None)
    out = []
    for place, cell in enumerate(cells):
        words = "" if cell.figure else ' dir="auto"'
        if place == head:
            out.append(f'<th scope="row"{_side(cell, head=True)}{words} style="font-weight:normal">{cell.html}</th>')
        else:
            out.append(f"<td{_side(cell)}{words}>{cell.html}</td>")
    ground = f' class="z" bgcolor="{PANEL[0]}"' if striped else ""
    return f'<tr valign="top"{ground}>{"".join(out)}</tr>\n'


def _side(cell: Cell, *, head: bool = False) -> str:
    """Attributes, not styles: Outlook has no white-space."""
    side = ' align="right"' if cell.figure else ' align="left"' if head else ""
    whole = (cell.figure or cell.whole) and len(_TAGS.sub("", cell.html)) <= _WHOLE
    return side + (f' width="{cell.width}"' if cell.width else "") + (" nowrap" if whole else "")


def open_items() -> str:
    """A table of items, each with a coloured edge."""
    return f'{_TABLE} role="presentation" style="{_FONT};font-size:15px;line-height:1.45">'


def item_row(edge: Tone, html: str) -> str:
    """An item and the space below it."""
    return (
        f'<tr valign="top"><td width="4" bgcolor="{SHADES[edge or "muted"][0]}"></td>'
        f'<td style="padding:0 0 0 10px">{html}</td></tr><tr><td height="12"></td><td></td></tr>\n'
    )


def link(address: str, words: str) -> str:
    """A link of the sender's own; anything but mailto: and https: is shown, not linked."""
    if not address.startswith(("mailto:", "https://")):
        return esc(words)
    shade = SHADES["neutral"][0]
    return f'<a class="n" href="{escape(clean(address), quote=True)}" style="color:{shade}">{esc(words)}</a>'


def document(title: str, preheader: str, body: str) -> str:
    """The page around the mail's body. `preheader`: what lists of mails show after the subject."""
    dark = "".join(
        f".{name}{{color:{SHADES[tone][1]} !important}}" for tone, name in _CLASSES.items()
    )  # the inline shades are for a white page
    style = (
        "@media (prefers-color-scheme: dark){"
        f".p{{background-color:{PAGE[1]} !important;color:{SHADES['ink'][1]} !important}}.z{{background-color:{PANEL[1]} !important}}"
        f"{dark}.w{{background-color:{_WARN_GROUND[1]} !important;color:{SHADES['warn'][1]} !important}}"
        f".e{{background-color:{_MARK_GROUND[1]} !important}}}}"
    )
    ghost = '<!--[if mso]><table width="680" align="center" role="presentation"><tr><td><![endif]-->'
    return (
        '<!DOCTYPE html>\n<html lang="en" dir="ltr"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="supported-color-schemes" content="light dark">\n'
        f"<title>{esc(title)}</title>\n<style>{style}</style></head>\n"
        f'<body class="p" bgcolor="{PAGE[0]}" style="margin:0;padding:0;background-color:{PAGE[0]}">\n'
        f'<div style="display:none;font-size:1px;line-height:1px;max-height:0;mso-hide:all">{esc(preheader)}</div>\n'
        f'{ghost}\n<div style="max-width:680px;margin:0 auto">'
        f'{_TABLE} role="presentation" class="p" bgcolor="{PAGE[0]}"><tr>\n'
        f'<td class="p" align="left" style="padding:14px 12px;{_FONT};font-size:15px;line-height:1.45;color:{SHADES["ink"][0]};'
        f'word-break:break-word">\n{body}\n</td></tr></table></div>\n'
        "<!--[if mso]></td></tr></table><![endif]-->\n</body></html>\n"
    )
