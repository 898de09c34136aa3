"""The baseline of `llm-wrap bench --hosted`: what a first script does, one instructor call after the other, nothing checked
but the schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import BaseModel


def ask_plainly(base_url: str, questions: Sequence[tuple[list[dict[str, str]], type[BaseModel]]]) -> None:
    """Asks each question of the server at `base_url` when the one before it is answered."""
    import instructor
    import openai

    with openai.OpenAI(base_url=base_url, api_key="none") as sdk:
        client = instructor.from_openai(sdk, mode=instructor.Mode.JSON_SCHEMA)
        for messages, response_model in questions:
            talk: list[Any] = list(messages)
            client.chat.completions.create(model="bench", messages=talk, response_model=response_model)
