"""Invented briefs: one with everything in it, one with too much, one that no model was asked about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from llm_wrap.labelling.themes import load_themes
from llm_wrap.models import (
    SENTIMENTS,
    Brief,
    Cite,
    CompanyNews,
    ConfidenceSource,
    CurrencyRate,
    DaySentence,
    DigestItem,
    EconomicPrint,
    Evidence,
    IndexLevel,
    ItemLabel,
    LabelledItem,
    LabelStatus,
    MarketWrap,
    Mover,
    ParseIssue,
    Provenance,
    Section,
    Sentiment,
    Summary,
    SummaryKind,
    Table,
    TableRow,
    TitleMove,
    Usage,
)
from llm_wrap.parsing.sentences import split_sentences
from llm_wrap.reading.day import read_day

MODEL = "embedded/SmolLM2-135M-Instruct"
PROMPT = "label_item@sha256:5f0c2b7d9e4a11c08d6c3f2b7a9e0d1c4b8f6a2e3d5c7b9a0f1e2d3c4b5a6978"

_STORIES: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "Memory makers lift capex plans as HBM orders run into 2027",
        "Hanseo Memory (004410.KS) raised its 2026 equipment budget by 18% to KRW21.4T and said HBM capacity is sold "
        "out through next year (Maeil). Peer Nanto Semicon (6871.JP) brought forward a clean-room opening by two "
        "quarters (Nikkei).\nAnalysts noted that lead times for bonding tools have stretched to 14 months. Tool "
        "supplier Kibaru Precision (7731.JP) said orders in the quarter to September were the highest in its history.",
        ("004410.KS", "6871.JP", "7731.JP"),
        ("Maeil", "Nikkei"),
    ),
    (
        "Washington and Brasilia extend tariff truce, details thin",
        "Negotiators agreed to keep the 10% rate on steel slab for another 90 days (Reuters). Importers welcomed "
        "the extension; US mills said the pause leaves them exposed to dumped material. No date is set for more talks.",
        (),
        ("Reuters",),
    ),
    (
        "Japan machinery orders fall more than expected in October",
        "Core machinery orders dropped 3.4% m/m versus consensus for a 1.1% decline, a third straight fall. The "
        'Cabinet Office cut its assessment to "stalling" (Nikkei). Economists said the figure lowers the odds of a '
        "December rate rise.",
        (),
        ("Nikkei",),
    ),
    (
        "Cloud groups said to slow leases of data-centre space in Johor",
        "Two US cloud operators have paused talks on a combined 400 MW of new capacity (Bloomberg). Landlord Tebrau "
        "Digital (5302.MK) said existing contracts are unaffected.",
        ("5302.MK",),
        ("Bloomberg",),
    ),
    (
        "Ruyang Homes bondholders approve extension of three onshore notes",
        "Holders agreed to push maturities of CNY4.6B of notes out by two years, according to an exchange filing. "
        "Ruyang Homes (2911.HK) still has $310M of offshore debt due in March.",
        ("2911.HK",),
        (),
    ),
    (
        "RBA minutes due Tuesday",
        "The Reserve Bank publishes the minutes of its November meeting on Tuesday at 11:30 Sydney time.",
        (),
        (),
    ),
    (
        "Regulator consults on shorter settlement cycle",
        "The exchange operator in Hong Kong opened a two-month consultation on T+1 settlement (SCMP). Brokers are "
        "split on the cost of the change.",
        (),
        ("SCMP",),
    ),
)


def make_item(
    headline: str, body: str, line: int, tickers: tuple[str, ...] = (), sources: tuple[str, ...] = ()
) -> DigestItem:
    """An item with its sentences cut as the parser cuts them."""
    sentences = tuple(sentence for paragraph in body.split("\n") for sentence in split_sentences(paragraph))
    return DigestItem(headline=headline, body=body, sentences=sentences, line=line, tickers=tickers, sources=sources)


def make_label(
    item: DigestItem,
    index: int,
    theme: str,
    sentiment: Sentiment,
    words: str,
    *,
    secondary: tuple[str, ...] = (),
    target: str | None = None,
    confidence: float | None = 0.97,
    source: ConfidenceSource = "logprob",
    status: LabelStatus = "labelled",
    reason: str | None = None,
) -> LabelledItem:
    """A label whose evidence is `words` where the item has them."""
    start = item.text.index(words)
    label = ItemLabel(
        theme=theme,
        secondary_themes=secondary,
        sentiment=sentiment,
        sentiment_target=target,
        confidence=confidence,
        confidence_source=source,
        evidence=(Evidence(text=words, start=start, end=start + len(words)),),
    )
    provenance = Provenance(
        model=MODEL, prompt=PROMPT, cached=index % 2 == 0, prompt_tokens=412, completion_tokens=38, attempts=1
    )
    return LabelledItem(source="digest", item=index, status=status, reason=reason, label=label, provenance=provenance)


def make_summary(item: int, text: str, kind: SummaryKind) -> Summary:
    """A summary that cites the item's first sentence."""
    return Summary(
        source="digest", item=item, text=text, kind=kind, cites=(Cite(source="digest", item=item, sentence=0),)
    )


def make_items() -> tuple[DigestItem, ...]:
    return tuple(make_item(head, body, 9 + 2 * n, tick, src) for n, (head, body, tick, src) in enumerate(_STORIES))


def make_wrap() -> MarketWrap:
    """An invented session: no company, figure or story of it is real."""
    return MarketWrap(
        session_date=date(2025, 11, 18),
        title="Asia Market Recap: Nikkei (0.61%), Hang Seng +0.35% to 25912.40",
        title_moves=(
            TitleMove(name="Nikkei", change_pct=Decimal("-0.61")),
            TitleMove(name="Hang Seng", change_pct=Decimal("0.35"), level=Decimal("25912.40")),
        ),
        as_of="04:10 ET",
        region="asia",
        kind="recap",
        synopsis=(
            "Asia equities ended mixed Tuesday. Japan lagged after weak machinery orders. Memory names led in Seoul.",
            "US futures slightly lower, yen firmer against the dollar. Crude eased.",
        ),
        digest=make_items(),
        gainers=(
            Mover(
                change_pct=Decimal("11.8"),
                ticker="004410.KS",
                name="Hanseo Memory",
                reason="lifts 2026 capex; HBM sold out",
                line=26,
            ),
            Mover(
                change_pct=Decimal("4.2"),
                ticker="7731.JP",
                name="Kibaru Precision",
                reason="record quarterly orders",
                line=27,
            ),
            Mover(
                change_pct=Decimal("0.9"),
                ticker=None,
                name=None,
                reason="to buy back up to 3.0% of its shares",
                line=28,
            ),
        ),
        decliners=(
            Mover(
                change_pct=Decimal("-7.4"),
                ticker="5302.MK",
                name="Tebrau Digital",
                reason="cloud tenants said to pause leases",
                line=30,
            ),
            Mover(
                change_pct=Decimal("-2.0"),
                ticker="2911.HK",
                name="Ruyang Homes",
                reason="extends onshore notes",
                line=31,
            ),
        ),
        economic=(
            EconomicPrint(
                country="Japan",
                period="October",
                indicator="Core Machinery Orders m/m",
                status="preliminary",
                actual=Decimal("-3.4"),
                consensus=Decimal("-1.1"),
                prior=Decimal("-0.8"),
                unit="%",
                line=34,
            ),
            EconomicPrint(
                country="Australia",
                period="September",
                indicator="Trade Balance",
                revised=True,
                status="revised",
                actual=Decimal("3.94"),
                prior=Decimal("1.83"),
                unit="A$B",
                line=35,
            ),
            EconomicPrint(country=None, period=None, indicator="Consumer Sentiment", actual=Decimal("98.2"), line=36),
        ),
        markets=(
            IndexLevel(
                name="Nikkei",
                change=Decimal("-306.12"),
                change_pct=Decimal("-0.61"),
                level=Decimal("49876.54"),
                line=38,
            ),
            IndexLevel(
                name="Hang Seng",
                change=Decimal("90.30"),
                change_pct=Decimal("0.35"),
                level=Decimal("25912.40"),
                line=39,
            ),
            IndexLevel(
                name="KOSPI", change=Decimal("58.77"), change_pct=Decimal("1.44"), level=Decimal("4140.02"), line=40
            ),
            IndexLevel(
                name="S&P/ASX 200",
                change=Decimal("-0.00"),
                change_pct=Decimal("0.00"),
                level=Decimal("8612.30"),
                line=41,
            ),
            IndexLevel(name="SENSEX", change=None, change_pct=None, level=None, note="closed", line=42),
        ),
        currencies=(
            CurrencyRate(
                pair="$-¥", change=Decimal("-0.48"), change_pct=Decimal("-0.31"), level=Decimal("154.6150"), line=44
            ),
            CurrencyRate(
                pair="A$-$", change=Decimal("-0.00"), change_pct=Decimal("-0.06"), level=Decimal("0.6491"), line=45
            ),
        ),
        tables=(
            Table(
                name="Commodities",
                rows=(
                    TableRow(
                        name="WTI crude",
                        change=Decimal("-1.23"),
                        change_pct=Decimal("-1.97"),
                        level=Decimal("61.14"),
                        unit="$",
                        line=48,
                    ),
                    TableRow(
                        name="Gold",
                        change=Decimal("12.10"),
                        change_pct=Decimal("0.30"),
                        level=Decimal("4071.60"),
                        unit="$",
                        line=49,
                    ),
                ),
            ),
            Table(
                name="Government bonds",
                rows=(
                    TableRow(
                        name="JGB 10-yr",
                        change=Decimal("1.5"),
                        change_unit="bp",
                        level=Decimal("1.742"),
                        unit="%",
                        line=52,
                    ),
                ),
            ),
        ),
        company_news=(
            CompanyNews(ticker="6871.JP", text="brings forward clean-room opening by two quarters", line=55),
            CompanyNews(ticker=None, text="Two brokers start coverage of listed toll-road operators", line=56),
        ),
        sections=(
            Section(
                name="Looking ahead",
                lines=("Wednesday: Japan trade balance, Indonesia rate decision", "Thursday: China LPR"),
            ),
        ),
        disclaimer="Invented text for tests. Not investment advice.",
    )


def make_brief() -> Brief:
    """Seven items: five labelled, one under review, one without a label; all four sentiments."""
    items = make_items()
    labels = (
        make_label(
            items[0],
            0,
            "ai_semis",
            "positive",
            "HBM capacity is sold out through next year",
            target="Asian memory makers",
            secondary=("corporate",),
        ),
        make_label(
            items[1],
            1,
            "trade",
            "mixed",
            "US mills said the pause leaves them exposed",
            target="US and Brazilian steel",
            confidence=0.71,
        ),
        make_label(
            items[2], 2, "macro", "negative", "Core machinery orders dropped 3.4% m/m", target="Japanese capital goods"
        ),
        make_label(
            items[3],
            3,
            "ai_semis",
            "negative",
            "paused talks on a combined 400 MW",
            target="Johor data centres",
            secondary=("property_credit", "corporate"),
            confidence=0.8,
            source="votes",
        ),
        make_label(
            items[4],
            4,
            "property_credit",
            "positive",
            "approve extension of three onshore notes",
            target="Ruyang Homes",
            confidence=0.41,
            status="needs_review",
            reason="low_confidence",
        ),
        make_label(
            items[5], 5, "macro", "neutral", "minutes due Tuesday", target="Australia", confidence=None, source="none"
        ),
        LabelledItem(
            source="digest",
            item=6,
            status="unlabelled",
            reason="timeout",
            label=None,
            provenance=Provenance(model=MODEL, prompt=PROMPT, attempts=2),
        ),
    )
    summaries = (
        *(make_summary(n, items[n].sentences[0], "extractive") for n in (0, 1, 2, 4)),
        make_summary(3, "US cloud operators paused lease talks in Johor.", "abstractive"),
    )
    day = (
        DaySentence(
            text="Memory makers raised spending plans while Japan's machinery orders fell 3.4%.",
            kind="abstractive",
            cites=(Cite(source="digest", item=0, sentence=0), Cite(source="digest", item=2, sentence=0)),
        ),
        DaySentence(
            text="Japan lagged after weak machinery orders.",
            kind="extractive",
            cites=(Cite(source="synopsis", item=0, sentence=1),),
        ),
    )
    wrap = make_wrap()
    issues = (
        ParseIssue(
            line=38,
            kind="prose_table_mismatch",
            message="The table says -0.61%, the Synopsis says -0.8%.",
            text="Nikkei: (306.12) or (0.61%) to 49876.54",
        ),
        ParseIssue(
            line=10,
            kind="ticker_conflict",
            message="Hanseo Memory stands under two tickers: 004410.KS and 004410.KQ.",
            text="Hanseo Memory (004410.KS)",
        ),
        ParseIssue(line=0, kind="truncated", message="The text ends in the middle of a line.", text=""),
    )
    return Brief(
        wrap=wrap,
        issues=issues,
        items=items,
        labels=labels,
        summaries=summaries,
        day=day,
        reading=read_day(wrap, issues, labels, watch=("004410.KS", "BABA", "Nobody Holdings")),
        themes=load_themes().themes,
        usage=Usage(calls=6, cache_hits=4, prompt_tokens=2884, completion_tokens=266, cost_usd=Decimal("0")),
        model=MODEL,
        prompt=PROMPT,
        notes=("One item was not answered in time.",),
    )


def make_long_brief() -> Brief:
    """Sixty items in nine themes, very long names, and text in Chinese, Korean and Arabic."""
    base = make_brief()
    names = [theme.name for theme in base.themes]
    items = tuple(
        make_item(
            f"Headline {n} 半導体メモリー各社 삼성전자 أسعار النفط",
            "本日の市場は上昇。 النفط يرتفع بنسبة 2.5% اليوم. " + "word " * 60,
            10 + n,
        )
        for n in range(60)
    )
    labels = tuple(
        make_label(
            items[n], n, names[0] if n < 30 else names[n % 9], SENTIMENTS[n % 4], f"Headline {n}", target="Target " * 12
        )
        for n in range(60)
    )
    long = "Averylongcompanynamewithoutanyspace" * 4
    wrap = replace(
        base.wrap,
        digest=items,
        title="Title " * 40,
        gainers=(
            Mover(change_pct=Decimal("1234.56"), ticker="ABCDEFGHIJ.KS", name=long, reason=long + " reason", line=1),
        ),
        markets=(
            IndexLevel(
                name=long, change=Decimal("-123456.78"), change_pct=Decimal("-99.99"), level=Decimal("1234567.89")
            ),
        ),
        currencies=(
            CurrencyRate(pair="ปอนด์-" + long, change=Decimal("0.1"), change_pct=None, level=Decimal("1.234567")),
        ),
        sections=(Section(name=long, lines=(long, "نص عربي طويل")),),
    )
    return replace(base, wrap=wrap, items=items, labels=labels, summaries=())


def make_unlabelled_brief() -> Brief:
    """What --no-llm gives."""
    base = make_brief()
    return replace(base, labels=(), summaries=(), day=(), model=None, prompt=None, usage=Usage(), notes=())
