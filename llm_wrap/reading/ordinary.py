"""Company names that are words of the language, and whether such a word is the company where it stands."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
# Names that are words of the language. Those of the first set are so common that even a capital tells nothing.
COMMON = frozenset(
    """
    gap block target next best sea grab square snap open core focus life express recruit disco match progressive ball box toast unity
    summit united carrier discover chase express sage compass evolution hexagon vista arm quanta reliance nice vivo zoom hub scout root
    opera natural tower pure guess buckle children's dollar kiss lion swire orient first general national global international
    screen sharp carnival natura rumo
    """.split()
)
RARELY = frozenset(
    """
    apple visa shell orange meta ford oracle alphabet delta pandora puma continental prudential santos amazon intel lilly southern kingfisher
    vale azul hoya leonardo tesla swatch nike philips vinci andina amadeus fortescue micron coach kering besi cochlear allegro corning robinhood
    """.split()
)
_FIRM_AFTER = frozenset(
    """
    said says shares stock reported reports beat missed inc corp ceo cfo announced named agreed guided plc ltd chief executive
    management earnings results adr adrs holdings group rose fell gained jumped slid dropped climbed surged tumbled soared
    """.split()
)
# Small words behind a ticker that say nothing of what it is.
_LINKS = frozenset(
    "and or to in on at for with while after as by is was are were has had have will would could may from against but".split()
)
# Behind a word of the language these make it a company also where it opens the sentence.
_BEHIND_A_FIRM = frozenset("said says shares stock reported inc corp ceo".split())
_FIRM_BEFORE = frozenset("retailer rival at shares of chain fintech owner lender group giant maker".split())


def qualifies(text: str, end: int) -> bool:
    """Whether a run of capitals that ends there stands before a noun of its own, as no bare ticker does.

    >>> qualifies("KOF institute raised its forecast", 3), qualifies("NVDA shares fell", 4), qualifies("AAPL, AMZN", 4)
    (True, False, False)
    """
    after = _WORD.match(text, end + 1) if text[end : end + 1] == " " else None
    return after is not None and after.group().islower() and after.group() not in _FIRM_AFTER | _LINKS


def reads_as_firm(text: str, start: int, end: int, word: str, ordinary: bool) -> bool:
    """Whether a word of the language is a company here: by its capital and by what stands around it."""
    before = _WORD.findall(text[max(0, start - 30) : start])
    after = _WORD.findall(text[end : end + 30])
    opens = not text[:start].strip(" \"'(“") or text[:start].rstrip().endswith((".", ":", "!", "?", ";"))
    capitals = sum(one[0].isupper() for one in _WORD.findall(text)) * 2 > len(_WORD.findall(text))
    follows = bool(after) and after[0].casefold() in _FIRM_AFTER and not (opens and ordinary)
    leads = bool(before) and before[-1].casefold() in _FIRM_BEFORE
    if word in COMMON:
        nominal = bool(after) and after[0].casefold() in _BEHIND_A_FIRM
        return nominal or (not opens and not capitals and (leads or follows))
    if before and before[-1].casefold() == "the":
        return False  # "the Amazon rainforest"
    return (not opens and not capitals) or follows or leads or text[end : end + 2] == "'s"
