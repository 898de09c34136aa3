"""Wraps that a browser printed to PDF read as the text that was printed."""

from __future__ import annotations

import html
from collections.abc import Callable

import pytest

from llm_wrap.parsing import parse_wrap
from llm_wrap.sources.pdf import join_lines, mend_words
from llm_wrap.sources.text import read_carrier
from tests.conftest import Visit
from tests.parsing.test_corpus import CORPUS
from tests.parsing.test_layouts import plain

WRAPS = (
    "2025-07-16-europe-recap-a", "2025-07-22-asia-recap-d", "2025-07-30-europe-recap-d", "2025-08-05-asia-preview-a",
    "2025-08-14-asia-recap-a", "2025-08-27-europe-recap-a", "2025-09-03-latam-recap-a", "2025-09-18-asia-recap-a",
    "2025-10-02-us-close-d", "2025-10-22-europe-recap-a", "2025-11-12-europe-recap-d", "2025-12-04-asia-recap-d",
)  # fmt: skip
STYLES = (
    "font: 13px Arial",
    "font: 15px/1.4 serif",
    "font: 14px sans-serif",
    "font: 12px monospace; white-space: pre-wrap",
)


@pytest.mark.parametrize("style", STYLES)
def test_printed_wraps(style: str, browse: Callable[..., Visit]) -> None:
    """Of the twelve, all but one at most in a proportional face: the widths of its letters are not known."""
    pytest.importorskip("pypdf")
    page = browse("<p></p>").page
    different = []
    for name in WRAPS:
        text = read_carrier((CORPUS / f"{name}.txt").read_bytes(), name).text
        mark = "\n" if "pre-wrap" in style else ""
        lines = [html.escape(line) for line in text.splitlines() if line.strip()]
        body = "\n".join(lines) if mark else "".join(f"<p>{line}</p>" for line in lines)
        page.set_content(f'<meta charset="utf-8"><body><div style="{style}">{body}</div>')
        printed = parse_wrap(read_carrier(page.pdf(format="A4"), "wrap.pdf").text).wrap
        if plain(printed) != plain(parse_wrap(text).wrap):
            different.append(name)
    print(f"{style}: {len(WRAPS) - len(different)} of {len(WRAPS)}")
    assert len(different) <= ("pre-wrap" not in style), different


def test_a_word_in_pieces_is_whole() -> None:
    laid_out = "fell T            uesday,    oﬀ its high. Me xico ﬁrst r        eported\nNikkei     395.62     +0.89%"
    words = "fell Tuesday, oﬀ its high. Mexico ﬁrst reported\nNikkei 395.62 +0.89%"
    assert mend_words(laid_out, words) == (
        "fell Tuesday,    oﬀ its high. Mexico ﬁrst reported\nNikkei     395.62     +0.89%"
    )


LINES = [
    "March retail sales of Freedonia rose 0.9% m/m versus consensus of 0.5% and an upwardly revised 0.4%, reported as",
    "0.2%. The control group was up twice what was expected, and so the company left its guidance for the year of $7.10-",
    "7.40 unchanged; the department said that the gain was not due to petrol. Ministers called the figures good news and",
    "economists agreed.",
    "Next headline:",
    "+6.5% KST (Kestrel): raises guidance",
]


def test_a_line_that_goes_on_with_a_figure_is_joined() -> None:
    joined = join_lines([LINES]).split("\n")
    assert joined[1:] == LINES[4:]
    assert "reported as 0.2%. The" in joined[0]
    assert "$7.10-7.40 unchanged" in joined[0]


def test_a_paragraph_goes_on_over_a_page_end() -> None:
    """Heads and feet are told by standing on each page, whatever their numbers, and come behind the paragraph."""
    foot = ["", "Example Bank    page {}"]
    pages = [[line.format(number) for line in (*part, *foot)] for number, part in enumerate((LINES[:2], LINES[2:]), 1)]
    assert join_lines(pages).split("\n") == [
        *join_lines([LINES]).split("\n")[:1],
        "Example Bank    page 1",
        *LINES[4:],
        "Example Bank    page 2",
    ]
