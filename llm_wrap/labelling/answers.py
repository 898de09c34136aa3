"""What instructor asks a model for: two response models, and how their answers become one plain form.

The docstrings and descriptions of the response models are prompt text: a server sees them in the schema.
- quoted: any model; it copies its evidence out of the item, and a quote that is not there is asked for again once.
- numbered: embedded models, which are small; they name the sentence, so their evidence is exact by construction.

No text field has a maximum length in its schema: llama.cpp unrolls it into its grammar, and takes a minute over 400
characters. `MAX_TOKENS` bounds the answer, `checks` its parts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from llm_wrap.labelling.checks import locate_evidence
from llm_wrap.labelling.fencing import fence_item
from llm_wrap.models import SENTIMENTS, DigestItem

if TYPE_CHECKING:
    from pydantic import BaseModel

AnswerForm = Literal["quoted", "numbered"]
MAX_TOKENS: Mapping[AnswerForm, int] = {"quoted": 300, "numbered": 96}
SUMMARY_TOKENS = 120  # more where a sentence about the item is asked for with its labels
_WITHOUT_NUMBER = re.compile(r"^\[[0-9]{1,3}\] ")  # "[2] words": a line's number, copied with its words
SCHEMA_VERSION = 1  # raised when a response model changes, so that no old answer is taken for a new one


def response_model(
    form: AnswerForm, themes: tuple[str, ...], item: DigestItem, *, summarise: bool = False
) -> type[BaseModel]:
    """The pydantic model that the answer about `item` must fit, as far as it is shown. Its labels are closed sets; a summary comes behind them, and
    an answer without one is still good for its labels."""
    item = fence_item(item).shown
    more = _summary_fields() if summarise else {}
    return _quoted_model(themes, item, more) if form == "quoted" else _numbered_model(themes, item, more)


def _summary_fields() -> dict[str, Any]:
    from pydantic import Field

    return {
        "summary": (str, Field("", description="one sentence of at most 30 words, in facts of the item only")),
        "summary_sentences": (
            list[int],
            Field(
                default_factory=list,
                max_length=6,
                description="numbers in brackets of the lines that the summary rests on",
            ),
        ),
    }


def _ask_for_all(schema: dict[str, Any]) -> None:
    """Every field is asked for, also one that we can do without."""
    schema["required"] = list(schema["properties"])


def plain_answer(form: AnswerForm, answer: BaseModel, item: DigestItem) -> dict[str, Any]:
    """The answer as a plain dict, the same for both forms: what the cache keeps and `checks` look at."""
    item = fence_item(item).shown
    given = answer.model_dump()
    if form == "quoted":
        return given
    summary: dict[str, Any] = {name: given[name] for name in ("summary", "summary_sentences") if name in given}
    return {
        **summary,
        "theme": given["theme"],
        "secondary_themes": given["also"],
        "sentiment": given["sentiment"],
        "sentiment_target": given["target"],
        "evidence": numbered_line(item, int(given["sentence"])),
    }


def line_numbers(item: DigestItem) -> range:
    """The numbers of the lines that a model which names the sentence is shown: 0 is the headline."""
    return range(0 if item.headline else 1, len(item.sentences) + 1)


def numbered_line(item: DigestItem, number: int) -> str:
    """The headline or the sentence that such a model means by `number`."""
    return item.headline if number == 0 else item.sentences[number - 1]


def _quoted_model(themes: tuple[str, ...], item: DigestItem, more: dict[str, Any]) -> type[BaseModel]:
    from pydantic import ConfigDict, Field, create_model, field_validator

    # The item comes by closure and not by instructor's `context`, which would render the messages as Jinja templates:
    # "{{ ... }}" in a wrap is text.
    def hold_against_item(cls: type, value: str) -> str:
        value = _WITHOUT_NUMBER.sub("", value)
        if locate_evidence(value, item) is None:
            raise ValueError(
                "evidence: these words are not in the item; copy two or more words exactly as they stand there"
            )
        return value

    theme: Any = Literal[themes]
    sentiment: Any = Literal[SENTIMENTS]
    validators: Any = {"hold_against_item": field_validator("evidence")(hold_against_item)}
    return create_model(
        "ItemLabels",
        __config__=ConfigDict(extra="forbid", json_schema_extra=_ask_for_all),
        __doc__="The labels of one digest item.",
        __validators__=validators,
        evidence=(str, Field(description="words of the item, copied exactly, that decide the labels")),
        theme=(theme, Field(description="what the item is about")),
        secondary_themes=(list[theme], Field(max_length=2, description="none, one or two further themes")),
        sentiment=(sentiment, Field(description="likely direct effect on the target's equities")),
        sentiment_target=(str, Field(description="region, sector or company, in words of the item")),
        **more,
    )


def _numbered_model(themes: tuple[str, ...], item: DigestItem, more: dict[str, Any]) -> type[BaseModel]:
    from pydantic import ConfigDict, Field, create_model

    theme: Any = Literal[themes]
    sentiment: Any = Literal[SENTIMENTS]
    number: Any = Literal[tuple(line_numbers(item))]
    return create_model(
        "ItemLabels",
        __config__=ConfigDict(extra="forbid", json_schema_extra=_ask_for_all),
        theme=(theme, ...),
        also=(list[theme], Field(max_length=2)),
        sentiment=(sentiment, ...),
        target=(str, ...),
        sentence=(number, ...),
        **more,
    )
