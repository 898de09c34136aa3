"""The outlets that an item names, in brackets and in its prose. In: sentences, and the tags found. Out: names as they stand there.

outlet = name "reported" | "according to" name {"and" name} | name ":" | "(" name ")"
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from llm_wrap.parsing.mentions import find_mentions, name_before
from llm_wrap.parsing.outlets import OUTLET_ENDINGS, OUTLETS, is_outlet

_OUTLET_BEFORE = re.compile(
    r"\b(?:[Aa]ccording\ to|[Tt]old|[Cc]iting|[Cc]ited\ by|[Vv]ia|[Ss]peaking\ (?:to|with|on)|[Ii]nterview\ (?:with|by|on|to)|[Rr]eported\ by|"
    r"[Pp]er|[Rr]eports?\ (?:by|from|in)|[Ii]nterview\ in|[Qq]uoted\ by|[Aa]rticle\ in|[Oo]p-ed\ in|[Ww]riting\ in|[Ss]tory\ in|[Aa]ppearing\ on|"
    r"[Ss]een\ by|(?:[Cc]onfirmed|[Ss]aid|[Ss]poke|[Ee]xplained)\ to|[Pp]ublished\ (?:by|in)|[Cc]arried\ by)\s(?:a\ |an\ )?(?P<name>(?:[Tt]he\ )?[A-Z][A-Za-z0-9.'&-]{0,25}(?:\ (?:[A-Z0-9][A-Za-z0-9.'&-]{0,25}|of|and|de)){0,4})"
)
# What an outlet does: "FT sources noted", "the Financial Times both reported". The name stands before it.
_OUTLET_DOES = re.compile(
    r"(?:'s|(?=,\ citing))?,?\ (?:both\ |also\ |has\ |have\ |had\ |earlier\ |first\ |further\ |previously\ )?(?:sources?|reported|reports?|said|says|cited|cites|citing|noted|notes|"
    r"wrote|writes|puts?|had|carried|ran|story|article|interview|highlighted|quoted|revealed|learned|understands|headlines?)\b"
)
# "according to Valor Economico and Folha": a list that ends its clause.
_OUTLET_LIST = re.compile(
    r"\b(?:[Aa]ccording\ to|[Cc]iting|[Rr]eported\ by|[Rr]eports?\ (?:by|from|in)|[Vv]ia|[Pp]er)\ (?P<names>(?:[Tt]he\ )?[A-Z][A-Za-z0-9'&-]{1,20}(?:\ [A-Z0-9][A-Za-z0-9'&-]{0,20}){0,3}"
    r"(?:(?:,\ |,\ and\ |\ and\ )(?:[Tt]he\ )?[A-Z][A-Za-z0-9'&-]{1,20}(?:\ [A-Z0-9][A-Za-z0-9'&-]{0,20}){0,3}){0,4})(?=[.,;)]|\Z)"
)
# "Nikkei Asia", "Sky News", "NY Times": what an outlet's name ends with in prose, "the company's report" left out.
_SECOND_WORDS = (OUTLET_ENDINGS | {"asia", "news", "intelligence", "arabiya", "ft"}) - frozenset(
    "week today street report agency register standard media online".split()
)


def find_outlets(sentences: Sequence[str], tagged: Sequence[str]) -> tuple[str, ...]:
    """Outlets in brackets and in the prose, each once, in order of first mention.

    >>> find_outlets(("Sources told the Information that talks go on (Reuters).", "NY Times sources agreed."), ("Reuters",))
    ('the Information', 'Reuters', 'NY Times')
    """
    found: dict[str, tuple[tuple[int, int], str]] = {}
    for number, sentence in enumerate(sentences):
        for start, name in _name_outlets(sentence):
            _keep(found, (number, start), name)
        for name in find_mentions(sentence).sources:
            _keep(found, (number, sentence.find(name)), name)
    for name in tagged:
        _keep(found, (len(sentences), 0), name)
    return tuple(name for _, name in sorted(found.values()))


def _keep(found: dict[str, tuple[tuple[int, int], str]], place: tuple[int, int], name: str) -> None:
    key = name.casefold().removeprefix("the ").removesuffix("'s")
    for known in list(found):
        if known != key and key.startswith(f"{known} "):
            del found[known]  # "Valor" is the start of "Valor Economico"
        elif known.startswith(f"{key} "):
            return
    if key not in found or place < found[key][0]:
        found[key] = (place, found[key][1] if key in found and found[key][0] <= place else name)


def _name_outlets(sentence: str) -> Iterator[tuple[int, str]]:
    for hit in _OUTLET_BEFORE.finditer(sentence):
        name = _trim_outlet(hit["name"].rstrip("."))
        if name:
            yield hit.start("name") + hit["name"].find(name), name
    for hit in _OUTLET_DOES.finditer(sentence):
        before = sentence[max(0, hit.start() - 80) : hit.start()]
        if before.endswith(")"):
            continue  # "New York Times (NYT) said": a listed company
        pair = [_trim_outlet(part) for part in name_before(before).split(" and ")]
        if pair[-1]:  # "Sky News and the Financial Times reported" names two
            for name in filter(None, pair[-2:]):
                yield sentence.rfind(name, 0, hit.start()), name
    for hit in _OUTLET_LIST.finditer(sentence):
        for part in re.split(r",\ (?:and\ )?|\ and\ ", hit["names"]):
            if is_outlet(part.removeprefix("the ").removeprefix("The ")):
                yield hit.start("names") + hit["names"].find(part), part
    head, colon, _ = sentence.partition(": ")
    if colon and head.casefold() in OUTLETS:
        yield 0, head


def _trim_outlet(name: str) -> str | None:
    """The outlet that a run of capitalised words starts or ends with.

    >>> _trim_outlet("the Information Alibaba"), _trim_outlet("NY Times"), _trim_outlet("Nikkei Asia"), _trim_outlet("Seoul")
    ('the Information', 'NY Times', 'Nikkei Asia', None)
    """
    words = name.removesuffix("'s").split()
    article = 1 if words and words[0].casefold() == "the" else 0
    for end in range(len(words), article, -1):
        bare = words[article:end]
        known = " ".join(bare).casefold() in OUTLETS or " ".join(words[:end]).casefold() in OUTLETS
        if known or (len(bare) > 1 and bare[-1].casefold() in _SECOND_WORDS and is_outlet(" ".join(bare))):
            return " ".join(words[:end])
        if len(bare) > 2 and bare[-2] == "of" and bare[-1][0].isupper() and bare[-3].casefold() in OUTLET_ENDINGS:
            return " ".join(words[:end])  # "Times of India"
    for start in range(article, len(words)):
        if " ".join(words[start:]).casefold() in OUTLETS:
            return " ".join(words[start:])
    return None
