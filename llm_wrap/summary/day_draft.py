"""The day in a model's sentences: what it is shown, and which of its sentences may be shown. Pure.

line = "[" id "] " sentence          id = "S.1" (Synopsis, sentence 1) | "3.2" (item 3, sentence 2), all from 1
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llm_wrap.labelling.fencing import fence_item, name_marker
from llm_wrap.models import Cite, DaySentence, DigestItem, LabelledItem, Summary
from llm_wrap.parsing.sentences import split_sentences
from llm_wrap.summary.day import rank_items
from llm_wrap.summary.drafts import count_words
from llm_wrap.summary.guard import judge_sentence
from llm_wrap.summary.guard_verdict import Offence

DAY_WORDS = 120
FEWEST, MOST = 3, 5
_SYNOPSIS_LINES = 6
_LINES_AN_ITEM = 4


@dataclass(frozen=True, slots=True)
class DayLine:
    """A sentence of the wrap that the model may use. `context` names what it is about: its item's headline."""

    id: str
    text: str
    cite: Cite
    context: str


@dataclass(frozen=True, slots=True)
class JudgedDaySentence:
    """A model's sentence about the day, what it cites, and what the guard has against it."""

    text: str
    lines: tuple[DayLine, ...]
    offences: tuple[Offence, ...]


def choose_lines(
    synopsis: Sequence[str],
    items: Sequence[DigestItem],
    labels: Sequence[LabelledItem],
    summaries: Sequence[Summary],
) -> list[DayLine]:
    """The Synopsis' first sentences, then each item's: those that its summary rests on, and its first; the heaviest theme first."""
    opening = split_sentences(synopsis[0])[:_SYNOPSIS_LINES] if synopsis else ()
    lines = [
        DayLine(f"S.{number}", text, Cite(source="synopsis", item=0, sentence=number - 1), "")
        for number, text in enumerate(opening, 1)
        if name_marker(text) is None
    ]
    if labels and labels[0].source == "synopsis":
        lines = []  # the items are the Synopsis' paragraphs
    for place in rank_items(labels):
        item, summary = items[place], summaries[place]
        wanted = sorted({0, *(cite.sentence for cite in summary.cites)})[:_LINES_AN_ITEM]
        lines += [
            DayLine(
                f"{place + 1}.{number + 1}",
                item.sentences[number],
                Cite(source=labels[place].source, item=place, sentence=number),
                item.headline,
            )
            for number in wanted
            if number < len(item.sentences) and not fence_item(item).hidden
        ]
    return lines


def write_lines(lines: Sequence[DayLine], labels: Sequence[LabelledItem]) -> str:
    """The lines as the model reads them, with a heading for each theme."""
    written: list[str] = []
    heading = ""
    for line in lines:
        label = labels[line.cite.item].label if not line.id.startswith("S.") else None
        theme = "session" if line.id.startswith("S.") else label.theme if label else "other news"
        if theme != heading:
            written.append(f"{theme}:")
            heading = theme
        written.append(f"[{line.id}] {line.text}")
    return "\n".join(written)


def judge_day(answer: Mapping[str, Any], lines: Sequence[DayLine]) -> list[JudgedDaySentence]:
    """The sentences of a model's answer, in the order of their first lines, each with the guard's verdict."""
    known = {line.id: line for line in lines}
    order = {line.id: place for place, line in enumerate(lines)}
    judged: list[JudgedDaySentence] = []
    given = answer.get("sentences")
    for one in given[:MOST] if isinstance(given, list) else []:
        if not isinstance(one, Mapping) or not isinstance(one.get("text"), str):
            continue
        cites = one.get("cites")
        names = [str(name).strip("[] ") for name in cites] if isinstance(cites, list) else []
        cited = sorted({name for name in names if name in known}, key=lambda name: order[name])
        judged.append(_judge(" ".join(one["text"].split()), [known[name] for name in cited], lines))
    return sorted(judged, key=lambda one: order[one.lines[0].id] if one.lines else len(order))


def _judge(text: str, cited: list[DayLine], lines: Sequence[DayLine]) -> JudgedDaySentence:
    """The verdict, once the other lines of the cited items that bear the sentence out are cited as well."""
    offences = _offences(text, cited)
    near = {(line.cite.source, line.cite.item) for line in cited}
    for line in lines:
        if not offences:
            break
        if line not in cited and (line.cite.source, line.cite.item) in near:
            fewer = _offences(text, [*cited, line])
            if len(fewer) < len(offences):
                cited, offences = [*cited, line], fewer
    return JudgedDaySentence(text, tuple(cited), offences)


def _offences(text: str, cited: Sequence[DayLine]) -> tuple[Offence, ...]:
    headline = "; ".join(dict.fromkeys(line.context for line in cited if line.context))
    return judge_sentence(text, [line.text for line in cited], headline).offences


def compose_day(
    judged: Sequence[JudgedDaySentence], instead: Sequence[DaySentence], lines: Sequence[DayLine]
) -> tuple[DaySentence, ...]:
    """Three to five sentences: those that hold, at most 120 words of them, and sentences of `instead` for the others.

    In the order of `lines`. A sentence of `instead` about an item that is told already is left out.
    """
    chosen: list[DaySentence] = []
    words = 0
    for one in judged:
        size = count_words(one.text)
        if one.offences or not one.lines or words + size > DAY_WORDS:
            continue
        words += size
        cites = tuple(line.cite for line in one.lines)
        chosen.append(DaySentence(text=one.text, kind="abstractive", cites=cites))
    wanted = max(FEWEST, min(MOST, len(judged)))
    told = {(cite.source, cite.item) for sentence in chosen for cite in sentence.cites}
    for sentence in instead:
        if len(chosen) >= wanted:
            break
        if not any((cite.source, cite.item) in told for cite in sentence.cites):
            chosen.append(sentence)
    first: dict[tuple[str, int], int] = {}
    for place, line in enumerate(lines):
        first.setdefault((line.cite.source, line.cite.item), place)
    return tuple(sorted(chosen, key=lambda one: min(first.get((c.source, c.item), len(lines)) for c in one.cites)))
