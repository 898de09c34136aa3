"""What instructor asks a model for: two response models, and how their answers become one plain form.

The docstrings and descriptions of the response models are prompt text: a server sees them in the schema.
- quoted: any model; it copies its evidence out of the item, and a quote that is not there is asked for again once.
- numbered: embedded models, which are small; they name the sentence, so their evidence is exact by construction.

No text field has a maximum length in its schema: llama.cpp unrolls it into its grammar, and takes a minute over 400
characters. `MAX_TOKENS` bounds the answer, `checks` its parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from llm_wrap.labelling.checks import locate_evidence
from llm_wrap.labelling.fencing import fence_item
from llm_wrap.models import SENTIMENTS, DigestItem

if TYPE_CHECKING:
    from pydantic import BaseModel

AnswerForm = Literal["quoted", "numbered"]
MAX_TOKENS: Mapping[AnswerForm, int] = {"quoted": 300, "numbered": 96}
SCHEMA_VERSION = 1  # raised when a response model changes, so that no old answer is taken for a new one


def response_model(form: AnswerForm, themes: tuple[str, ...], item: DigestItem) -> type[BaseModel]:
    """The pydantic model that the answer about `item` must fit, as far as it is shown. Its labels are closed sets."""
    item = fence_item(item).shown
    return _quoted_model(themes, item) if form == "quoted" else _numbered_model(themes, item)


def plain_answer(form: AnswerForm, answer: BaseModel, item: DigestItem) -> dict[str, Any]:
    """The answer as a plain dict, the same for both forms: what the cache keeps and `checks` look at."""
    item = fence_item(item).shown
    given = answer.model_dump()
    if form == "quoted":
        return given
    number = int(given["sentence"])
    return {
        "theme": given["theme"],
        "secondary_themes": given["also"],
        "sentiment": given["sentiment"],
        "sentiment_target": given["target"],
        "evidence": item.headline if number == 0 else item.sentences[number - 1],
    }


def _quoted_model(themes: tuple[str, ...], item: DigestItem) -> type[BaseModel]:
    from pydantic import ConfigDict, Field, create_model, field_validator

    # The item comes by closure and not by instructor's `context`, which would render the messages as Jinja templates:
    # "{{ ... }}" in a wrap is text.
    def hold_against_item(cls: type, value: str) -> str:
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
        __config__=ConfigDict(extra="forbid"),
        __doc__="The labels of one digest item.",
        __validators__=validators,
        evidence=(str, Field(description="words of the item, copied exactly, that decide the labels")),
        theme=(theme, Field(description="what the item is about")),
        secondary_themes=(list[theme], Field(max_length=2, description="none, one or two further themes")),
        sentiment=(sentiment, Field(description="likely direct effect on the target's equities")),
        sentiment_target=(str, Field(description="region, sector or company, in words of the item")),
    )


def _numbered_model(themes: tuple[str, ...], item: DigestItem) -> type[BaseModel]:
    from pydantic import ConfigDict, Field, create_model

    theme: Any = Literal[themes]
    sentiment: Any = Literal[SENTIMENTS]
    first = 0 if item.headline else 1  # [0] is the headline
    number: Any = Literal[tuple(range(first, len(item.sentences) + 1))]
    return create_model(
        "ItemLabels",
        __config__=ConfigDict(extra="forbid"),
        theme=(theme, ...),
        also=(list[theme], Field(max_length=2)),
        sentiment=(sentiment, ...),
        target=(str, ...),
        sentence=(number, ...),
    )
