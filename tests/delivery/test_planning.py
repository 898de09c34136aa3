"""Who gets what, in full or by name; what is late; which text is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from llm_wrap.delivery.archive import StoredWrap
from llm_wrap.delivery.identity import describe_wrap, identify_wrap
from llm_wrap.delivery.planning import (
    LONGEST_BREAK,
    drop_replaced,
    is_late,
    is_weekday,
    last_deadline,
    make_message_id,
    select_wraps,
    wants,
)
from llm_wrap.mail_settings import Recipient
from llm_wrap.models import DigestItem, IndexLevel, MarketWrap, Region, WrapKind
from llm_wrap.models.delivery import Edition, WrapIdentity
from llm_wrap.parsing import parse_wrap
from tests.proofs.wraps import make_wrap

MONDAY = date(2025, 11, 3)
NOON = datetime(2025, 11, 3, 12, tzinfo=UTC)


def stored(
    number: int, day: date | None, region: Region = "asia", kind: WrapKind = "recap", edition: int = 1
) -> StoredWrap:
    identity = WrapIdentity(region=region, kind=kind, session_date=day, text_hash=None if day else str(number))
    made = Edition(
        identity=identity,
        number=edition,
        content_hash=str(number),
        name="w",
        origin="o",
        received=NOON + timedelta(minutes=number),
    )
    return StoredWrap(id=number, edition=made, title=None, planned=False)


def ids(wraps: tuple[StoredWrap, ...]) -> list[int]:
    return [wrap.id for wrap in wraps]


def test_the_newest_of_each_row_is_in_full_and_the_others_by_name() -> None:
    wraps = [
        stored(1, MONDAY),
        stored(2, MONDAY + timedelta(days=1)),
        stored(3, MONDAY, region="europe", kind="pre-open"),
        stored(4, MONDAY, kind="preview"),
        stored(5, MONDAY - timedelta(days=3), region="europe", kind="pre-open"),
    ]
    chosen = select_wraps(wraps, Recipient(address="a@x"))
    assert (ids(chosen.full), ids(chosen.listed)) == ([2, 4, 3], [1, 5])


def test_a_correction_and_a_wrap_without_a_date_are_never_by_name_only() -> None:
    wraps = [stored(1, MONDAY, edition=2), stored(2, MONDAY + timedelta(days=1)), stored(3, None), stored(4, None)]
    chosen = select_wraps(wraps, Recipient(address="a@x"))
    assert (sorted(ids(chosen.full)), ids(chosen.listed)) == ([1, 2, 3, 4], [])


def test_of_several_editions_the_last_counts() -> None:
    wraps = [
        stored(1, MONDAY),
        stored(2, MONDAY, edition=3),
        stored(3, MONDAY, edition=2),
        stored(4, MONDAY, region="us"),
    ]
    assert ids(drop_replaced(wraps)) == [2, 4]


@pytest.mark.parametrize(
    ("wraps", "wanted"),
    [
        ((), True),
        (("asia",), True),
        (("recap",), True),
        (("ASIA recap",), True),
        (("asia pre-open",), False),
        (("europe", "us recap"), False),
        (("europe", "asia"), True),
    ],
)
def test_what_a_reader_wants(wraps: tuple[str, ...], wanted: bool) -> None:
    identity = WrapIdentity(region="asia", kind="recap", session_date=MONDAY)
    assert wants(Recipient(address="a@x", wraps=wraps), identity) is wanted


@pytest.mark.parametrize(
    ("session", "today", "late"),
    [
        (MONDAY, MONDAY, False),
        (MONDAY, MONDAY + timedelta(days=1), False),
        (MONDAY, MONDAY + timedelta(days=2), True),
        (MONDAY - timedelta(days=3), MONDAY, False),  # Friday's on Monday
        (MONDAY - timedelta(days=4), MONDAY, True),  # Thursday's on Monday
        (MONDAY + timedelta(days=1), MONDAY, False),  # a preview of tomorrow
        (MONDAY - timedelta(days=366), MONDAY, True),
        (MONDAY - timedelta(days=367), MONDAY, True),
        (None, MONDAY, False),
    ],
)
def test_late_is_when_a_session_lies_between(session: date | None, today: date, late: bool) -> None:
    assert is_late(session, today, is_weekday) is late


def test_a_holiday_makes_nothing_late() -> None:
    assert not is_late(MONDAY, MONDAY + timedelta(days=2), lambda day: day != MONDAY + timedelta(days=1))


def test_the_last_deadline_is_the_trading_days_before() -> None:
    zone = ZoneInfo("Europe/London")
    now = datetime(2025, 11, 3, 9, tzinfo=zone)
    assert last_deadline(now, time(7, 30), is_weekday) == datetime(2025, 10, 31, 7, 30, tzinfo=zone)
    assert last_deadline(now, time(7, 30), lambda day: True) == datetime(2025, 11, 2, 7, 30, tzinfo=zone)
    never = last_deadline(now, time(7, 30), lambda day: False)
    assert (now.date() - never.date()).days == LONGEST_BREAK


def test_a_message_id_is_the_same_for_the_same_and_no_other() -> None:
    one = make_message_id("A@x", ["asia/recap/2025-11-03#1"], "Brief <brief@Bücher.example>")
    assert one == make_message_id("a@x", ["asia/recap/2025-11-03#1"], "brief@Bücher.example")
    assert one.startswith("<")
    assert one.endswith("@xn--bcher-kva.example>")
    assert one.isascii()
    others = {
        make_message_id("b@x", ["asia/recap/2025-11-03#1"], "brief@bücher.example"),
        make_message_id("a@x", ["asia/recap/2025-11-03#2"], "brief@bücher.example"),
        make_message_id("a@x", ["asia/recap/2025-11-03#1", "us"], "brief@bücher.example"),
    }
    assert len({one, *others}) == 4


def test_a_message_id_is_the_same_in_every_version() -> None:
    """After a lost outbox, or on another machine, a mail has to be the one that the folder of sent mail knows."""
    parts = ["asia/recap/2025-11-03#1", "us/recap/2025-11-03#2"]
    made = make_message_id("Analyst@Example.com", parts, '"Brief @ desk" <brief@example.com>')
    assert made == "<90dc68621a174f6984223f29acbd109d@example.com>"


def test_the_hash_of_a_content_is_the_same_in_every_version() -> None:
    """With another one each wrap that comes back would be mailed as a correction."""
    item = DigestItem(headline="Ports raise outlook:", body="Up 4.5% (Nikkei).", tickers=("9301.JP",), line=9)
    level = IndexLevel(
        name="Nikkei", change=Decimal("395.62"), change_pct=Decimal("0.89"), level=Decimal("44768.12"), line=20
    )
    wrap = MarketWrap(
        region="asia", kind="recap", session_date=MONDAY, title="A title", digest=(item,), markets=(level,)
    )
    _, content = identify_wrap(wrap)
    assert content == "6c084e89d49937a1d39f56027078b3c194dc4a1e9d9c52af0e63612cc177c3ff"
    shouted = replace(item, headline="PORTS  RAISE OUTLOOK", line=10)
    assert identify_wrap(replace(wrap, title=None, digest=(shouted,)))[1] == content
    assert identify_wrap(replace(wrap, digest=(replace(item, body="Up 4.6% (Nikkei)."),)))[1] != content


def test_a_wrap_is_described_by_its_title_or_its_first_headline() -> None:
    items = (
        DigestItem(headline="", body="b"),
        DigestItem(headline="First", body="b"),
        DigestItem(headline="Second", body="b"),
    )
    assert describe_wrap(MarketWrap(title="A title", digest=items)) == "A title"
    assert describe_wrap(MarketWrap(digest=items)) == "First"
    assert describe_wrap(MarketWrap(digest=items[:1])) is None


def test_a_wraps_identity_and_content() -> None:
    text = make_wrap(MONDAY).decode()
    wrap = parse_wrap(text).wrap
    identity, content = identify_wrap(wrap)
    assert (identity.key, identity.text_hash) == ("asia/recap/2025-11-03", None)
    same = parse_wrap("Subject: Fwd: wrap\n\n" + text.replace("Analysts had", "Analysts  had") + "\n\n").wrap
    assert identify_wrap(same) == (identity, content)
    other = parse_wrap(text.replace("0.89%", "0.88%")).wrap
    assert identify_wrap(other)[0] == identity
    assert identify_wrap(other)[1] != content


def test_a_wrap_without_a_date_is_told_by_its_text() -> None:
    text = "\n".join(line for line in make_wrap(MONDAY).decode().splitlines() if "2025" not in line)
    first, second = (parse_wrap(text.replace("machines", word)).wrap for word in ("machines", "tools"))
    assert first.session_date is None
    assert identify_wrap(first)[0].key != identify_wrap(second)[0].key
    assert identify_wrap(first)[0].key.endswith(identify_wrap(first)[1])
