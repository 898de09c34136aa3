"""`llm-wrap schema`: the JSON Schemas that others build on."""

from __future__ import annotations

import json
from typing import Any

from llm_wrap.brief.document import document_schema
from llm_wrap.cli.output import write_text
from llm_wrap.evaluation.schema import case_schema, item_schema
from llm_wrap.labelling.themes import load_themes


def run_schema(form: str | None) -> int:
    """Prints the schema of the published document, of a "case" or of a labelled "item"."""
    write_text(json.dumps(find_schema(form), indent=2, ensure_ascii=False), None)
    return 0


def find_schema(form: str | None) -> dict[str, Any]:
    """As `run_schema` prints it."""
    document: dict[str, Any] = document_schema()
    if form == "case":
        return case_schema(document["properties"]["wrap"], load_themes().names)
    return item_schema(load_themes().names) if form == "item" else document
