"""Who says so, for one item: its best source, from a statement on the record down to nobody. In: an item. Out: its grade.

statement    a company or an authority speaks for itself: "said in a statement", "a filing showed", "Lutnick told CNBC"
named_outlet an outlet that is named: "(Reuters)", "according to The Information", "FT sources noted"
sources      unnamed people: "sources said", "people familiar with the matter"
reportedly   hearsay without even that: "reportedly", "is said to", "media reports"
unattributed none of these
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from typing import NamedTuple, get_args

from llm_wrap.listings.table import merge_listings
from llm_wrap.models import Attribution, DigestItem, Grade, ItemSource
from llm_wrap.parsing.outlets import OUTLETS, is_outlet
from llm_wrap.parsing.sentences import split_sentences
from llm_wrap.reading.outlets import find_outlets
from llm_wrap.reading.regions import find_country

_ORDER: tuple[Grade, ...] = get_args(Grade)
_SPEECH = (
    r"said|says|announced|announces|told|confirmed|confirms|noted|notes|added|adds|stated|states|warned|warns|reiterated|reiterates|"
    r"declared|pledged|disclosed|discloses|denied|denies|reported|reports|guided|guides|unveiled|acknowledged|insisted|stressed|urged|"
    r"commented|remarked|replied|repeated|indicated|signalled|signaled|argued|testified|revealed|reveals|vowed|proposed|ordered|"
    r"forecast|published|ruled|described|reminded|cautioned|emphasised|emphasized|explained|sounded"
)
_SPEAKS = re.compile(rf"\b(?:{_SPEECH})\b")
# "We will not sell," said its chairman.
_SAID_BY = re.compile(
    r"[,\"”'’]\ ?[\"”'’]?\ (?P<words>(?:said|says|added|noted)\ (?:(?:its|the|their|a)\ (?:[A-Za-z-]{1,15}\ ){0,2}"
    r"(?:chairman|chairwoman|chief|CEO|CFO|president|governor|minister|ministry|spokesman|spokeswoman|company|bank|regulator|secretary)|"
    r"(?!(?:Analysts|Economists|Traders|People|Sources|Reuters|Bloomberg)\b)[A-Z][a-z]+\ [A-Z][a-z]+))\b"
)
# "Marvell said it doesn't comment on customer schedules": nothing said.
_NO_COMMENT = re.compile(
    r"\ (?:that\ )?(?:it|they|he|she)\ (?:doesn't|does\ not|don't|do\ not|wouldn't|would\ not|won't|will\ not|could\ not|had\ no)\ comment"
)
_AN_ORDER = re.compile(r"\ (?:[a-z-]+\ ){1,4}to\ [a-z]+")
# "Apple told suppliers to cut orders, Nikkei Asia reported, citing three people": what stands before such a tail is what they say.
_TAIL = re.compile(
    r",\ (?P<words>[^,;:]{3,90}?\ (?:said|say|says|told|reported|noted|wrote|added)\b)(?!\ (?:that|it|they|he|she)\b)"
)
_CITED = 80  # characters behind it in which it may cite them
_LINKED = re.compile(r"(?:and|but|while|although|though|as|after|which|who|where|if|when|because|before|since)\b")
# "Micron reports after the close on Thursday" says nothing yet.
_TO_COME = re.compile(
    r"\ (?:on|after|before|next|later|tonight|tomorrow|this|early|late|(?:Mon|Tues|Wednes|Thurs|Fri)day)\b"
)
# To whom a company speaks in public; what it tells others an outlet has to report.
_PUBLIC = re.compile(
    r"\ (?:[a-z]+\ )?(?:reporters|journalists|lawmakers|senators|parliament|analysts|shareholders|delegates|investors|an?|the)\b|\ [^a-z]"
)
# "its year-end Brent forecast", "the bank's notes": nouns behind whose they are.
_WHOSE = frozenset("its their his her a an".split())
_NOUNS = frozenset("forecast reports notes".split())
# What stands on paper, or is said by an authority as such.
_ON_RECORD = re.compile(
    r"\b(?:in\ an?\ (?:[a-z]{1,20}\ )?(?:statement|filing|press\ release|disclosure|letter|blog\ post|notice|announcement)|"
    r"(?:an?|the|its|exchange|stock\ exchange|regulatory|company|court|SEC|joint|official)\ (?:[a-z]{1,15}\ )?(?:statement|filing|filings|"
    r"disclosure|notice|press\ release|announcement)(?:\ (?:said|says|showed|shows|noted|described|stated|confirmed|added))?|"
    r"[Ff]ilings?\ (?:showed|shows|said|revealed)|[Ss]tatement\ (?:noting|saying|citing|said|described|noted|added|read)|official\ data|"
    r"(?:[Mm]inutes|[Tt]ranscripts?|[Mm]emos?|[Pp]rospectus|[Cc]ourt\ (?:papers|documents|records)|[Oo]fficial\ (?:figures|statistics)|"
    r"(?:[Dd]ata|[Ff]igures)\ (?:from|by|of)\ (?:the\ )?(?:[A-Za-z0-9'.-]{1,20}\ ){0,5}(?:bureau|ministry|office|bank|customs|agency|association|[Ss]tatistics))\b[^.;,]{0,32}?\ "
    r"(?:showed|show|shows|said|say|says|noted|revealed|confirmed)|"
    r"(?:posted|wrote|said|tweeted)\ on\ (?:Truth\ Social|X|Twitter|Weibo|LinkedIn|social\ media)|in\ a\ (?:social\ media\ )?post|"
    r"[Aa]ccording\ to\ (?:its|the|an?)\ (?:[A-Za-z-]{1,15}\ ){0,2}(?:ministry|minister|spokesman|spokesperson|spokeswoman|chief\ executive|CEO|CFO|chairman|governor|"
    r"regulator|bureau|agency|prospectus|notice|order|ruling|report\ to\ the\ exchange)|"
    r"according\ to\ (?:the\ company|company|a\ statement|an?\ (?:exchange\ |regulatory\ |stock\ exchange\ )?filing|minutes|official|the\ ministry|"
    r"the\ government|the\ central\ bank|customs|the\ regulator))\b"
)
_HEARSAY = re.compile(
    r"\b(?:[Rr]eportedly|[Rr]umou?red|[Rr]umou?rs?|[Aa]llegedly|(?:is|are|was|were)\ (?:said|reported|understood|believed|rumou?red|thought)\ to|"
    r"[Ss]aid\ to\ (?!the\b|an?\b)[a-z]{2,}|[Mm]edia\ reports?|[Mm]edia\ (?:said|say|says|reported|have\ reported)|[Aa]ccording\ to\ (?:local\ |state\ |domestic\ )?(?:media|press)|[Pp]ress\ reports?|[Rr]eports\ (?:that|of|say|said|suggest|suggested|suggesting|indicate|"
    r"indicated|claim|claimed)|(?:[Aa]|[Oo]ther|[Ff]resh|[Uu]nconfirmed|[Ll]ocal|[Ss]imilar|[Ee]arlier|[Pp]revious)\ (?:media\ |press\ )?reports?|"
    r"[Mm]arket\ (?:talk|chatter)|[Ss]peculation|[Ii]t\ is\ understood|[Tt]alk\ that|[Aa]ccording\ to\ reports)\b"
)
_PEOPLE_SAY = (
    r"said|say|says|told|tell|noted|note|notes|added|add|claim|claimed|indicated|suggested|suggest|cited|cite|confirmed|put|see|expect|believe|"
    r"cautioned|stressed|explained|described|disclosed|revealed|reported|agreed|quoted|highlighted|warned|warn|denied|expected|flagged|pointed"
)
_PEOPLE = re.compile(
    r"\b(?:[Mm]edia\ sources|[Uu]nnamed\ (?:[a-z]{1,15}\ )?(?:sources?|officials?|people|executives?)|"
    # "sources said", "sources at the bank say", "according to two sources", and neither "new sources of lithium" nor "sources its screens from"
    rf"[Ss]ources?\ (?:[a-z]+ly\ |also\ |have\ |had\ )?(?:{_PEOPLE_SAY}|familiar|close\ to|with\ (?:direct\ )?knowledge|briefed|who|on\ condition|speaking|involved|aware)\b|"
    rf"[Ss]ources?\ (?:at|in|within|inside|near|from|on)\ [^.;,]{{1,40}}?\ (?:{_PEOPLE_SAY})\b|"
    r"(?:[Aa]ccording\ to|[Cc]iting|[Cc]ite[ds]?|[Qq]uot(?:ing|ed)|[Pp]er|told\ by|said\ by)\ (?:[A-Za-z-]{1,15}\ ){0,3}sources?\b|[Ss]ources:|\([a-z ]{0,20}sources?\)|"
    r"[Pp](?:eople|ersons?)\ (?:familiar|briefed|close|with\ (?:direct\ )?knowledge|involved|aware)|[Ii]nsiders?\ (?:said|say)|"
    r"(?:[Oo]fficials?|[Ee]xecutives?|[Pp]eople|[Pp]erson|[Tt]hose|[Ss]omeone|[Bb]ankers?|[Dd]iplomats?)\ (?:who\ (?:asked|declined|requested|"
    r"spoke)|speaking\ (?:on|under)|on\ condition\ of|familiar\ with|close\ to|briefed\ on|with\ knowledge|not\ authori[sz]ed))"
)
_SEVERAL = re.compile(
    r"\b(?:[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]everal|[Mm]ultiple|[Mm]any)\ (?:[A-Za-z]{1,15}\ ){0,2}(?:sources|people|persons|officials|executives|bankers|insiders|diplomats)\b"
)
_NOBODY = frozenset(
    """
    analysts economists strategists traders observers some many others most media reports report which who that it they he she investors
    dealers brokers pundits critics watchers markets market desks note notes sources source people insiders officials executives
    headlines as survey poll polls data figures and
    """.split()
)
_AUTHORITY = re.compile(
    r"\b(?:ministry|minister|company|companies|firm|group|government|regulator|regulators|bank|lender|spokesman|spokesperson|spokeswoman|executive|CEO|CFO|"
    r"chief|president|governor|chairman|chairwoman|chair|secretary|management|board|agency|bureau|office|authority|authorities|"
    r"commission|committee|council|court|operator|carmaker|chipmaker|maker|airline|exchange|premier|official|adviser|advisor|director|"
    r"administration|department|statement|developer|retailer|miner|insurer|founder|Treasury|Beijing|Washington|Tokyo|liquidators|customs|"
    r"automaker|brokerage|foundry|representative|commissioner|chancellor|senator|judge|union|association|parliament|cabinet|officer)\Z"
)
_CAPITAL_WITHIN = re.compile(r"(?<=[A-Za-z0-9,)]\ )[A-Z][\w-]{1,30}")
_TAIL_WORDS = re.compile(r"[A-Za-z0-9][\w.&'/-]{0,30}")
_TICKERS = re.compile(r"\s?\([^()]{1,60}\)")
_OF = frozenset("to of for in at from with on".split())
_ADVERBS = frozenset(
    "also further later separately earlier reportedly today has have had recently then again only just now".split()
)
_DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())


class _Found(NamedTuple):
    grade: Grade
    words: str


def attribute_item(source: ItemSource, place: int, item: DigestItem) -> Attribution:
    """The best source of an item. What an outlet or an unnamed person is quoted with is not a statement."""
    sentences = ((item.headline,) if item.headline else ()) + (item.sentences or split_sentences(item.body))
    outlets = find_outlets(sentences, item.sources)
    names = _find_names(sentences)
    found = _find_sources(sentences, outlets, names)
    best = _choose_best(found)
    grade: Grade = best.grade if best else "unattributed"
    first = sentences[: 2 if item.headline else 1]
    lead = _choose_best(_find_sources(first, find_outlets(first, ()), names))
    return Attribution(
        source=source,
        item=place,
        grade=grade,
        outlets=outlets,
        single_source=(grade == "named_outlet" and len(outlets) == 1 and _covers(outlets[0], sentences, len(first)))
        or (
            grade == "sources"
            and sum(one.grade == "sources" for one in found) == 1
            and not any(_SEVERAL.search(sentence) for sentence in sentences)
        ),
        words=best.words if best else None,
        lead=lead.grade if lead and lead.grade != grade else None,
    )


def _covers(outlet: str, sentences: Sequence[str], lead: int) -> bool:
    """Whether an item rests on a name in brackets: it is an outlet that is known, or the lead or the end of the item has it.

    Any other amid the body is where a figure is from: "(CME FedWatch)".
    """
    return is_outlet(outlet.removeprefix("the ")) or any(
        outlet in sentence for sentence in (*sentences[:lead], sentences[-1])
    )


def _find_names(sentences: Sequence[str]) -> frozenset[str]:
    """Words that have their capital within a sentence, and so for a name's sake."""
    return frozenset(word for sentence in sentences for word in _CAPITAL_WITHIN.findall(sentence))


@cache
def _known_names() -> frozenset[str]:
    return frozenset(word for listing in merge_listings(()) for name in listing.names for word in name.split())


def _is_group(word: str, names: frozenset[str]) -> bool:
    """Whether a plural that opens a sentence is a word of the language: "Skeptics noted", and neither "Siemens said" nor "Brussels said"."""
    plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "'s")) and word[1:].islower()
    known = word in names or word in _known_names() or _AUTHORITY.search(word.lower()) or find_country(word)
    return plural and not known


def _find_sources(sentences: Sequence[str], outlets: Sequence[str], names: frozenset[str]) -> list[_Found]:
    """All that the sentences rest on; an outlet that stands in brackets alone as well."""
    found = [one for sentence in sentences for one in _find_grades(sentence, outlets, names)]
    if outlets and not any(one.grade == "named_outlet" for one in found):
        found.append(_Found("named_outlet", outlets[0]))
    return found


def _choose_best(found: Sequence[_Found]) -> _Found | None:
    return min(found, key=lambda one: _ORDER.index(one.grade), default=None)


def _find_grades(sentence: str, outlets: Sequence[str], names: frozenset[str]) -> Iterator[_Found]:
    record = _ON_RECORD.search(sentence)
    if record and not _PEOPLE.search(sentence[: record.start()]):
        yield _Found("statement", record.group())
    else:
        speaker = _find_speaker(sentence, outlets, names)
        if speaker:
            yield _Found("statement", speaker)
    for outlet in outlets:
        if outlet in sentence:
            yield _Found("named_outlet", outlet)
            break
    people = _PEOPLE.search(sentence)
    if people:
        yield _Found("sources", people.group())
    hearsay = _HEARSAY.search(sentence)
    if hearsay:
        yield _Found("reportedly", hearsay.group())


def _find_speaker(sentence: str, outlets: Sequence[str], names: frozenset[str]) -> str | None:
    """ "Lutnick said", "a company spokesman declined": the words of somebody who speaks under a name or an office."""
    turned = _SAID_BY.search(sentence)
    if turned:
        return turned["words"]
    for verb in _SPEAKS.finditer(sentence):
        before = _TICKERS.sub("", sentence[: verb.start()])
        words = _TAIL_WORDS.findall(before[-90:])
        while words and (words[-1].casefold() in _ADVERBS or words[-1].casefold() in _DAYS):
            words.pop()
        if not words or _TICKERS.sub("", sentence[verb.end() :]).startswith(" to "):
            continue
        last = words[-1].removesuffix("'s")
        listed = re.search(r"\([A-Z0-9][A-Z0-9./&-]{0,12}\)\s\Z", sentence[: verb.start()]) is not None
        if _NO_COMMENT.match(sentence[verb.end() :]):
            continue
        if outlets and verb.group() in ("told", "ordered", "urged") and _AN_ORDER.match(sentence[verb.end() :]):
            continue  # "China has told firms to stop, Reuters said": what an outlet says of an order
        if verb.group() in _NOUNS and (_is_owned(words) or _TO_COME.match(sentence, verb.end())):
            continue
        private = verb.group() == "told" and not _PUBLIC.match(sentence, verb.end())
        if _is_told_by_others(sentence, verb.end(), outlets if private else ()):
            continue
        if listed:  # "New York Times (NYT) said": a company speaks, be it an outlet's
            return _quote_speaker(sentence, verb)
        if last.casefold() in _NOBODY or any(outlet.split()[-1].casefold() == last.casefold() for outlet in outlets):
            continue
        if words == [last] and before.strip() == last and _is_group(last, names):
            continue
        if before.rstrip().endswith(tuple(outlets)):
            continue  # "the Times of India reported"
        if last.casefold() in OUTLETS or re.search(r"\b(?:is|are|was|were|been|be)\s\Z", before):
            continue
        head = (
            words[-3] if len(words) > 2 and words[-2] in _OF else last
        )  # "an adviser to Beijing", "the Bank of Korea"
        if head.casefold() in _NOBODY:
            continue
        named = head[0].isupper() or _AUTHORITY.search(head)
        tail = before.rstrip()
        if named and not tail.endswith((",", ";", ":")) and not _clause_of_people(before):
            return _quote_speaker(sentence, verb)
    return None


def _quote_speaker(sentence: str, verb: re.Match[str]) -> str:
    """The exact words from the speaker's name to the verb, a ticker between them included."""
    before = sentence[: verb.start()].rstrip()
    bare = _TICKERS.sub("", before).rstrip()
    words = [word for word in bare.split() if word]
    start = len(words) - 1
    while start > 0 and len(words) - start < 5 and words[start - 1][0].isupper() and words[start - 1][-1] not in ",;:.":
        start -= 1
    if start > 1 and words[start - 1] in _OF:
        start -= 2
    place = len(before)
    for word in reversed(words[start:]):  # from the verb back, so that "GE" of "GE Aerospace (GE) said" is the name's
        if before[:place].endswith(")"):
            place = max(before.rfind("(", 0, place), 0)
        place = max(before.rfind(word, 0, place), 0)
    return sentence[place : verb.end()]


def _is_owned(words: Sequence[str]) -> bool:
    """Whether the words before a noun say whose it is."""
    return any(word in _WHOSE or word.endswith("'s") for word in words[-4:])


def _is_told_by_others(sentence: str, start: int, outlets: Sequence[str]) -> bool:
    """Whether what is said from there on ends in unnamed people, or in one of the outlets, who say that it was said."""
    return any(
        _PEOPLE.search(sentence, tail.start("words"), tail.end() + _CITED) or tail["words"].startswith(tuple(outlets))
        for tail in islice(_TAIL.finditer(sentence, start), 3)
        if not _LINKED.match(tail["words"])
    )


def _clause_of_people(before: str) -> bool:
    """Whether the speaker stands in what unnamed people are quoted with: "sources said Apple told suppliers"."""
    return _PEOPLE.search(before) is not None
