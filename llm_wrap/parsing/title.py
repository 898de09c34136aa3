"""Title line, region and kind of a wrap.

title = [("StreetAccount Summary" | …) " - "] kind-of-wrap [":" move {"," move}]
move  = index pct ["to" level]          "Nikkei +0.42%"  "Hang Seng (1.19%)"  "FTSE 100 +0.48% to 10303.88"
"""

from __future__ import annotations

from llm_wrap.models import Region, TitleMove, WrapKind
from llm_wrap.parsing.patterns import read_number

_REGIONS: tuple[tuple[Region, tuple[str, ...]], ...] = (
    ("latam", ("latin america", "latam", "lat am", "brazil", "mexic", "bovespa", "ibovespa")),
    ("europe", ("europe", "european", "stoxx", "ftse", "dax", "cac 40")),
    ("asia", ("asia", "asian", "nikkei", "hang seng", "apac", "kospi", "japan", "china")),
    ("us", ("us market", "us close", "u.s.", "us equit", "wall street", "s&p 500", "dow ", "nasdaq", "us stock", "us recap", "us pre", "us midday")),
)  # fmt: skip
# Which region an index belongs to, by the start of its name.
_INDEX_REGIONS: dict[Region, tuple[str, ...]] = {
    "asia": (
        "nikkei", "topix", "hang seng", "shanghai", "shenzhen", "csi", "asx", "s&p/asx", "kospi", "kosdaq", "sensex", "nifty",
        "taiex", "straits", "sti", "klci", "jakarta", "jci", "idx", "set", "psei", "nzx", "vn-index", "star 50",
    ),
    "europe": (
        "stoxx", "euro stoxx", "ftse", "dax", "cac", "ibex", "smi", "aex", "omx", "bel", "psi", "wig", "atx", "iseq", "mdax",
    ),
    "us": ("s&p", "dow", "djia", "nasdaq", "russell", "vix", "sox"),
    "latam": ("bovespa", "ibovespa", "ipc", "mexbol", "s&p/bmv", "merval", "ipsa", "s&p clx", "colcap", "msci colcap", "s&p/bvl", "bvl", "ibov"),
}  # fmt: skip
_TITLE_WORDS = (
    "streetaccount", "market recap", "market preview", "market summary", "market wrap", "market close", "pre-open", "preopen",
    "market update", "recap:", "preview:", "closing summary", "close:", "wrap:", "pre-market", "premarket", "market close:",
    "recap -", "market open", "equities close", "closing wrap", "market report",
)  # fmt: skip


def names_wrap(text: str) -> bool:
    """Whether a title says in words what it is the title of: "StreetAccount Summary - Asian Market Recap"."""
    lowered = text.lower()
    return any(word in lowered for word in _TITLE_WORDS)


def is_title(text: str) -> bool:
    """Whether a line above the sections is the title."""
    if len(text) > 600 or len(text) < 8:
        return False
    lowered = text.lower()
    if lowered.startswith("back to") or text.count(" > ") + text.count(" \u203a ") >= 2:
        return False
    return (
        any(word in lowered for word in _TITLE_WORDS)
        or len(read_title_moves(text)) >= 2
        or (len(text) < 120 and lowered.rstrip(" .").endswith((" recap", " preview", " wrap", " close", " summary")))
    )


def read_title_moves(title: str) -> tuple[TitleMove, ...]:
    """The index moves that a title claims.

    >>> read_title_moves("Asian Market Recap: Nikkei +0.42%, Hang Seng (1.19%)")[1].change_pct
    Decimal('-1.19')
    """
    head, found, tail = title.partition(": ")
    text = tail if found and "%" not in head else title
    moves: list[TitleMove] = []
    for part in text[:600].replace("; ", ", ").replace(" | ", ", ").split(", "):
        move = _read_move(part.split())
        if move:
            moves.append(move)
    return tuple(moves)


def _read_move(words: list[str]) -> TitleMove | None:
    """The first signed percentage with the words before it, and the level behind it; what follows is no part of it."""
    for index, word in enumerate(words[:14]):
        number = read_number(word.rstrip(".;,"))
        if number is None or number.unit != "%" or not number.signed:
            continue
        names = words[:index]
        for dash in ("-", "–", "--", "—"):
            if dash in names:
                names = names[len(names) - names[::-1].index(dash) :]
        name = " ".join(names).strip(" :-")
        level = (
            read_number(words[index + 2].strip(".;,"))
            if words[index + 1 : index + 2] in (["to"], ["at"]) and len(words) > index + 2
            else None
        )
        if not any(char.isalpha() for char in name):
            return None
        return TitleMove(name=name, change_pct=number.value, level=level.value if level else None)
    return None


def is_index(name: str) -> bool:
    """Whether a name is that of an index that we know: "Nikkei futures" counts.

    >>> is_index("Hang Seng"), is_index("ms_print")
    (True, False)
    """
    return any(name.lower().startswith(starts) for starts in _INDEX_REGIONS.values())


def find_region(head: str, index_names: list[str], synopsis: str) -> Region | None:
    """The region, from the title and nav lines, else from the indices of the tables, else from the Synopsis."""
    lowered = head.lower()
    for region, words in _REGIONS:
        if any(word in lowered for word in words):
            return region
    counts: dict[Region, int] = {}
    for name in index_names:
        for region, starts in _INDEX_REGIONS.items():
            if name.lower().startswith(starts):
                counts[region] = counts.get(region, 0) + 1
                break
    if counts:
        return max(counts, key=lambda region: counts[region])
    lowered = synopsis[:300].lower()
    places = [(lowered.find(word), region) for region, words in _REGIONS for word in words if word in lowered]
    return min(places)[1] if places else None


_BEFORE = (
    "pre-open",
    "preopen",
    "pre open",
    "pre-market",
    "premarket",
    "morning note",
    "morning call",
    "before the open",
    "opening call",
)


_AFTER = ("recap", "close", "wrap", "summary")


def find_kind(head: str, *, has_markets: bool, has_digest: bool, has_news: bool, synopsis: str) -> WrapKind | None:
    """The kind of wrap, from the title and nav lines, else from what it holds."""
    lowered = head.lower()
    if any(word in lowered for word in _BEFORE):
        return "pre-open"
    if "preview" in lowered:
        return "preview"
    closed = any(word in lowered for word in _AFTER)
    if not closed and "morning" in lowered.replace("good morning", "").replace("morning all", ""):
        return "pre-open"  # "Morning Market Mail"
    if closed and (has_markets or has_digest):
        return "recap"
    if has_markets and has_digest:
        return "recap"
    opening = synopsis[:400].lower()
    ahead = any(
        word in opening
        for word in ("set to open", "seen opening", "expected to open", "called higher", "called lower", "poised to")
    )
    if has_news and not has_digest:
        return "pre-open" if ahead or not has_markets else "recap"
    if ahead:
        return "preview"
    return "recap" if has_markets or has_digest or synopsis else None
