"""What opens a section: the table of headings, and the lines that stand around a wrap. `cutting` cuts by it.

    wrap    = preamble {heading section}
    heading = a line that is, marks and colon aside, one of the names below        "** NOTABLE GAINERS **"  "Synopsis:"

A section that stands twice is read twice; one that is missing is missing. Rows that stand under no heading of theirs are
told by their shape.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from llm_wrap.parsing.layout import Line
from llm_wrap.parsing.patterns import has_digit

Kind = Literal[
    "preamble", "synopsis", "digest", "gainers", "decliners", "movers", "data", "economic", "markets", "currencies",
    "table", "company_news", "news", "named", "unknown", "disclaimer", "signature",
]  # fmt: skip

# What a section is, by its heading in lower case without marks. The one place to add a name.
_NAMES: dict[Kind, str] = {
    "synopsis": "synopsis|summary|market synopsis|overview|market overview|executive summary|market summary|synopsis/overview",
    "digest": "digest|news digest|market digest|the digest|top stories|main stories|daily digest",
    "gainers": "notable gainers|gainers|top gainers|notable advancers|advancers|trading higher|notable risers|risers"
    "|stocks trading higher|biggest gainers|on the upside|upside movers|notable movers higher|winners|notable winners",
    "decliners": "notable decliners|decliners|top decliners|notable losers|losers|trading lower|notable fallers|fallers"
    "|stocks trading lower|biggest decliners|on the downside|downside movers|notable movers lower|biggest losers|laggards",
    "movers": "notable movers|movers|stock movers|stocks on the move|top movers|company movers",
    "data": "data|market data|data summary",
    "economic": "economic|economic data|economics|economic releases|economic calendar results|macro data|data releases|economic news",
    "markets": "markets|indices|indexes|equity markets|equities|equity indices|stock markets|major indices|market levels|stocks",
    "currencies": "currencies|fx|foreign exchange|currency|exchange rates|forex|fx rates",
    "table": "commodities|commodity|treasuries|yields|treasuries / yields|treasuries/yields|treasury yields|bonds|bond yields"
    "|government bonds|fixed income|rates|crypto|cryptocurrencies|cryptocurrency|digital assets|futures|index futures"
    "|equity futures|us futures|metals|energy|volatility|credit|sectors|s&p sectors|sector performance|government bond yields|market performance|currency performance"
    "|sovereign yields|sovereign bonds|us treasuries|interest rates|commodities and energy|metals and energy|precious metals",
    "company_news": "other company news|more company news|pre-open company news|preopen company news|company news|company-specific news|companies"
    "|pre-market company news|premarket company news|stock news|single stock news|broker news|broker actions",
    "news": "politics/macro/world news|politics / macro / world news|politics/macro/world|world news|macro|macro news"
    "|top company news|politics|political news|macro/world news|top news|overnight news|politics & macro"
    "|politics and macro|top headlines|key headlines|headlines|central banks|geopolitics|other news|in other news|other headlines",
    "named": "earnings|looking ahead|key events|what's next|look ahead|the week ahead|week ahead|calendar|events|upcoming events"
    "|key events today|economic calendar|earnings calendar|upcoming earnings|ahead|on tap|today's calendar|coming up|agenda"
    "|data calendar|today's events|dividends|m&a|ipos|broker research|research|notes|corporate calendar|flows|technicals",
    "disclaimer": "disclaimer|disclaimers|important information|legal notice|disclosures|disclosure|depositary receipts",
}  # fmt: skip
HEADINGS: dict[str, Kind] = {name: kind for kind, names in _NAMES.items() for name in names.split("|")}

# Headings that may carry their text on the same line: "Synopsis: Asia equities ended higher …".
_INLINE: tuple[str, ...] = ("synopsis:", "summary:", "overview:", "market synopsis:", "looking ahead:", "key events:")

# A heading in look-alike letters ("Ѕynopsis") is still that heading.
_LOOKALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХасеѕіјорухԁɡΑΒΕΖΗΙΚΜΝΟΡΤΥΧονıհո", "ABESIJKMHOPCTYXacesijopyxdgABEZHIKMNOPTYXovihn"
)

_DISCLAIMER_STARTS = (
    "this information and data is provided", "this information is provided", "please refer to", "the information contained",
    "disclaimer:", "disclaimer ", "important:", "important notice", "important disclosure", "important information", "not fdic", "depositary receipts:", "may lose value",
    "no bank, state", "this material is", "this publication is", "this report is provided", "this report was", "this note is intended", "this document is", "copyright",
    "©", "(c) 20", "for informational purposes", "for information purposes", "nothing herein", "this communication",
    "this message", "this email", "this e-mail", "the information and data", "information provided herein",
    "this summary is provided", "this wrap is provided", "source: factset", "all rights reserved", "provided for general",
    "provided for information", "you are receiving", "to unsubscribe", "unsubscribe", "information and data", "this content is",
    "the content of this", "this commentary is", "this market commentary", "these materials", "the above information",
    "no part of this", "past performance", "nothing in this", "nothing on this", "the figures in this", "the value of investments", "the value of your investment", "capital at risk",
)  # fmt: skip

# Mail headers and site furniture above a wrap. Lower case.
_MAIL_HEADERS = (
    "fwd:", "fw:", "re:", "from:", "to:", "cc:", "bcc:", "sent:", "date:", "subject:", "reply-to:", "importance:", "attachments:", "x-", "received:",
    "message-id:", "mime-version:", "content-type:", "content-transfer-encoding:", "return-path:", "de:", "para:",
    "enviado:", "asunto:", "von:", "an:", "gesendet:", "betreff:", "priority:", "delivered-to:", "organization:",
)  # fmt: skip
_GREETINGS = (
    "all,", "team,", "hi all", "hi team", "hello all", "good morning", "good afternoon", "good evening", "morning all", "dear all",
    "dear colleague", "dear client", "dear reader", "dear sir", "dear team",
)  # fmt: skip
_FURNITURE = (
    "back to ", "begin forwarded message", "-----original message", "---------- forwarded message", "----- forwarded",
    "forwarded message", "email this", "skip to ", "daily dr market summary", "view in browser", "view this email",
    "caution: external", "external email", "[external]", "see below", *_GREETINGS, "was this helpful", "kind regards", "best regards",
    "sent from my", "next >", "< prev", "please enable javascript",
    "dr directory", "printer friendly", "printer-friendly", "powered by ", "source: factset", "source: streetaccount",
)  # fmt: skip
_FURNITURE_WORDS = frozenset(
    "unsubscribe|home|print|share|email|save|download|pdf|menu|search|market summary|sign in|log in|login|subscribe|contact us|fyi|regards|thanks|best|hi|hello".split(
        "|"
    )
)


_FOOT_LINKS = frozenset(
    "privacy|privacy policy|terms|terms of use|legal|accessibility|cookies|cookie policy|sitemap|contact|contact us|back to top|unsubscribe|top".split(
        "|"
    )
)


class Section(NamedTuple):
    """A heading and the lines under it. `heading` is None for what stands above the first one or is told by its shape."""

    kind: Kind
    name: str
    heading: Line | None
    lines: list[Line]


class Heading(NamedTuple):
    """A line read as a heading. `rest` is the text that stands behind it on the same line."""

    kind: Kind
    name: str
    rest: str
    lookalike: bool = False


_MARKS = " *_#=-–—~|<>[]•"
_BRACKET_END = re.compile(r"\s?\([^()]{1,60}\)$")


def read_heading(text: str) -> Heading | None:
    """The heading that a line is, or None.

    >>> read_heading("## NOTABLE GAINERS:")
    Heading(kind='gainers', name='NOTABLE GAINERS', rest='', lookalike=False)
    """
    if len(text) > 70:
        lowered = text[:24].lower()
        for start in _INLINE:
            if lowered.startswith(start):
                return Heading(HEADINGS[start[:-1]], text[: len(start) - 1], text[len(start) :].strip())
        return None
    name = text.strip(_MARKS).rstrip(": ").strip(_MARKS)
    key = " ".join(name.casefold().split())
    kind = HEADINGS.get(key)
    if kind:
        return Heading(kind, name, "")
    if not key.isascii() and len(key) < 40 and any(char.isalpha() and not char.isascii() for char in key):
        kind = HEADINGS.get(name.translate(_LOOKALIKES).casefold())
        if kind:
            return Heading(kind, name.translate(_LOOKALIKES), "", True)
    if key.endswith(")"):
        kind = HEADINGS.get(_BRACKET_END.sub("", key))
        if kind:
            return Heading(kind, name, "")
    return None


# Words that disclaimers are made of. Two of them make one; below the tables, where no prose stands, none is needed.
_DISCLAIMER_WORDS = (
    "advice", "warrant", "solicitation", "liabilit", "recommendation", "redistribut", "informational", "guarantee", "accuracy",
    "completeness", "for information", "general information", "not an offer", "reproduc", "terms of use", "internal use",
    "confidential", "intended recipient", "institutional investors", "professional clients", "vouch", "no representation", "licens", "publisher", "all rights",
)  # fmt: skip


def is_disclaimer(text: str, *, among_prose: bool = False) -> bool:
    """Whether a disclaimer starts with this line. `among_prose`: below stories, which may speak of guarantees too."""
    lowered = text[:400].lower().lstrip("*_ \"'")
    if lowered.startswith(_DISCLAIMER_STARTS):
        return True
    return len(text) < 2000 and sum([word in lowered for word in _DISCLAIMER_WORDS]) >= (3 if among_prose else 2)


def is_prose(text: str) -> bool:
    """Whether a line among the tables is a sentence and no row: six words or more, and hardly a figure.

    >>> is_prose("Quotes are composite and may differ from official closing prices."), is_prose("DAX: +1.2% to 24,703.12")
    (True, False)
    """
    words = text.split()
    return len(words) >= 6 and text[0].isupper() and sum([has_digit(word) for word in words]) * 6 <= len(words)


_NONE_STARTS = ("none", "no ", "nil", "n/a", "nothing ")


def says_none(text: str) -> bool:
    """Whether a line says that there is nothing to list.

    >>> says_none("None of note"), says_none("No major releases scheduled."), says_none("Nomura +1.2%")
    (True, True, False)
    """
    if len(text) > 60:
        return False
    return text.lstrip(" -–—•(")[:8].lower().startswith(_NONE_STARTS) and not has_digit(text)


def is_mail_header(text: str) -> bool:
    """Whether the line is a header of a forwarded mail, or says to whose mail it replies."""
    return text[:40].lower().startswith(_MAIL_HEADERS) or _REPLY.match(text) is not None


# "On Wed, Oct 15, 2025 at 7:41 AM Jane Doe <jane@example.com> wrote:"
_REPLY = re.compile(r"On (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? [A-Za-z0-9, ]{6,24} at [0-9]{1,2}[:.][0-9]{2}")


def is_greeting(text: str) -> bool:
    """Whether a mail opens with this line: "Good morning,"."""
    return len(text) <= 40 and text.lower().startswith(_GREETINGS)


def is_furniture(text: str) -> bool:
    """Whether the line belongs to the mail or the page around the wrap: "Back to Daily DR Market Summary"."""
    if len(text) >= 90:
        return False
    bare = text.lower().strip("*_#-=<>[]| ")
    if "unsubscribe" in bare:
        return True
    if text.count(" > ") + text.count(" \u203a ") >= 2:
        return True  # "Home > Research > Daily"
    if "|" in text and sum(part.strip() in _FOOT_LINKS for part in bare.split("|")) >= 2:
        return True  # "Terms of Use | Privacy | Back to top"
    if bare and all(word in _FURNITURE_WORDS for word in bare.split()):
        return True  # "Print Share"
    if text.startswith("On ") and text.endswith("wrote:"):
        return True
    return bare.startswith(_FURNITURE) or bare.rstrip(",.:!") in _FURNITURE_WORDS


def read_way(text: str) -> Kind | None:
    """Whether a line parts a list of movers: "Up", "Decliners:"."""
    word = text.strip(" *_:-").lower()
    heading = read_heading(word)
    if heading and heading.kind in ("gainers", "decliners"):
        return heading.kind
    return "gainers" if word in ("up", "higher") else "decliners" if word in ("down", "lower") else None
