"""A saved page or an HTML mail to text lines.

    block element -> its own line          li -> "• " with two spaces of indent a level          h2 -> "## "
    table row     -> cells joined by " | ", a blank one too where its column has others (a row that holds blocks is page layout
                     and is opened up); a second text in a cell, under the first in a style of its own, stands behind " – "
    sup           -> "¹", the mark of a footnote          bold words that open a paragraph -> "**words** and the rest"

Scripts, styles, navigation, forms and hidden elements are left out. Where the page marks its main part, only that counts.
"""

from __future__ import annotations

import re
from typing import Any

from llm_wrap.errors import InputError

_BLOCKS = frozenset(
    """address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer h1 h2 h3 h4 h5
    h6 header hr html legend li main ol p pre section summary table tbody tfoot thead tr ul td th""".split()
)
_HEADS = frozenset(
    "h1 h2 h3 h4 h5 h6 p table ul ol dt section article header footer".split()
)  # a blank line stands before
_BOLD = frozenset({"b", "strong"})
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_SKIP = frozenset(
    """head script style nav form button select input textarea noscript template svg canvas iframe object audio video
    dialog menu aside title link meta""".split()
)
_HIDDEN = ("display:none", "visibility:hidden", "mso-hide:all")
MAX_NODES = 400_000
MAX_DEPTH = 2_000  # real pages have some 30 levels; a parser's time grows with the square of the depth
MAX_SEARCHED_TAGS = 20_000
MAX_INDENT = 12  # levels


def html_to_text(markup: str, display: str = "the page") -> str:
    """The text of a page, a line a block.

    Raises:
        InputError: its elements are nested deeper than MAX_DEPTH.

    >>> html_to_text("<p>Digest:</p><ul><li>Exports rise<ul><li>They rose 5%.</li></ul></li></ul>")
    'Digest:\\n\\n• Exports rise\\n  • They rose 5%.'
    """
    from selectolax.lexbor import LexborHTMLParser

    if _nests_too_deep(markup):
        raise InputError(f"{display} nests its elements more than {MAX_DEPTH:,} deep: save the wrap as text.")
    tree = LexborHTMLParser(markup.replace("\0", ""))
    # Finding the main part looks at the text of many elements; a page of more of them than any real one is taken whole.
    root = (_find_main(tree) if markup.count("<") < MAX_SEARCHED_TAGS else None) or tree.body or tree.root
    if root is None:
        return ""
    writer = _Writer()
    _walk(root, writer)
    return writer.finish()


# Words that a wrap's page has in the wrap itself; the page's own menus have none of them.
_MARKERS = (
    "synopsis", "digest", "gainers", "decliners", "trading higher", "trading lower", "currencies", "company news",
    "informational purposes", "no warranty", "not advice", "disclaimer", "recommendation or", "solicitation", "terms of use",
)  # fmt: skip
_YEAR = re.compile(r"20[0-9]{2}")
MAX_DESCENT = 40  # levels; each costs a look at the text


_NESTING = re.compile(
    r"<(/?)(?:div|span|table|ul|ol|dl|section|article|blockquote|center|main|header|footer|form|details)(?![a-z])",
    re.IGNORECASE,
)


def _nests_too_deep(markup: str) -> bool:
    depth = 0
    for tag in _NESTING.finditer(markup):
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > MAX_DEPTH:
            return True
    return False


def _find_main(tree: Any) -> Any:
    """The part of the page that holds the wrap: the innermost one with all its headings and a date above them."""
    body = tree.body
    if body is None:
        return None
    text = _lowered(body)
    wanted = [marker for marker in _MARKERS if marker in text]
    if len(wanted) < 2:
        return None
    chain = [body]
    while len(chain) < MAX_DESCENT:
        inner = next((child for child in chain[-1].iter() if _holds(child, wanted)), None)
        if inner is None:
            break
        chain.append(inner)
    for node in reversed(chain):
        text = _lowered(node)
        if _YEAR.search(text[: min(text.find(marker) for marker in wanted)]):
            return node
    return body


def _lowered(node: Any) -> str:
    return str(node.text(separator=" ")).lower()


def _holds(node: Any, wanted: list[str]) -> bool:
    if not node.tag or node.tag in _SKIP or node.tag == "table":
        return False  # a table is taken whole or not at all
    text = _lowered(node)
    return all(marker in text for marker in wanted)


class _Writer:
    """Collects runs of text into lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.run: list[str] = []
        self.depth = 0
        self.bullet = False
        self.heading = ""
        self.columns: dict[int, frozenset[int]] = {}  # of each table the columns in which something stands

    def end_line(self, *, blank: bool = False) -> None:
        text = " ".join("".join(self.run).split())
        self.run.clear()
        if text:
            if text.startswith("**") and (self.heading or text.endswith("**") or text.count("**") != 2):
                text = text.replace("**", "")  # all of it is bold
            if self.heading:
                text = f"{self.heading} {text}"
            elif self.bullet:
                text = "  " * min(self.depth - 1, MAX_INDENT) + "• " + text
            elif self.depth:
                text = "  " * min(self.depth, MAX_INDENT) + text
            self.lines.append(text)
            self.bullet = False
        if blank and self.lines and self.lines[-1]:
            self.lines.append("")

    def finish(self) -> str:
        self.end_line()
        return "\n".join(self.lines).strip("\n")


def _walk(root: Any, writer: _Writer) -> None:
    """Goes through the tree without recursion: a page nested 10,000 deep is read as any other."""
    stack: list[tuple[Any, bool]] = [(root, False)]
    seen = 0
    while stack:
        node, leaving = stack.pop()
        tag = node.tag or "-none"  # a doctype, or what the page's author got wrong
        if leaving:
            _leave(tag, writer)
            continue
        seen += 1
        if seen > MAX_NODES:
            break
        if tag == "-text":
            writer.run.append(node.text_content or "")
            continue
        if tag in _SKIP or tag.startswith(("-", "_")) or _is_hidden(node):
            continue
        if tag == "sup":
            writer.run.append(_raise_digits(node.text()))
            continue
        if tag == "br":
            writer.end_line()
            continue
        if tag == "tr" and _write_row(node, writer):
            continue
        if tag in _BOLD and not "".join(writer.run).strip():
            writer.run.append("**")
        if tag in _BLOCKS:
            nested = writer.depth > 0 and tag in ("ul", "ol")
            writer.end_line(blank=tag in _HEADS and not nested and not (writer.depth and tag == "p"))
            if tag in ("ul", "ol"):
                writer.depth += 1
            elif tag == "li":
                writer.bullet = True
            elif tag in _HEADINGS:
                writer.heading = "#" * int(tag[1])
        stack.append((node, True))
        children = []
        child = node.child
        while child is not None:
            children.append((child, False))
            child = child.next
        stack.extend(reversed(children))


def _leave(tag: str, writer: _Writer) -> None:
    if tag in _BOLD:
        text = "".join(writer.run).strip()
        if text.startswith("**") and text.count("**") == 1:
            writer.run.append("** ")
    if tag in _BLOCKS:
        writer.end_line(blank=tag in _HEADS and writer.depth == 0)
        if tag in ("ul", "ol"):
            writer.depth = max(0, writer.depth - 1)
            if writer.depth == 0 and writer.lines and writer.lines[-1]:
                writer.lines.append("")
        elif tag == "li":
            writer.bullet = False
        elif tag in _HEADINGS:
            writer.heading = ""


def _is_hidden(node: Any) -> bool:
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes or attributes.get("aria-hidden") == "true" or attributes.get("role") == "navigation":
        return True
    style = (attributes.get("style") or "").replace(" ", "").lower()
    return any(mark in style for mark in _HIDDEN)


def _write_row(row: Any, writer: _Writer) -> bool:
    """Writes a data row as one line; False for a row that lays out a page."""
    cells = _read_cells(row)
    if cells is None or sum(map(bool, cells)) < 2:
        return False
    if not all(cells):
        used = _find_columns(row, writer)
        cells = [cell for place, cell in enumerate(cells) if cell or place in used]
        while not cells[-1]:
            cells.pop()
    writer.end_line()
    writer.run.append(" | ".join(cells))
    writer.end_line()
    return True


def _read_cells(row: Any) -> list[str] | None:
    """The text of each column; None for a row that holds blocks."""
    cells: list[str] = []
    child = row.child
    while child is not None:
        if child.tag in ("td", "th"):
            if child.css_first("table, ul, ol, h1, h2, h3, h4, hr") or len(child.css("p, div, br")) > 1:
                return None
            cells.append(_read_cell(child))
            span = child.attributes.get("colspan") or ""
            if span.isdecimal() and len(span) < 3:
                cells += [""] * (int(span) - 1)
        child = child.next
    return cells


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _raise_digits(text: str) -> str:
    """A number set high, as it is written without markup; "10th" stays as it is."""
    return text.translate(_RAISED) if text.strip().isdecimal() and len(text.strip()) <= 2 else text


def _read_cell(cell: Any) -> str:
    """The text of a cell. Below a line break words in another style are another text ("Agnico Eagle<br><small>bullion up</small>");
    in the same style they were too many for the column."""
    if cell.css_first("br, sup") is None:
        return " ".join(cell.text().split())
    parts = [""]
    above = below = None  # the styles of the text above the last break and of the one that is read
    for node in cell.traverse(include_text=True):
        if node.tag == "br":
            parts[-1] += " "
            above = below
        elif node.tag == "-text" and (text := node.text_content or "").strip():
            within = node.parent
            if within.tag == "sup":
                parts[-1] += _raise_digits(text)
                continue
            below = (within.tag, within.attributes.get("class"), within.attributes.get("style"))
            if above is not None and above != below:
                parts.append("")
            above = None
            parts[-1] += text
    return " – ".join(" ".join(part.split()) for part in parts)


def _find_columns(row: Any, writer: _Writer) -> frozenset[int]:
    """The columns of the row's table in which a row has text; the others only keep a distance."""
    table = row.parent
    if table.tag in ("tbody", "thead", "tfoot"):
        table = table.parent or table
    if table.mem_id not in writer.columns:
        used: set[int] = set()
        for body in (table, *table.iter()):
            for other in body.iter() if body is table or body.tag in ("tbody", "thead", "tfoot") else ():
                if other.tag == "tr":
                    used.update(place for place, cell in enumerate(_read_cells(other) or ()) if cell)
        writer.columns[table.mem_id] = frozenset(used)
    return writer.columns[table.mem_id]
