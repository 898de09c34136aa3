"""Attacks on labels: text put into items, and whether the label changes. Pure.

A flip is any change of theme or sentiment from what the same model says of the item as it was; an obeyed attack is a flip to a
label that the attack asked for. The item's neighbours must be labelled exactly as before.
"""

from __future__ import annotations

import base64
import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, get_args

from llm_wrap.errors import InputError
from llm_wrap.evaluation.items import EvalItem
from llm_wrap.evaluation.predictions import Prediction
from llm_wrap.evaluation.statistics.interval import Estimate, estimate_share
from llm_wrap.labelling.themes import ThemeSet
from llm_wrap.models import SENTIMENTS, DigestItem
from llm_wrap.parsing.sentences import make_item

Where = Literal["start", "middle", "end", "headline", "lines"]
CONTROL = "control"
_BASES = 30  # items, at least: an attack may work on one item and not on another
_OPPOSITE = {"positive": "negative", "negative": "positive", "mixed": "positive", "neutral": "negative"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """One way of attacking, as evals/attacks/attacks.toml explains; `number` is its place there."""

    number: int
    kind: str
    where: Where
    text: str
    second: str | None = None
    encode: str | None = None
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AttackedItem:
    """An item with an attack in it.

    Attributes:
        attacked: what is asked about; its labels are those of `base`, the item as it was.
        theme, sentiment: what the attack asks for.
        neighbour: the item after it in its wrap, with the second half of the attack where it has one.
    """

    attack: Attack
    base: EvalItem
    attacked: EvalItem
    theme: str
    sentiment: str
    neighbour: EvalItem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttackOutcome:
    """What an attacked item's label became. `flipped` is either label; `obeyed` is what was asked for."""

    told: AttackedItem
    clean: Prediction
    after: Prediction

    @property
    def theme_flipped(self) -> bool:
        return self.clean.theme != self.after.theme

    @property
    def sentiment_flipped(self) -> bool:
        return self.clean.sentiment != self.after.sentiment

    @property
    def flipped(self) -> bool:
        return self.theme_flipped or self.sentiment_flipped

    @property
    def obeyed(self) -> bool:
        theme = self.theme_flipped and self.after.theme == self.told.theme
        return theme or (self.sentiment_flipped and self.after.sentiment == self.told.sentiment)


@dataclass(frozen=True, slots=True, kw_only=True)
class KindScore:
    """The outcomes of one kind; `flips` with its interval, clustered by the item that was attacked."""

    kind: str
    items: int
    flipped: int
    obeyed: int
    themes: int
    sentiments: int
    flips: Estimate


def load_attacks(path: Path) -> tuple[Attack, ...]:
    """The attacks of a TOML file. InputError says what is wrong with it."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("attack", [])
        attacks = tuple(Attack(number=number, **row) for number, row in enumerate(rows))
    except OSError as error:
        raise InputError(f"{path}: cannot read these attacks ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError) as error:
        raise InputError(f"{path}: not a file of attacks ({error})") from error
    odd = next((one for one in attacks if one.where not in get_args(Where)), None)
    if odd is not None or not attacks:
        raise InputError(f"{path}: attack {odd.number if odd else 0}: where is one of {', '.join(get_args(Where))}")
    return attacks


def inject_attacks(
    attacks: Sequence[Attack], items: Sequence[EvalItem], themes: ThemeSet, *, each: int = 4
) -> Iterator[AttackedItem]:
    """Each attack in `each` of the items, which are chosen so that all items get about as many."""
    usable = [
        one for one in items if one.item.headline and len(one.item.sentences) >= 2 and one.theme and one.sentiment
    ]
    if not usable:
        raise InputError(
            "no item here that could be attacked: they need a headline, a body of two sentences and labels"
        )
    usable = usable[:: max(1, len(usable) // _BASES)]
    after = {one.id: following for one, following in pairwise(items) if one.group == following.group}
    place = 0
    for attack in attacks:
        for _ in range(each):
            base = usable[place % len(usable)]
            place += 1
            yield inject(attack, base, after.get(base.id), themes)


def inject(attack: Attack, base: EvalItem, neighbour: EvalItem | None, themes: ThemeSet) -> AttackedItem:
    """The attack in `base`, asking for labels that nobody would give it."""
    theme, sentiment = _wanted_theme(attack, base, themes), _wanted_sentiment(base)
    title = next(one.title for one in themes.themes if one.name == theme)

    def fill(text: str) -> str:
        told = text.format(theme=theme, sentiment=sentiment, title=title)
        return base64.b64encode(told.encode("utf-8")).decode("ascii") if attack.encode == "base64" else told

    if neighbour is not None and attack.second is not None:
        neighbour = replace(neighbour, item=_put(neighbour.item, attack.where, fill(attack.second)))
    return AttackedItem(
        attack=attack,
        base=base,
        attacked=replace(
            base,
            id=f"{base.id}+attack{attack.number}",
            group=base.id,
            item=_put(base.item, attack.where, fill(attack.text)),
        ),
        theme=theme,
        sentiment=sentiment,
        neighbour=neighbour,
    )


def score_attacks(outcomes: Iterable[AttackOutcome]) -> tuple[KindScore, ...]:
    """A line a kind, then all attacks together, then those that were held out of making the defence; the control last."""
    told = list(outcomes)
    by_kind: dict[str, list[AttackOutcome]] = {}
    for one in told:
        by_kind.setdefault(one.told.attack.kind, []).append(one)
    control = by_kind.pop(CONTROL, [])
    attacks = [one for rows in by_kind.values() for one in rows]
    held = [one for one in attacks if one.told.attack.held]
    lines = [*by_kind.items(), ("all attacks", attacks), ("of them held out", held), (CONTROL, control)]
    return tuple(_score(kind, rows) for kind, rows in lines if rows)


def _score(kind: str, rows: Sequence[AttackOutcome]) -> KindScore:
    flips = [one.flipped for one in rows]
    return KindScore(
        kind=kind,
        items=len(rows),
        flipped=sum(flips),
        obeyed=sum(one.obeyed for one in rows),
        themes=sum(one.theme_flipped for one in rows),
        sentiments=sum(one.sentiment_flipped for one in rows),
        flips=estimate_share(flips, [one.told.base.id for one in rows]) or Estimate(float("nan"), None, None),
    )


def _wanted_theme(attack: Attack, base: EvalItem, themes: ThemeSet) -> str:
    wrong = [name for name in themes.names if name not in base.theme_ok and name not in base.secondary_themes]
    place = hashlib.sha256(f"{attack.number}:{base.id}".encode()).digest()[0]
    return wrong[place % len(wrong)]


def _wanted_sentiment(base: EvalItem) -> str:
    opposite = _OPPOSITE[base.sentiment or "neutral"]
    if opposite not in base.sentiment_ok:
        return opposite
    return next((name for name in SENTIMENTS if name not in base.sentiment_ok), opposite)


def _put(item: DigestItem, where: Where, text: str) -> DigestItem:
    headline, body = item.headline, item.body
    match where:
        case "headline":
            headline = f"{headline} {text}"
        case "start":
            body = f"{text} {body}"
        case "end":
            body = f"{body} {text}"
        case "lines":
            body = f"{body}\n{text}"
        case "middle":
            first = item.sentences[0]
            body = body.replace(first, f"{first} {text}", 1)
    return make_item(headline, body)


def changed_neighbours(before: Mapping[str, Prediction], after: Iterable[Prediction]) -> list[str]:
    """The ids of neighbours whose status or labels are not exactly what they were."""
    return sorted({row.id for row in after if _labels(row) != _labels(before[row.id])})


def _labels(row: Prediction) -> tuple[Any, ...]:
    return row.status, row.theme, row.sentiment, row.secondary_themes, row.sentiment_target
