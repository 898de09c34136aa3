"""Mentions, dates, titles, stories and layout."""

from __future__ import annotations

from datetime import date

import pytest

from llm_wrap.parsing import parse_wrap
from llm_wrap.parsing.dates import find_as_of, find_dates, is_date_line
from llm_wrap.parsing.mentions import find_mentions
from llm_wrap.parsing.title import read_title_moves
from llm_wrap.sources.html import html_to_text
from llm_wrap.sources.markdown import markdown_to_text

# text -> tickers, sources
MENTIONS = {
    "Sales were €1.82B ($2.13B), fell (7%) (revised) (Reuters).": ([], ["Reuters"]),
    "The planning agency (NDRC) said; (SCMP). Nvidia's (NVDA) chips (link).": (["NVDA"], ["SCMP"]),
    "Ford (~F~) and (^ASIAREADS) and OpenAI (+OPENAI) at A$5 (HK$3).": (["F", "^ASIAREADS", "+OPENAI"], []),
    "HSBC (HSBA.LN/0005.HK) rose": (["HSBA.LN", "0005.HK"], []),
    "Tesla (TSLA) said so (Reuters, WSJ; FT).": (["TSLA"], ["Reuters", "WSJ", "FT"]),
    "BYD (1211.HK) rose. (Bloomberg)": (["1211.HK"], ["Bloomberg"]),
    "9988.HK climbed as the U.S. met the EU": (["9988.HK"], []),
    "as noted (The Information) and again (Nikkei Asia).": ([], ["The Information", "Nikkei Asia"]),
    "shares of Samsung (005930.KS, 005935.KS)": (["005930.KS", "005935.KS"], []),
    "performance obligations (RPO) and the Bank of Korea (BOK)": ([], []),
    "General Motors (GM), Phillips 66 (PSX), iShares (IBIT)": (["GM", "PSX", "IBIT"], []),
    "Celestica (CLS) rose; a state daily said so (CLS).": (["CLS"], ["CLS"]),
    "said the minister (PAP). From 1-Sep (NZZ).": ([], ["PAP", "NZZ"]),
    "a poll (Globe and Mail) and (Reuters and FT)": ([], ["Globe and Mail", "Reuters", "FT"]),
    "People's Bank of China (PBoC) acts (WSJ - paywall)": ([], ["WSJ"]),
    "to cut 400 jobs - FT": ([], ["FT"]),
    "in Q2 (Apr-Jun), for FY25 (H1), on Friday (Friday)": ([], []),
    "M1GU.SP, 285A.JP, 688082.CH, 532977.IN, FRVIA.FP, IFCN.SW": (
        ["M1GU.SP", "285A.JP", "688082.CH", "532977.IN", "FRVIA.FP", "IFCN.SW"],
        [],
    ),
    "Teva (TEVA) and iShares MSCI Israel fund (EIS) rose; a sovereign fund (a buyer) too": (["TEVA", "EIS"], []),
    "shot one down near Kaunas (LRT). Ignitis (IGN1L.LH)": (["IGN1L.LH"], ["LRT"]),
    "((Reuters)) and (unclosed": ([], ["Reuters"]),
    "Akbank (AKBNK TI), Toyota (7203 JP, Buy, TP 3000) and Berkshire (BRK/B US Equity)": (
        ["AKBNK TI", "7203 JP", "BRK/B US"],
        [],
    ),
    "prices (CPI UK), trade (EU US), growth (GDP US), sales (USD MM)": ([], []),
    "Saab (SAABb.ST) and Henkel (HNKG_p.DE); Ltd.US and Co.UK": (["SAABb.ST", "HNKG_p.DE"], []),
    "Bharti Airtel (BHARTIARTL) and Reliance Industries (RELIANCE); the estimate (PROVISIONAL) came": (
        ["BHARTIARTL", "RELIANCE"],
        [],
    ),
    "SoftBank Group (9984), Kioxia (285A); the Olympics (2028), Hang Seng (4150)": (["9984", "285A"], []),
}


@pytest.mark.parametrize("text", MENTIONS)
def test_mentions(text: str) -> None:
    found = find_mentions(text)
    assert ([one.ticker for one in found.tickers], list(found.sources)) == MENTIONS[text]


@pytest.mark.parametrize(
    "text",
    [
        "Sep 12 ,2025",
        "12-Sep-2025",
        "Friday, September 12, 2025",
        "2025-09-12",
        "Sept. 12th, 2025",
        "12 September 2025",
        "09/12/2025",
        "12-Sep-25",
        "Fri 12/Sep/25 16:25 ET",
    ],
)
def test_dates(text: str) -> None:
    assert [one.day for one in find_dates(text)] == [date(2025, 9, 12)]
    assert is_date_line(text)


def test_an_impossible_date_is_found_and_is_no_day() -> None:
    (found,) = find_dates("Feb 30, 2025")
    assert (found.text, found.day) == ("Feb 30, 2025", None)


def test_time_stamps() -> None:
    assert find_as_of("European Pre-open as of 04:10 ET") == "04:10 ET"
    assert find_as_of("(07:40 HKT)") == "07:40 HKT"
    assert find_as_of("at 19:95 ET or 1:2") is None


@pytest.mark.parametrize(
    ("title", "moves"),
    [
        (
            "StreetAccount Summary - Asian Market Recap: Nikkei +0.42%, Hang Seng (1.19%)",
            [("Nikkei", "0.42", None), ("Hang Seng", "-1.19", None)],
        ),
        (
            "FTSE 100 +0.48% to 10303.88, DAX (0.20%) as of 04:10 ET",
            [("FTSE 100", "0.48", "10303.88"), ("DAX", "-0.20", None)],
        ),
        ("US Close - Dow +0.11%, S&P 500 -0.05%", [("Dow", "0.11", None), ("S&P 500", "-0.05", None)]),
        ("Market Recap: CAC 40 +0.52% called higher (07:40 HKT)", [("CAC 40", "0.52", None)]),
        ("Asian Market Preview", []),
    ],
)
def test_title_moves(title: str, moves: list[tuple[str, str, str | None]]) -> None:
    found = [
        (one.name, str(one.change_pct), None if one.level is None else str(one.level))
        for one in read_title_moves(title)
    ]
    assert found == moves


LONG = "Orders at Kestrel (9627.JP) rose 5.2% (Reuters). Bookings are up, and analysts at Nomura expect more next quarter too."
TAIL = "Markets:\nNikkei: 395.62 or +0.89% to 44768.12\n"


def stories(digest: str) -> list[tuple[str, str]]:
    wrap = parse_wrap(f"Sep 12 ,2025\nDigest:\n{digest}\n{TAIL}").wrap
    return [(item.headline, item.body) for item in wrap.digest]


def test_a_headline_may_hold_a_colon() -> None:
    assert stories(f"Fed: no cut in sight:\n{LONG}") == [("Fed: no cut in sight", LONG)]


def test_headlines_without_a_colon() -> None:
    assert stories(f"Chip orders rise\n{LONG}\nTalks resume\n{LONG}") == [
        ("Chip orders rise", LONG),
        ("Talks resume", LONG),
    ]


def test_a_body_of_several_paragraphs() -> None:
    assert stories(f"Chip orders rise:\n{LONG}\n{LONG}") == [("Chip orders rise", f"{LONG}\n{LONG}")]


def test_a_body_may_be_empty() -> None:
    assert stories(f"Chip orders rise:\nTalks resume:\n{LONG}") == [("Chip orders rise", ""), ("Talks resume", LONG)]


def test_a_paragraph_may_end_in_a_colon() -> None:
    ending = "Officials met in Madrid (Bloomberg). Three conditions were named:"
    assert stories(f"Talks resume:\n{ending}\n{LONG}") == [("Talks resume", f"{ending}\n{LONG}")]


def test_blank_lines_tell_a_headline_from_a_one_sentence_paragraph_that_ends_in_a_colon() -> None:
    ending = "Three conditions were named by the officials who met in Madrid:"
    digest = f"Talks resume:\n{ending}\n{LONG}\n\nChip orders rise:\n{LONG}\n"
    assert stories(digest) == [("Talks resume", f"{ending}\n{LONG}"), ("Chip orders rise", LONG)]


def test_bullets_of_three_levels() -> None:
    digest = f"• Chip orders rise\n  • {LONG}\n    • Margins fall.\n• Talks resume\n  • {LONG}"
    assert stories(digest) == [("Chip orders rise", f"{LONG}\nMargins fall."), ("Talks resume", LONG)]


def test_bullets_that_only_their_marks_tell_apart() -> None:
    assert stories(f"• Chip orders rise\n◦ {LONG}\n• Talks resume\n◦ {LONG}") == [
        ("Chip orders rise", LONG),
        ("Talks resume", LONG),
    ]


def test_headline_and_body_in_one_bullet() -> None:
    assert stories(f"• Chip orders rise: {LONG}\n• Talks resume: {LONG}") == [
        ("Chip orders rise", LONG),
        ("Talks resume", LONG),
    ]


def test_paragraphs_without_any_headline_are_items_of_their_own() -> None:
    assert stories(f"• {LONG}\n• {LONG}") == [("", LONG), ("", LONG)]


def test_a_missing_digest_heading() -> None:
    wrap = parse_wrap(f"Sep 12 ,2025\nSynopsis:\n{LONG}\nTalks resume:\n{LONG}\n{TAIL}").wrap
    assert wrap.synopsis == (LONG,)
    assert [item.headline for item in wrap.digest] == ["Talks resume"]


def test_a_word_cut_at_its_hyphen_is_joined() -> None:
    text = (
        "Sep 12 ,2025\nSynopsis:\nThe regulator said that its anti-\ninvolution campaign would go on for as long as\n"
        "prices fell, and that lenders and exporters would\nhave to bear it (Reuters).\n" + TAIL
    )
    assert parse_wrap(text).wrap.synopsis == (
        "The regulator said that its anti-involution campaign would go on for as long as prices fell, and that lenders and "
        "exporters would have to bear it (Reuters).",
    )


def test_an_unknown_heading_among_the_tables_keeps_its_lines_and_is_reported() -> None:
    result = parse_wrap(f"Sep 12 ,2025\n{TAIL}Broker notes:\nNomura raises its target\n")
    assert [(one.name, one.lines) for one in result.wrap.sections] == [("Broker notes", ("Nomura raises its target",))]
    assert [(one.line, one.kind) for one in result.issues] == [(4, "unknown_section")]


def test_an_unknown_heading_above_rows_is_a_table() -> None:
    result = parse_wrap(f"Sep 12 ,2025\n{TAIL}Freight:\nBaltic Dry: 12.00 or +0.60% to 2012.00\n")
    assert [(table.name, table.rows[0].name) for table in result.wrap.tables] == [("Freight", "Baltic Dry")]


def test_regions_divide_a_table() -> None:
    result = parse_wrap(
        "Sep 12 ,2025\nMarkets:\nAsia:\nNikkei: 395.62 or +0.89% to 44768.12\nEurope:\nDAX: 2.37 or +0.01% to 23698.15\n"
    )
    assert [row.name for row in result.wrap.markets] == ["Nikkei", "DAX"]
    assert result.issues == ()


def test_numbered_stories() -> None:
    assert stories(f"1. Chip orders rise:\n{LONG}\n2. Talks resume:\n{LONG}") == [
        ("Chip orders rise", LONG),
        ("Talks resume", LONG),
    ]


def test_a_printed_text_loses_its_page_marks_and_mends_its_paragraphs() -> None:
    text = (
        f"Sep 12 ,2025\nDigest:\nChip orders rise:\nOrders at Kestrel Mining rose as all of its lenders had said,\n\nDesk copy\nPage 1 of 2\nAsia wrap\n\n"
        f"the exporters and chipmakers alike ordered early and paid\nahead of the tariff, and margins held (Reuters).\n{TAIL}\nDesk copy\nPage 2 of 2\nAsia wrap\n"
    )
    result = parse_wrap(text)
    assert [item.body for item in result.wrap.digest] == [
        "Orders at Kestrel Mining rose as all of its lenders had said, the exporters and chipmakers alike ordered early and paid ahead of the tariff, and margins held (Reuters)."
    ]
    assert result.issues == ()


@pytest.mark.parametrize("form", ["txt", "md", "html"])
def test_bold_words_that_open_a_paragraph_are_the_headline(form: str) -> None:
    stories = [
        "**Pfizer's deal.** The drugmaker won a grace period (Politico).",
        "**Confidence slips** The index fell to 94.2 from 97.8.",
    ]
    if form == "html":
        items = (
            "".join(f"<li>{story}</li>" for story in stories)
            .replace("**", "<b>", 1)
            .replace("**", "</b>", 1)
            .replace("**", "<b>", 1)
            .replace("**", "</b>", 1)
        )
        text = html_to_text(
            f"<p>Sep 12 ,2025</p><h2>Digest</h2><ul>{items}</ul><h2>Looking ahead</h2><p><b>Friday.</b> The jobs report is due at 8:30 ET.</p>"
        )
    else:
        text = "Sep 12 ,2025\n\n## Digest\n\n" + "\n".join(
            f"{place}. {story}" for place, story in enumerate(stories, 1)
        )
        text += "\n\n## Looking ahead\n\n**Friday.** The jobs report is due at 8:30 ET.\n"
        text = markdown_to_text(text) if form == "md" else text
    wrap = parse_wrap(text).wrap
    assert [(item.headline, item.body) for item in wrap.digest] == [
        ("Pfizer's deal", "The drugmaker won a grace period (Politico)."),
        ("Confidence slips", "The index fell to 94.2 from 97.8."),
    ]
    assert [section.lines for section in wrap.sections] == [("Friday. The jobs report is due at 8:30 ET.",)]


def test_the_words_and_dates_of_who_sent_a_wrap_on_are_no_part_of_it() -> None:
    """The day of the forwarding stood as the session's, and the sender's note as the Synopsis."""
    text = (
        "Subject: Fwd: US Market Recap\n\nHi both, please see the thread below before the call at half past nine. The chip item is "
        "the one that the client asked about yesterday evening.\n\nOn Wed, Oct 15, 2025 at 7:41 AM Jo Doe <jo@example.com> wrote:\n"
        "> Have a look.\n> On Tue, Oct 14, 2025 at 6:12 PM Al Roe\n> <al@example.com> wrote:\n>> *US Market Recap*\n>> Oct 14 ,2025\n>>\n"
        ">> *Synopsis:*\n>> US equities ended mixed Tuesday in a choppy session (Reuters).\n>>\n>> *Markets:*\n"
        ">> DJIA: 202.88 or +0.44% to 46270.46\n"
    )
    result = parse_wrap(text)
    assert (str(result.wrap.session_date), result.wrap.region) == ("2025-10-14", "us")
    assert result.wrap.synopsis == ("US equities ended mixed Tuesday in a choppy session (Reuters).",)
    assert [row.name for row in result.wrap.markets] == ["DJIA"]
    assert result.issues == ()
