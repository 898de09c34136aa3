"""`llm-wrap eval run`: labels a set and writes the predictions.

Rows go to FILE.part as they come; a run that was stopped finds them there, if they are of the same question, and asks only
about the rest. FILE itself appears whole.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from llm_wrap.cli.output import check_out, write_text
from llm_wrap.cli.progress import show_progress
from llm_wrap.config import Settings
from llm_wrap.errors import InputError, OutputError
from llm_wrap.evaluation.cases import Split
from llm_wrap.evaluation.fields import make_fields
from llm_wrap.evaluation.items import EvalSet, check_themes, load_corpus_items, load_rows, take_items
from llm_wrap.evaluation.mapping import load_data, read_mapping
from llm_wrap.evaluation.metrics.accuracy import accuracy
from llm_wrap.evaluation.predictions import (
    Header,
    Prediction,
    bind_hashes,
    header_line,
    predictions_text,
    read_predictions,
    row_line,
)
from llm_wrap.evaluation.score import cases_of, is_accepted, is_right, join_predictions
from llm_wrap.labelling.task import LabellingTask, item_key
from llm_wrap.labelling.themes import ThemeSet, load_themes
from llm_wrap.models import Usage
from llm_wrap.prediction import find_task, open_answers, predict_items

TRAIN = Path("evals/train")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Which items: a split of a corpus, or a labelled set with its mapping. `limit` takes some of them only."""

    corpus: Path = Path("evals/corpus")
    split: Split = "dev"
    data: Path | None = None
    mapping: str | None = None
    limit: int | None = None

    def to_plain(self) -> dict[str, Any]:
        """What the header keeps, so that a report finds the set again."""
        return {key: str(value) if isinstance(value, Path) else value for key, value in asdict(self).items()}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Source:
        """What `to_plain` wrote."""
        return cls(
            corpus=Path(plain["corpus"]),
            split=plain["split"],
            data=Path(plain["data"]) if plain["data"] else None,
            mapping=plain["mapping"],
            limit=plain["limit"],
        )


def load_source(source: Source) -> EvalSet:
    """The items of a source. InputError where they are not there."""
    if source.data is not None:
        evals = load_data(source.data, read_mapping(source.mapping) if source.mapping else None)
    elif source.split == "train":
        evals = load_rows(sorted(TRAIN.glob("*.jsonl")), "training items")
    else:
        evals = load_corpus_items(source.corpus, source.split)
    return evals if source.limit is None else take_items(evals, source.limit)


def run_eval(source: Source, out: Path, settings: Settings, environment: Mapping[str, str]) -> int:
    """Labels, writes `out`, and says on stderr how it went; 1 where items are unlabelled."""
    check_out(out)
    evals, themes = load_source(source), load_themes(settings.themes)
    check_themes(evals, themes)
    with open_answers(settings) as cache:
        task = find_task(themes, settings, environment, cache)
        header = Header(
            model=task.model_name,
            data=evals.name,
            source=source.to_plain(),
            items=len(evals.items),
            hashes=bind_hashes(task, evals.digest),
            review_below=task.calibration.review_below,
        )
        part = out.with_name(f"{out.name}.part")
        known = _read_part(part, header, task, evals)
        rest = [one for one in evals.items if one.id not in known]
        _begin(part, header, known.values())
        with part.open("a", encoding="utf-8") as file, show_progress() as reporter:

            def keep(row: Prediction) -> None:
                file.write(row_line(row))
                file.flush()

            run = predict_items(rest, themes, settings, environment, cache, reporter=reporter, on_row=keep)
    rows = {**known, **{row.id: row for row in run.rows}}
    ordered = [rows[one.id] for one in evals.items]
    write_text(predictions_text(replace(header, usage=_plain_usage(run.usage)), ordered), out)
    with suppress(OSError):
        part.unlink()
    _summarise(evals, themes, ordered, run.notes, out)
    return 1 if any(row.status == "unlabelled" for row in ordered) else 0


def _read_part(part: Path, header: Header, task: LabellingTask, evals: EvalSet) -> dict[str, Prediction]:
    """The rows of a run that was stopped, if it asked the same of the same model. Unlabelled ones are tried again."""
    if not part.is_file():
        return {}
    try:
        told = read_predictions(part, whole=False)
    except InputError:
        return {}
    if told.header.hashes != header.hashes or told.header.model != header.model:
        return {}
    asked = {one.id: item_key(task, one.item)[:16] for one in evals.items}
    return {row.id: row for row in told.rows if row.status != "unlabelled" and asked.get(row.id) == row.asked}


def _begin(part: Path, header: Header, known: Iterable[Prediction]) -> None:
    try:
        part.write_text(header_line(header) + "".join(map(row_line, known)), encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{part}: cannot write what was said ({error.strerror})") from error


def _plain_usage(usage: Usage) -> dict[str, Any]:
    return {
        key: str(value) if key == "cost_usd" and value is not None else value for key, value in asdict(usage).items()
    }


def _summarise(evals: EvalSet, themes: ThemeSet, rows: Sequence[Prediction], notes: Sequence[str], out: Path) -> None:
    answered = join_predictions(evals, rows)
    parts = []
    for field in make_fields(evals, themes):
        cases = cases_of(field, answered)
        strict = accuracy([is_right(field, case) for case in cases])
        accepted = accuracy([is_accepted(field, case) for case in cases])
        parts.append(f"{field.title} {strict:.3f} (accepted {accepted:.3f})")
    if not parts:
        parts.append(
            "nothing is scored, since no column of the set is a theme or a sentiment: --map theme=COLUMN names one"
        )
    missing = sum(row.status == "unlabelled" for row in rows)
    print(f"llm-wrap: {out}: {len(rows)} items, {missing} unlabelled; {'; '.join(parts)}", file=sys.stderr)
    for note in notes:
        print(f"llm-wrap: {note}", file=sys.stderr)
