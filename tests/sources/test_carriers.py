"""Carriers: a page, a mail, Markdown, a PDF. What comes out is parsed here, because that is what it is for."""

from __future__ import annotations

import base64
import quopri
import subprocess
import sys
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from llm_wrap.errors import InputError
from llm_wrap.models import MarketWrap
from llm_wrap.parsing import parse_wrap
from llm_wrap.sources.html import html_to_text
from llm_wrap.sources.mail import MAX_DEPTH, mail_to_text
from llm_wrap.sources.pdf import _has_columns
from llm_wrap.sources.text import read_carrier
from tests.conftest import Visit
from tests.parsing.test_layouts import plain

WRAP = """Sep 12 ,2025
Synopsis:
Asian shares closed up Friday as investors weighed café tariffs and lower bond yields.
Digest:
Chip orders rise:
Orders at Kestrel (9627.JP) rose 5.2% (Reuters).
Markets:
Nikkei: 395.62 or +0.89% to 44768.12
Hang Seng: (301.84) or (1.13%) to 26388.16
"""
PAGE = """<!doctype html><html><head><title>Wrap</title><style>p{}</style><script>var x = "Markets:";</script></head><body>
<nav><a href="/">Home</a><a href="/dr">Depositary receipts</a></nav>
<main><p>Sep 12 ,2025</p>
<h2>Synopsis</h2><p>Asian shares closed up Friday as investors weighed caf&eacute; tariffs and lower bond&nbsp;yields.</p>
<h2>Digest</h2><ul><li><b>Chip orders rise:</b><ul><li>Orders at Kestrel (9627.JP) rose 5.2% (<a href="x">Reuters</a>).</li></ul></li></ul>
<h2>Markets</h2><table><tr><td>Nikkei</td><td>395.62</td><td>+0.89%</td><td>44768.12</td></tr>
<tr><td>Hang Seng</td><td>(301.84)</td><td>(1.13%)</td><td>26388.16</td></tr></table></main>
<div style="display: none">Notable Gainers: +1.0% XYZ: hidden</div>
<footer>Cookies</footer></body></html>"""


def read(data: bytes, name: str = "wrap") -> MarketWrap:
    return parse_wrap(read_carrier(data, name).text).wrap


def expect_wrap(wrap: MarketWrap) -> None:
    assert str(wrap.session_date) == "2025-09-12"
    assert wrap.synopsis == ("Asian shares closed up Friday as investors weighed café tariffs and lower bond yields.",)
    assert [(item.headline, item.body) for item in wrap.digest] == [
        ("Chip orders rise", "Orders at Kestrel (9627.JP) rose 5.2% (Reuters).")
    ]
    assert [(row.name, str(row.change), str(row.change_pct), str(row.level)) for row in wrap.markets] == [
        ("Nikkei", "395.62", "0.89", "44768.12"),
        ("Hang Seng", "-301.84", "-1.13", "26388.16"),
    ]
    assert wrap.gainers == ()


def test_page() -> None:
    assert read_carrier(PAGE.encode(), "wrap.html").carrier == "html"
    expect_wrap(read(PAGE.encode()))


def test_page_laid_out_in_tables() -> None:
    rows = "".join(f"<p>{line}</p>" for line in WRAP.splitlines())
    expect_wrap(read(f"<html><body><table><tr><td>{rows}</td></tr></table></body></html>".encode()))


def test_page_with_line_breaks_alone() -> None:
    expect_wrap(read(("<html><body>" + WRAP.replace("\n", "<br>") + "</body></html>").encode()))


def test_a_page_nested_deeper_than_the_stack() -> None:
    assert html_to_text("<div>" * 1_500 + "Synopsis" + "</div>" * 1_500).strip() == "Synopsis"


def test_a_page_nested_without_end_is_refused_at_once() -> None:
    started = time.process_time()
    with pytest.raises(InputError, match=r"^wrap\.html nests its elements more than 2,000 deep"):
        html_to_text("<div>" * 200_000, "wrap.html")
    assert time.process_time() - started < 1


def test_elements_side_by_side_are_not_nested() -> None:
    assert html_to_text("<div><span>a</span></div>" * 5_000).count("a") == 5_000


def test_markdown() -> None:
    text = (
        "# Sep 12 ,2025\n\n## Synopsis\n\n"
        "Asian shares closed up Friday as investors weighed café tariffs and lower bond yields.\n\n"
        "## Digest\n\n- **Chip orders rise:**\n  - Orders at Kestrel (9627.JP) rose 5.2% ([Reuters](http://example.org)).\n\n"
        "## Markets\n\n| Nikkei | 395.62 | +0.89% | 44768.12 |\n|---|---|---|---|\n| Hang Seng | (301.84) | (1.13%) | 26388.16 |\n"
    )
    assert read_carrier(text.encode(), "wrap.md").carrier == "markdown"
    expect_wrap(read(text.encode(), "wrap.md"))


def mail(subject: str = "FW: wrap") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "desk@example.org"
    message["To"] = "you@example.org"
    message["Subject"] = subject
    return message


def test_plain_mail() -> None:
    message = mail()
    message.set_content(WRAP)
    expect_wrap(read(message.as_bytes()))


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64"])
def test_encoded_mail(encoding: str) -> None:
    data = WRAP.encode()
    body = quopri.encodestring(data) if encoding == "quoted-printable" else base64.encodebytes(data)
    head = (
        f"From: a@example.org\r\nSubject: wrap\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    )
    expect_wrap(read(head.encode() + body))


def test_html_only_mail() -> None:
    message = mail()
    message.set_content(PAGE, subtype="html")
    expect_wrap(read(message.as_bytes()))


def test_alternative_mail_whose_plain_part_is_a_stub() -> None:
    message = mail()
    message.set_content("Your mail program shows no HTML.")
    message.add_alternative(PAGE, subtype="html")
    expect_wrap(read(message.as_bytes()))


def test_wrap_in_an_attachment() -> None:
    message = mail()
    message.set_content("See attached.")
    message.add_attachment(WRAP.encode(), maintype="application", subtype="octet-stream", filename="wrap.txt")
    expect_wrap(read(message.as_bytes()))


def nest(depth: int) -> EmailMessage:
    message = mail()
    message.set_content(WRAP)
    for _ in range(depth):
        outer = mail("Fwd: wrap")
        outer.set_content("Forwarded.")
        outer.add_attachment(message)
        message = outer
    return message


def test_mail_forwarded_five_deep() -> None:
    expect_wrap(read(nest(5).as_bytes()))


def test_mail_nested_beyond_the_limit_reads_what_lies_above_it() -> None:
    assert mail_to_text(nest(MAX_DEPTH + 3).as_bytes(), "m.eml").endswith("Forwarded.\n")


def test_a_mail_without_text() -> None:
    message = mail()
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="chart.png")
    with pytest.raises(InputError, match=r"m\.eml is a mail without text"):
        mail_to_text(message.as_bytes(), "m.eml")


def test_an_encoded_newline_in_the_subject_makes_no_header() -> None:
    data = (
        b"Subject: =?utf-8?q?a=0ASynopsis=3A?=\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n" + WRAP.encode()
    )
    text = mail_to_text(data, "m.eml")
    assert text.splitlines()[0] == "Subject: a Synopsis:"


def test_a_subject_whose_base64_is_broken() -> None:
    data = b"Subject: =?utf-8?b?A?=\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n" + WRAP.encode()
    expect_wrap(read(data))


def test_unknown_charset() -> None:
    data = b"Subject: w\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=x-none\r\n\r\n" + WRAP.encode()
    expect_wrap(read(data))


def make_pdf(lines: list[str]) -> bytes:
    """A PDF of one page with these lines, written by hand."""
    text = "".join(f"({line.replace('(', chr(92) + '(').replace(')', chr(92) + ')')}) Tj T* " for line in lines)
    stream = f"BT /F1 10 Tf 12 TL 40 780 Td {text} ET".encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length " + str(len(stream)).encode() + b" >>\nstream\n" + stream + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    return out + f"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n".encode()


def test_pdf() -> None:
    pytest.importorskip("pypdf")
    data = make_pdf(WRAP.splitlines())
    assert read_carrier(data, "wrap.pdf").carrier == "pdf"
    expect_wrap(read(data))


@pytest.mark.parametrize("data", [b"%PDF-1.4\n", b"%PDF-1.7\n1 0 obj\n<<", make_pdf([]), make_pdf(["x"])[:200]])
def test_a_pdf_without_text_is_refused_in_one_line(data: bytes) -> None:
    pytest.importorskip("pypdf")
    with pytest.raises(InputError, match=r"^wrap\.pdf is a .*PDF[^\n]*$"):
        read_carrier(data, "wrap.pdf")


def test_a_pdf_without_pypdf_says_what_to_install(tmp_path: Path) -> None:
    path = tmp_path / "wrap.pdf"
    path.write_bytes(make_pdf(["x"]))
    code = (
        "import sys; sys.modules['pypdf'] = None\n"
        "from llm_wrap.sources import read_wrap_text\n"
        "try: read_wrap_text(sys.argv[1])\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    run = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("InputError ")
    assert "pip install pypdf" in run.stdout


MARGIN: Any = {"top": "1cm", "bottom": "1cm", "left": "1cm", "right": "1cm"}
PRINTED = """<!doctype html><title>Recap</title><style>body {font: 11pt Arial} td, th {padding: 2px 9px}</style>
<h1>StreetAccount Summary - US Market Recap: Dow (0.57%), S&amp;P 500 (0.83%), Nasdaq (1.00%), Russell 2000 (0.75%)</h1><p>Jan 23 ,2025</p>
<h2>Synopsis:</h2><p>Equities finished lower in Thursday trading, off the worst levels, with NVDA and MSFT
among the decliners. The ten-year yield fell 3 bps to 4.61%, the dollar index slipped and gold gained
0.3%. WTI settled down 1.1% after the President told Davos that OPEC ought to bring down its prices.</p>
<h2>Digest:</h2><p><b>A flat first line:</b></p><p>Orders at Kestrel (KSTL) rose 46% y/y and it guided for the full
year above consensus (CNBC). Officials said so.</p>
<h2>Notable Gainers:</h2><p>+6.6% KSTL (Kestrel): a reason that is long enough to be cut by the width of the paper, and goes on<br>
+5.3% ELM (Elm Health): reaffirms</p>
<h2>Markets:</h2><table><tr><th>Index<th>Last<th>Chg<th>% Chg<tr><td>Dow Jones<td>43,903.10<td>(253.63)<td>(0.57%)
<tr><td>S&amp;P 500<td>6,035.90<td>(50.47)<td>(0.83%)</table>
<p style="break-before: page">Currencies:</p><p>€-$: +0.0009 or +0.09% to 1.0418</p>"""


def test_a_page_that_a_browser_printed_reads_as_the_page(browse: Callable[..., Visit]) -> None:
    """Its paragraphs are whole again, and the browser's heads and feet, the day of printing among them, are not the wrap's."""
    pytest.importorskip("pypdf")
    visit = browse(PRINTED, 1200, "light")
    # What Chromium prints at the head and foot of each page by itself.
    head, foot = (
        '<p style="font-size: 9px">3/4/26, 6:11 PM</p>',
        "<p style='font-size: 9px'>https://example.org/wrap 1/2</p>",
    )
    pdf = visit.page.pdf(
        display_header_footer=True, header_template=head, footer_template=foot, format="A4", margin=MARGIN
    )
    printed, page = (parse_wrap(read_carrier(data, "wrap").text) for data in (pdf, PRINTED.encode()))
    assert plain(printed.wrap) == plain(page.wrap)
    assert printed.issues == ()


def test_columns_of_prose_are_not_read_across() -> None:
    beside = "Tokyo shares rose on strong orders   Berlin shares fell as the car makers\n" * 5
    assert _has_columns(beside)
    assert not _has_columns("Index             Last          Chg\nDow Jones    43,903.10     (253.63)\n" * 5)
