"""What of an item a model is shown: all of it but what speaks to the model.

A wrap is written for people. A sentence that names the labels and talks of labelling, brings the markup of a chat, an answer's
JSON, a numbered line of its own or a block that has to be decoded, is written for a model, and is left out of the prompt; the item
is then asked about as if the sentence were not there, and is shown as `needs_review`. A sentence that is left out for nothing
costs a look; `tests/labelling/test_fencing.py` counts how often that happens in text without attacks.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache

from llm_wrap.models import SENTIMENTS, DigestItem

REASON = "text_to_the_model"

_THEMES = "trade|ai_semis|macro|corporate|policy|geopolitics|commodities|property_credit|other"
_TONES = "|".join(SENTIMENTS)
_ABOUT_LABELS = re.compile(
    # words for labels and for giving them, in English and in stems that other European languages share; "sentiment" is not
    # one of them, since markets have that
    r"\b(?:th[eè]m[ea]\w*|tema\b|thema|labell?\w*|classif\w*|klassif\w*|clasif\w*|categor\w*|tags?|tagged|annotat\w*"
    r"|instru[ck]\w*|anweisung\w*|consignes?|prompts?|assistant|answer|output|override|system message)\b",
    re.IGNORECASE,
)
_THEME = re.compile(rf"\b(?:{_THEMES})\b", re.IGNORECASE)
_TONE = re.compile(rf"\b(?:{_TONES})\b", re.IGNORECASE)
_MARKER_NAMES = ("markup", "answer", "label", "identifier", "order", "numbered line")
_MARKERS = (
    # <|im_start|>assistant   </item>   [INST]   <<SYS>>   ### Instruction
    re.compile(
        r"<\|[^|>\n]{1,30}\|>|</?(?:item|system|user|assistant|inst|sys|s)>|\[/?INST\]|<</?SYS>>|^\s*#{2,}\s|```",
        re.IGNORECASE,
    ),
    # "theme":"macro"   sentiment = negative   Correct label: trade
    re.compile(
        rf"\b(?:theme|sentiment|label|category|tag|tone|mood|output|answer)[\"']?\s{{0,3}}[:=]\s{{0,3}}[\"'(]?(?:{_THEMES}|{_TONES})\b"
        r"|\"(?:theme|sentiment|also|sentence)\"\s{0,3}:",
        re.IGNORECASE,
    ),
    # -> macro, positive   the category is policy
    re.compile(
        rf"(?:->|=>|→)\s?(?:{_THEMES}|{_TONES})\b"
        rf"|\b(?:theme|category|classification|label)\b[^.\n]{{0,25}}\b(?:is|are|be|as)\s(?:{_THEMES}|{_TONES})\b",
        re.IGNORECASE,
    ),
    # a label's name that is no word of any language
    re.compile(r"\b(?:ai_semis|property_credit)\b", re.IGNORECASE),
    # ignore all previous instructions   every item has the answer
    re.compile(
        r"\b(?:ignore|disregard|forget|override)\b[^.\n]{0,30}\b(?:instructions?|label guide|prompt|the above|you were told)\b"
        r"|\b(?:every|each|next|previous) item\b[^.\n]{0,30}\b(?:answer|label|theme|category|tone)\b"
        r"|\binstructions? continues?\b|\bremember(?:ed)? (?:the )?word\b",
        re.IGNORECASE,
    ),
    # [0] a line of the model's own form
    re.compile(r"^\s*\[[0-9]{1,3}\]\s"),
)
_SPEAKER = re.compile(
    r"(?:Example|Input|Output|Answer|Question|Assistant|User|System|Note|Q|A)\s?[0-9]{0,2}:", re.IGNORECASE
)
_BLOCK = re.compile(r"[A-Za-z0-9+/]{32,}")  # c2VudGltZW50PW5lZ2F0aXZl…, where it has small and large letters and digits
_SCRIPT = re.compile(  # runs, since one class of all ranges takes as long to compile as ten other patterns
    r"[\u0400-\u04ff]+|[\u0590-\u06ff]+|[\u0900-\u097f]+|[\u0e00-\u0e7f]+|[\u3040-\u30ff]+|[\u3400-\u9fff]+|[\uac00-\ud7af]+"
)
_FOREIGN = 0.3  # of a sentence's letters in another script than the item's
_LONGEST = 2_000  # characters of a sentence that are looked at
_REST = 60  # characters that a line of its own may hold beside what speaks to a model, and go with it
_HEADLINE_PARTS = re.compile(r"\s(?=[-–—|/]+\s)|\s(?=[(\[{])|(?<=[)\]}])\s")
_PARTS = re.compile(
    r"(?<=[.!?。!?])[\"')\]]{0,2}\s|\s(?=[{<\[])|(?<=[}>\]])\s|([A-Za-z0-9+/]{32,}={0,2})"  # a block is a piece of its own
)


@dataclass(frozen=True, slots=True)
class FencedItem:
    """`shown` is what the model sees; `hidden` is what was left out of it, each exactly as it stands in the item."""

    shown: DigestItem
    hidden: tuple[str, ...]


@lru_cache(maxsize=4096)
def fence_item(item: DigestItem) -> FencedItem:
    """The item without what speaks to a model; the item itself where there is no such thing, or nothing else.

    >>> told = fence_item(DigestItem(headline="Rates held", body="B. C.", sentences=("Theme: trade.", "They may fall.")))
    >>> told.hidden, told.shown.sentences
    (('Theme: trade.',), ('They may fall.',))
    """
    texts = (item.headline, *item.sentences)
    cut = [_cut(text, _HEADLINE_PARTS if not place else _PARTS) for place, text in enumerate(texts)]
    spoken = [[name_marker(part) is not None for part in parts] for parts in cut]
    for place, text in enumerate(texts):
        if name_marker(text) is not None and not any(spoken[place]):
            spoken[place] = [True] * len(cut[place])  # only as a whole does it speak to a model
    _spread(item, cut, spoken)
    hidden = tuple(
        part for parts, out in zip(cut, spoken, strict=True) for part, is_out in zip(parts, out, strict=True) if is_out
    )
    if not hidden:
        return FencedItem(item, ())
    runs = [_kept_runs(text, parts, out) for text, parts, out in zip(texts, cut, spoken, strict=True)]
    headline, sentences = " ".join(runs[0]), tuple(run for told in runs[1:] for run in told)
    if not (headline or sentences):
        return FencedItem(item, hidden)
    body = _rebuild(item, runs[1:])
    return FencedItem(replace(item, headline=headline, body=body, sentences=sentences), hidden)


def name_marker(text: str) -> str | None:
    """What in a sentence or headline speaks to a model; None where nothing does."""
    text = text[:_LONGEST]
    for name, pattern in zip(_MARKER_NAMES, _MARKERS, strict=True):
        if pattern.search(text):
            return name
    if any(_is_encoded(block) for block in _BLOCK.findall(text)):
        return "encoded"
    if _THEME.search(text) and _TONE.search(text) and _ABOUT_LABELS.search(text):
        return "labels"
    letters = sum(c.isalpha() for c in text)
    if letters and max(text) >= "\u0400" and sum(map(len, _SCRIPT.findall(text))) > _FOREIGN * letters:
        return "another script"
    return None


def _is_encoded(block: str) -> bool:
    return any(c.islower() for c in block) and any(c.isupper() for c in block) and any(c.isdigit() for c in block)


def _cut(text: str, boundary: re.Pattern[str]) -> list[str]:
    """The text in pieces, each as it stands there: what speaks to a model may hang on a sentence that does not."""
    return [part for piece in boundary.split(text[:_LONGEST]) if piece and (part := piece.strip())] + [
        text[_LONGEST:]
    ] * (len(text) > _LONGEST)


def _spread(item: DigestItem, cut: list[list[str]], spoken: list[list[bool]]) -> None:
    """What belongs to such a piece goes with it: the rest of a line of its own, lines with a speaker, and on either side what
    is no more than an answer or the word before one. Headlines apart."""
    if not any(any(out) for out in spoken[1:]):
        return
    lines = _number_lines(item)
    size, honest = Counter[int](), Counter[int]()
    for parts, out, line in zip(cut[1:], spoken[1:], lines, strict=True):
        size[line] += sum(map(len, parts))
        honest[line] += sum(len(part) for part, is_out in zip(parts, out, strict=True) if not is_out)
    longest = size.most_common(1)[0][0]
    tainted = {line for line, out in zip(lines, spoken[1:], strict=True) if any(out) and honest[line] < _REST} - {
        longest
    }
    for number, (parts, line) in enumerate(zip(cut[1:], lines, strict=True), 1):
        for place, piece in enumerate(parts):
            if line in tainted or _SPEAKER.match(piece):
                spoken[number][place] = True
    places = [(number, place) for number, parts in enumerate(cut) if number for place in range(len(parts))]
    for _ in range(2):
        before = {at: spoken[at[0]][at[1]] for at in places}
        for here, at in enumerate(places):
            beside = [before[other] for other in places[max(0, here - 1) : here] + places[here + 1 : here + 2]]
            if any(beside) and _is_scrap(cut[at[0]][at[1]]):
                spoken[at[0]][at[1]] = True


def _number_lines(item: DigestItem) -> list[int]:
    """On which line of the body each sentence stands."""
    lines, at = [], 0
    for sentence in item.sentences:
        at = max(at, item.body.find(sentence, at))
        lines.append(item.body.count("\n", 0, at))
    return lines


def _is_scrap(piece: str) -> bool:
    """ "A: trade.", "-> macro, positive.", "Answer:", "[1]": a label with hardly a word more, or a few words that end in nothing."""
    words = [word for word in re.split(r"\W+", piece) if word]
    labels = sum(bool(_THEME.fullmatch(word) or _TONE.fullmatch(word)) for word in words)
    return (labels > 0 and len(words) - labels <= 1) or (len(words) <= 2 and piece[-1] in ":]>=")


def _kept_runs(text: str, parts: list[str], spoken: list[bool]) -> list[str]:
    """What is left of a text, in runs that stand in it word for word."""
    runs: list[str] = []
    start: int | None = None
    at = 0
    for part, out in zip(parts, spoken, strict=True):
        begin = text.index(part, at)
        if out and start is not None:
            runs.append(text[start:at].strip())
            start = None
        elif not out and start is None:
            start = begin
        at = begin + len(part)
    if start is not None:
        runs.append(text[start:].strip())
    return [run for run in runs if any(c.isalnum() for c in run)]


def _rebuild(item: DigestItem, runs: list[list[str]]) -> str:
    """The body with what is left of each sentence, paragraphs as they were."""
    body, at = "", 0
    for sentence, kept in zip(item.sentences, runs, strict=True):
        start = item.body.find(sentence, at)
        between = "\n" if "\n" in item.body[at : max(at, start)] else " "
        at = max(at, start) + len(sentence)
        if kept:
            body += (between if body else "") + " ".join(kept)
    return body
