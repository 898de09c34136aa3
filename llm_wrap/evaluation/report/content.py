"""What the report says: every figure of the first system, beside the others, and what each rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from llm_wrap.evaluation.agreement import Agreement
from llm_wrap.evaluation.items import EvalSet
from llm_wrap.evaluation.metrics.calibration import ReliabilityBin
from llm_wrap.evaluation.predictions import Header
from llm_wrap.evaluation.report.blocks import (
    THIN,
    Block,
    Figure,
    Heading,
    Paragraph,
    Row,
    Table,
    show_estimate,
    show_share,
)
from llm_wrap.evaluation.score import Answered, FieldScore, SystemScore, cases_of, is_accepted, is_right
from llm_wrap.evaluation.statistics.interval import estimate_share

_SHOWN = 6  # errors of a field


def build_report(
    evals: EvalSet, header: Header, systems: Sequence[SystemScore], agreement: Sequence[Agreement] = ()
) -> tuple[Block, ...]:
    """The blocks, in order. `systems[0]` is what the report is about; the others stand beside it."""
    main = systems[0]
    return (
        *_introduce(evals, header),
        *_compare_figures(systems),
        *_show_agreement(agreement),
        *_show_confidence(systems),
        *_show_coverage(header, main),
        *_show_labels(main),
        *_show_confusions(main),
        *_show_clustering(main),
        *_show_slices(main),
        *_show_errors(main),
    )


def _introduce(evals: EvalSet, header: Header) -> Iterator[Block]:
    wraps = len({one.group for one in evals.items})
    yield Heading(f"{header.model} on {evals.name}")
    of_what = f"of {wraps} wraps" if wraps < len(evals.items) else "that came one by one"
    yield Paragraph(
        f"{len(evals.items)} items {of_what}. In brackets: 95 % intervals, clustered by wrap (shares: Wilson of the "
        "effective number of items, arXiv 2411.00640; macro-F1 and kappa: bootstrap over wraps). An item without a label "
        'counts as wrong everywhere. "Accepted" counts every label that a careful second reader could also give.'
    )
    hashes = ", ".join(f"{name} {value}" for name, value in header.hashes.items())
    yield Paragraph(f"Bound to: {hashes}.")


def _compare_figures(systems: Sequence[SystemScore]) -> Iterator[Block]:
    yield Heading("Figures, beside what any model has to beat")
    if any(system.name == "second reader" for system in systems):
        yield Paragraph("The second reader is held against the first alone, as neither knew what the other had said.")
    rows: list[Row] = []
    for name, told in systems[0].fields.items():
        figures: tuple[tuple[str, Callable[[FieldScore], str]], ...] = (
            ("as labelled", lambda score: show_estimate(score.strict)),
            ("accepted", lambda score: show_estimate(score.accepted)),
            ("macro-F1", lambda score: show_estimate(score.macro_f1)),
            ("kappa", lambda score: show_estimate(score.kappa)),
        )
        for words, show in figures:
            cells = (f"{told.field.title}: {words}", *(show(system.fields[name]) for system in systems))
            rows.append(Row(cells, grey=told.items < THIN))
    yield Table(("", *(system.name for system in systems)), tuple(rows))


def _show_agreement(agreement: Sequence[Agreement]) -> Iterator[Block]:
    if not agreement:
        return
    yield Heading("How far two readers agreed")
    yield Paragraph(
        "The second labelling against the first, as both stood before anything was settled between them; a model that agrees "
        "more with the outcome than the readers did with each other has learned more than the labels can tell."
    )
    rows = []
    for one in agreement:
        cells = (show_estimate(one.score.strict), show_estimate(one.score.kappa), str(one.decided))
        rows.append(Row((one.score.field.title, str(one.score.items), *cells)))
    yield Table(("", "items", "same label", "kappa", "decided afterwards"), tuple(rows))


def _show_confidence(systems: Sequence[SystemScore]) -> Iterator[Block]:
    sure = [system for system in systems if any(score.confidence for score in system.fields.values())]
    if not sure:
        yield Heading("Confidence")
        yield Paragraph("This model gives no probabilities, so nothing can be said of how sure it is.")
        return
    from llm_wrap.evaluation.report.plots import draw_coverage, draw_reliability

    yield Heading("Confidence")
    yield Paragraph(
        "Right means accepted. The calibration error (10 bins of equal size) of an honest model of the same confidences would lie "
        "in the band. Accuracy at 80 and 90 % coverage is over the items that the model is surest of."
    )
    rows = []
    for name, told in sure[0].fields.items():
        for system in sure:
            score = system.fields[name].confidence
            if score is None:
                continue
            band = f"{score.band[0]:.3f}–{score.band[1]:.3f}" if score.band else "–"
            figures = (score.brier_shown, score.brier_all, score.ece, score.at_80, score.at_90, score.risk)
            shown = [show_share(value) for value in figures]
            shown.insert(3, band)
            rows.append(Row((told.field.title, system.name, *shown)))
    columns = (
        "",
        "",
        "Brier, shown label",
        "Brier, all labels",
        "calibration error",
        "band",
        "at 80 %",
        "at 90 %",
        "mean risk",
    )
    yield Table(columns, tuple(rows), text_columns=2)
    for name, told in sure[0].fields.items():
        scores = {system.name: system.fields[name].confidence for system in sure}
        known = {label: score for label, score in scores.items() if score}
        title = told.field.title
        yield Figure(
            draw_reliability({label: score.bins for label, score in known.items()}, title),
            f"Reliability of {title}: "
            + "; ".join(f"{one.confidence:.2f} → {one.accuracy:.2f}" for one in _bins(told)),
        )
        yield Figure(
            draw_coverage({label: score.points for label, score in known.items()}, title),
            f"Risk against coverage of {title}.",
        )


def _bins(score: FieldScore) -> Sequence[ReliabilityBin]:
    return score.confidence.bins if score.confidence else ()


def _show_coverage(header: Header, main: SystemScore) -> Iterator[Block]:
    yield Heading("Coverage, latency and cost")
    rows = [case.row for case in main.answered]
    missing = [row for row in rows if row.status == "unlabelled"]
    review = [case for case in main.answered if case.row.status == "needs_review"]
    sure = [case for case in main.answered if case.row.status == "labelled"]
    reasons = ", ".join(f"{reason} {count}" for reason, count in Counter(row.reason for row in missing).most_common())
    told = [("unlabelled", f"{len(missing)} of {len(rows)}" + (f" ({reasons})" if reasons else ""))]
    limit = "" if header.review_below is None else f" (confidence under {header.review_below:g})"
    told.append((f"sent to review{limit}", f"{len(review)} of {len(rows)}"))
    for name, score in main.fields.items():
        parts = []
        for words, cases in (("shown", sure), ("sent to review", review)):
            known = cases_of(score.field, cases)
            share = estimate_share(
                [is_accepted(score.field, case) for case in known], [case.one.group for case in known]
            )
            parts.append(f"{words} {show_estimate(share) if share else '–'}")
        told.append((f"{main.fields[name].field.title}, accepted", "; ".join(parts)))
    sources = Counter(row.confidence_source for row in rows if row.status != "unlabelled")
    told.append(("confidence from", ", ".join(f"{name} {count}" for name, count in sources.most_common())))
    asked = [row for row in rows if row.attempts]
    if asked:
        first = sum(row.attempts == 1 and row.status != "unlabelled" for row in asked)
        seconds = sorted(row.seconds for row in asked if row.seconds is not None)
        told.append(("valid at the first try", f"{first} of {len(asked)} asked"))
        told.append(("retries", str(sum(row.attempts - 1 for row in asked))))
        told.append(
            ("seconds an item", f"median {_quantile(seconds, 0.5):.2f}, 95 % under {_quantile(seconds, 0.95):.2f}")
        )
        tokens = sum(row.prompt_tokens for row in asked), sum(row.completion_tokens for row in asked)
        told.append(("tokens an item", f"{tokens[0] / len(asked):.0f} in, {tokens[1] / len(asked):.0f} out"))
    told.append(("from the cache", str(sum(row.cached for row in rows))))
    cost = header.usage.get("cost_usd")
    told.append(("cost", "unknown" if cost is None else f"US${cost}"))
    yield Table(("", ""), tuple(Row(cells) for cells in told), text_columns=2)


def _show_labels(main: SystemScore) -> Iterator[Block]:
    yield Heading("Label by label")
    yield Paragraph(f"Grey: fewer than {THIN} items, too few to go by.")
    for score in main.fields.values():
        rows = tuple(
            Row(
                (one.label, show_share(one.precision), show_share(one.recall), show_share(one.f1), str(one.support)),
                grey=one.support < THIN,
            )
            for one in score.labels
        )
        yield Table((score.field.title, "precision", "recall", "F1", "items"), rows)


def _show_confusions(main: SystemScore) -> Iterator[Block]:
    yield Heading("Taken for what")
    yield Paragraph("Rows are true, columns are said; the last column is items without a label.")
    for score in main.fields.values():
        rows = []
        for label, counts in zip(score.field.labels, score.confusions, strict=True):
            total = max(1, sum(counts))
            heat = (0.0, *(count / total for count in counts))
            rows.append(
                Row((label, *(str(count) if count else "·" for count in counts)), grey=sum(counts) < THIN, heat=heat)
            )
        yield Table((score.field.title, *score.field.labels, "no label"), tuple(rows))


def _show_clustering(main: SystemScore) -> Iterator[Block]:
    yield Heading("What the items are worth")
    yield Paragraph(
        "Items of one wrap are right and wrong together; effective is how many independent ones say as much."
    )
    rows = []
    for score in main.fields.values():
        told = score.clustering
        cells = (f"{told.correlation:.3f}", f"{told.effective:.0f}") if told else ("–", "–")
        rows.append(Row((score.field.title, str(score.items), str(score.wraps), *cells)))
    yield Table(("", "items", "wraps", "correlation within a wrap", "effective items"), tuple(rows))


def _show_slices(main: SystemScore) -> Iterator[Block]:
    yield Heading("Slices")
    yield Paragraph(f"Accepted labels. Grey: fewer than {THIN} items.")
    lengths = sorted(len(case.one.item.text.split()) for case in main.answered)
    short, long = _quantile(lengths, 1 / 3), _quantile(lengths, 2 / 3)

    def length_of(case: Answered) -> str:
        words = len(case.one.item.text.split())
        return (
            f"up to {short:.0f} words"
            if words <= short
            else f"more than {long:.0f} words"
            if words > long
            else "between"
        )

    slices: Mapping[str, Callable[[Answered], str | None]] = {
        "region": lambda case: case.one.region,
        "length": length_of,
        "date": lambda case: case.one.date and f"{case.one.date[:4]} Q{(int(case.one.date[5:7]) + 2) // 3}",
        "style": lambda case: case.one.style,
        "borderline": lambda case: "borderline" if case.one.borderline else "plain",
    }
    rows = []
    for name, key in slices.items():
        parts: dict[str, list[Answered]] = {}
        for case in main.answered:
            value = key(case)
            if value is not None:
                parts.setdefault(value, []).append(case)
        if len(parts) < 2:
            continue
        for value, cases in sorted(parts.items()):
            rows.append(Row((name, value, str(len(cases)), *_slice_shares(main, cases)), grey=len(cases) < THIN))
    yield Table(("", "", "items", *(score.field.title for score in main.fields.values())), tuple(rows), text_columns=2)


def _slice_shares(main: SystemScore, cases: Sequence[Answered]) -> Iterator[str]:
    for score in main.fields.values():
        known = cases_of(score.field, cases)
        share = estimate_share([is_accepted(score.field, case) for case in known], [case.one.group for case in known])
        yield show_estimate(share) if share else "–"


def _show_errors(main: SystemScore) -> Iterator[Block]:
    yield Heading("The most confident errors")
    yield Paragraph("Labels that nobody would accept, the surest first, with the words that the model rests them on.")
    rows = []
    for score in main.fields.values():
        if score.field.name == "theme_rollup" and "theme" in main.fields:
            continue  # they are among those of the nine
        wrong = [
            case
            for case in cases_of(score.field, main.answered)
            if not is_accepted(score.field, case) and not is_right(score.field, case)
        ]
        wrong.sort(key=lambda case: -(score.field.confidence(case.row) or 0.0))
        for case in wrong[:_SHOWN]:
            sure = score.field.confidence(case.row)
            said, true = (
                score.field.said(case.row) or f"no label ({case.row.reason})",
                score.field.truth(case.one) or "",
            )
            evidence = " / ".join(str(part["text"]) for part in case.row.evidence)
            headline = case.one.item.headline or case.one.item.body[:80]
            rows.append(Row((score.field.title, case.one.id, headline, true, said, show_share(sure), evidence)))
    yield Table(("", "item", "headline", "true", "said", "sure", "evidence"), tuple(rows), text_columns=7)


def _quantile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the sorted values lie; 0 of none."""
    return values[min(len(values) - 1, int(share * len(values)))] if values else 0.0
