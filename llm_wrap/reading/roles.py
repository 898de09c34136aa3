"""Whether a company is what a sentence is about, or named in passing. In: the sentence and the company's place in it."""

from __future__ import annotations

import re

from llm_wrap.models import Role

_CLAUSE = re.compile(
    r"[;:]\ |,\ (?:while|but|although|though|as|with|and|where|after)\ |\ (?:while|although|whereas)\ |\.\ |"
    r"\b(?:[Ss]aid|says|noted|notes|claimed|added|reported|highlighted|showed|saying|noting)\ (?:that\ |how\ )?"
)
# "the lead that TSMC holds", "neither Infosys nor its rivals": named, and not what the sentence is about.
_ASIDE = re.compile(
    r"\b(?:that|which|who|whom|whose|neither|nor|not|unlike|recalled|remembered)(?:\ that)?\ \Z", re.IGNORECASE
)
# What lies back: "settled such a case last year", "had reported a 2% rise", "did so in spring".
_LOOKING_BACK = re.compile(
    r"\b(?:had\ [a-z]+ed|did\ so|(?:last|the\ previous)\ (?:year|month|week|quarter|spring|summer|autumn|winter)|in\ (?:19|20)[0-9]{2}|years?\ ago|"
    r"(?:recalled|remembered)\ (?:that|how))\b"
)
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]{0,30}")
_BRACKET = re.compile(r"\s?\([^()]{1,60}\)")
# A preposition right before the name makes it passing, but for "shares of" and the like.
_PREPOSITIONS = frozenset(
    """
    of by from with for to on at in than against over like as including via versus behind among between into alongside rival rivals peer
    peers partner supplier customer customers unlike following under through around about after toward towards near off using
    """.split()
)
_OF_ITSELF = re.compile(
    r"(?<!\bits\ )(?<!\btheir\ )\b(?:[Ss]hares|[Ss]tock|ADRs?|[Uu]nits|[Bb]onds|[Nn]otes|[Pp]rofit|[Rr]evenue|[Ss]ales|[Mm]argins?|[Gg]ains?|[Ll]osses|[Rr]ally|"
    r"[Ss]urge|[Jj]ump|[Ll]iquidators?|[Cc]reditors|[Dd]ownloads)\s(?:of|in|at|for|by)\s\Z"
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|may|might|could|can|said|says|told|rose|fell|led|made|took|gave|won|lost|cut|hit|met|sees|saw|"
    r"kept|held|sold|bought|tops|beats|leads|holds|makes|sells|buys|wins|owns|supplies|rivals|trails|follows?|plans|wants|hits|faces|lifts|cuts|raises|gets|gives|takes|opens|joins?|sues?|seeks|eyes|signs|names|picks|moves|adds|trail|chase|sent|set|put|grew|began|sank|shed|slid|drive|drives|drove|[a-z]{3,20}ed|[a-z]{4,20}(?<!s)(?<!se)es)\b"
)
# "underpinned by Alibaba" is about it.
_AGENT = re.compile(
    r"\b(?:led|driven|paced|headed|acquired|bought|announced|unveiled|launched|unveils|announces)\sby\s\Z"
)


# "Tesla supplier CATL": what stands before such a word names another company, and what stands behind it is the subject.
NEIGHBOURS = (
    "supplier customer rival peer partner competitor backer owner parent affiliate investor licensee distributor assembler contractor"
).split()
_NEIGHBOUR = rf"(?:{'|'.join(NEIGHBOURS)})"
_OF_ANOTHER = re.compile(rf"(?:'s)?\ (?:[a-z-]+\ )?{_NEIGHBOUR}s?\ (?=[A-Z0-9])")
# "Tesla suppliers": a group, and not Tesla.
_GROUP_AROUND = re.compile(rf"(?:'s)?\ (?:[a-z-]{{1,20}}\ )?{_NEIGHBOUR}s\b")
_BEHIND_ANOTHER = re.compile(rf"\A(?:The\ )?(?:[A-Z0-9][\w.&'-]*\ ){{1,3}}(?:[a-z-]+\ )?{_NEIGHBOUR}\ \Z")


# "JPMorgan downgrades Hermes": a broker's view is about another company.
_RATES_OTHERS = re.compile(
    r"(?:'s)?\ (?:[A-Z][a-z]{2,12}\ )?(?:analysts?\ |also\ )?(?:(?P<sure>downgrade[sd]?\ (?=[A-Z]))|(?:upgrade[sd]?|downgrade[sd]?|initiate[sd]?|reiterate[sd]?|starts?|raise[sd]?|cuts?|lift(?:s|ed)|lower(?:s|ed)|trim(?:s|med))\ (?!its))"
)
_BROKERS = ("Goldman", "JPMorgan", "JP Morgan", "Morgan Stanley", "UBS", "Citi", "BofA", "Bank of America", "Barclays", "HSBC", "Jefferies", "Nomura", "Deutsche Bank", "Macquarie", "Daiwa", "Mizuho",
            "Wells Fargo", "BNP", "RBC", "Societe Generale", "Berenberg", "CLSA", "Bernstein")  # fmt: skip
_VIEW = re.compile(
    r"\b(?:price\ target|rating|to\ (?:buy|sell|hold|neutral|overweight|underweight|outperform|underperform|equal)|at\ (?:buy|sell|hold|neutral|overweight|underweight|outperform))\b"
)


def judge_role(text: str, start: int, earlier: Role | None = None, earlier_end: int = 0) -> Role:
    """`earlier` is the role of the company before it in the sentence: "Alibaba and Baidu" have one.

    >>> sentence = "Oracle's deal with OpenAI also led partner SoftBank to a record"
    >>> [judge_role(sentence, sentence.index(name)) for name in ("Oracle", "OpenAI", "SoftBank")]
    ['subject', 'passing', 'passing']
    """
    if start < 0:
        return "subject"
    if earlier is not None:
        between = _BRACKET.sub("", text[earlier_end:start]).strip()
        if between in ("and", ",", "&", "/", ", and", "or", "(") or not between.strip("'s, "):
            return earlier
    before = _BRACKET.sub("", text[:start])
    name = re.match(r"[^\s(]+(?:\ [A-Z][\w.&-]*)*", text[start:])
    if name and _OF_ANOTHER.match(_BRACKET.sub("", text[start + name.end() :][:80])):
        return "passing"
    if _BEHIND_ANOTHER.search(_CLAUSE.split(before)[-1]):
        return "subject"
    if name and _rates_another(name.group(), _BRACKET.sub("", text[start + name.end() :][:120])):
        return "passing"
    clause = _CLAUSE.split(before)[-1]
    if _OF_ITSELF.search(before) or _AGENT.search(before):
        return "subject"
    if _ASIDE.search(before):
        return "passing"
    if before.endswith(" and ") and _VERB.match(_BRACKET.sub("", text[start : start + 80]).partition(" ")[2].lstrip()):
        return "subject"  # "BYD cut prices and Geely followed"
    words = _WORD.findall(clause)
    if not words:
        return "subject"
    if words[-1].lower() == "as" and words[-2:-1] not in (
        ["such"],
        ["Such"],
    ):  # "as Alibaba surged", but "as good as Nvidia's"
        return (
            "subject"
            if "as" not in (word.lower() for word in words[:-1]) and _VERB.search(text[start : start + 60])
            else "passing"
        )
    if words[-1].lower() in _PREPOSITIONS or words[-1].lower().endswith("-backed"):
        return "passing"
    return "passing" if _VERB.search(clause) else "subject"


def names_group(text: str, start: int, end: int) -> bool:
    """Whether a company that stands there only says which group is meant.

    >>> names_group("Tesla suppliers", 0, 5), names_group("creditors of Tesla", 13, 18), names_group("BYD and Tesla", 8, 13)
    (True, True, False)
    """
    before = _WORD.findall(text[:start])
    return _GROUP_AROUND.match(text, end) is not None or (
        bool(before) and before[-1].lower() in _PREPOSITIONS and before[-2:-1] not in (["shares"], ["Shares"])
    )


def _rates_another(name: str, behind: str) -> bool:
    """Whether a broker's view of another company stands behind its name: "upgrades Infineon", and not "upgrades chatbot"."""
    verb = _RATES_OTHERS.match(behind)
    if verb is None:
        return False
    names_another = name.startswith(_BROKERS) and behind[verb.end() : verb.end() + 1].isupper()
    return bool(verb["sure"]) or names_another or _VIEW.search(behind, verb.end(), verb.end() + 60) is not None


def looks_back(text: str) -> bool:
    """Whether a sentence tells what has been before the story: a company in it is there for comparison."""
    return _LOOKING_BACK.search(text) is not None
