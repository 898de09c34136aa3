"""`python -m tests.proofs.smtp_faults`: what becomes of a mail when the server misbehaves, fault by fault.

Each fault meets a mail in a real outbox over real sockets; afterwards the server is well and the run is repeated. Held for each:
the state is the right one, an ambiguous outcome is `unknown` and is not sent again by itself, and in the end the server has no
mail twice and none is lost.
"""

from __future__ import annotations

import ssl
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import trustme

from llm_wrap.delivery.deliver import Clock, Terms, deliver
from llm_wrap.delivery.line import Secret
from llm_wrap.delivery.outbox import NewMail, Outbox
from llm_wrap.delivery.smtp import Submission
from llm_wrap.mail_settings import MailSettings
from tests.fake_smtp import Act, FakeSmtp

DEADLINE_S = 0.6
NOW = datetime(2025, 11, 7, 6, 30, tzinfo=UTC)
TEXT = b"Message-ID: %s\r\nSubject: s\r\n\r\n.a line with a dot\r\n" + b"x" * 70 + b"\r\n"
BIG = b"y" * 70 + b"\r\n"


@dataclass(frozen=True)
class Fault:
    """One fault. `states`: of the mails, one a recipient, after the run that met it. `kept`: mails that the server kept."""

    name: str
    states: tuple[str, ...]
    acts: Mapping[str, Act | Callable[[str], Act]] = field(default_factory=dict)
    kept: int = 0
    security: str = "none"
    certificate: str = "good"  # good, untrusted, other_name, none
    user: str | None = None
    big: bool = False
    listening: bool = True
    offers: tuple[str, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether it is over only when the deadline is."""
        return any(isinstance(act, Act) and act.then in ("hang", "drip") for act in self.acts.values())


def _refuse_second(address: str) -> Act:
    return Act(b"550 no such user\r\n") if address.startswith("2@") else Act(b"250 ok\r\n")


FAULTS = (
    Fault("nobody listens", ("new",), listening=False),
    Fault("greeting 421", ("new",), {"connect": Act(b"421 busy\r\n", then="close")}),
    Fault("greeting 554", ("new",), {"connect": Act(b"554 go away\r\n")}),
    Fault("greeting never comes", ("new",), {"connect": Act(then="hang")}),
    Fault("greeting drips for ever", ("new",), {"connect": Act(b"220-a ", then="drip")}),
    Fault("dropped at EHLO", ("new",), {"ehlo": Act(then="close")}),
    Fault("EHLO answered for ever", ("new",), {"ehlo": Act(b"250-more\r\n", then="drip")}),
    Fault("no STARTTLS where it is required", ("new",), security="starttls", certificate="none"),
    Fault("STARTTLS refused", ("new",), {"starttls": Act(b"454 not now\r\n")}, security="starttls"),
    Fault(
        "no TLS behind STARTTLS",
        ("new",),
        {"starttls": Act(b"220 go\r\nnot TLS\r\n", then="close")},
        security="starttls",
    ),
    Fault("TLS handshake hangs", ("new",), {"starttls": Act(b"220 go\r\n", then="hang")}, security="starttls"),
    Fault("certificate of nobody we trust", ("new",), security="starttls", certificate="untrusted"),
    Fault("certificate of another name", ("new",), security="tls", certificate="other_name"),
    Fault("login refused", ("new",), {"auth": Act(b"535 wrong\r\n")}, user="u", offers=("AUTH PLAIN",)),
    Fault("login not now", ("new",), {"auth": Act(b"454 later\r\n")}, user="u", offers=("AUTH PLAIN",)),
    Fault("sender refused", ("new",), {"mail": Act(b"550 not you\r\n")}),
    Fault("sender not now", ("new",), {"mail": Act(b"451 later\r\n")}),
    Fault("recipient refused", ("refused",), {"rcpt": Act(b"550 no such user\r\n")}),
    Fault("recipient greylisted", ("new",), {"rcpt": Act(b"450 later\r\n")}),
    Fault("one of three recipients refused", ("sent", "refused", "sent"), {"rcpt": _refuse_second}, kept=2),
    Fault("dropped at RCPT", ("new",), {"rcpt": Act(then="reset")}),
    Fault("larger than the server's SIZE", ("refused",), offers=("SIZE 100",)),
    Fault("DATA refused", ("refused",), {"data": Act(b"554 no\r\n")}),
    Fault("DATA not now", ("new",), {"data": Act(b"451 later\r\n")}),
    Fault("DATA answered with 250", ("new",), {"data": Act(b"250 what\r\n")}),
    Fault("DATA never answered", ("new",), {"data": Act(then="hang")}),
    Fault("dropped in the text", ("new",), {"text": Act(then="reset")}, big=True),
    Fault("the text is not read", ("new",), {"text": Act(then="hang")}, big=True),
    Fault("text refused", ("refused",), {"dot": Act(b"554 spam\r\n")}),
    Fault("451 after the text, not kept", ("unknown",), {"dot": Act(b"451 try again\r\n")}),
    Fault("451 after the text, kept", ("unknown",), {"dot": Act(b"451 try again\r\n", store=True)}, kept=1),
    Fault("421 after the text, kept", ("unknown",), {"dot": Act(b"421 bye\r\n", store=True, then="close")}, kept=1),
    Fault("dropped before the 250, kept", ("unknown",), {"dot": Act(store=True, then="close")}, kept=1),
    Fault("dropped before the 250, not kept", ("unknown",), {"dot": Act(then="close")}),
    Fault("reset before the 250, kept", ("unknown",), {"dot": Act(store=True, then="reset")}, kept=1),
    Fault("dropped in the 250, kept", ("unknown",), {"dot": Act(b"25", store=True, then="close")}, kept=1),
    Fault(
        "dropped in a 250 of several lines, kept",
        ("unknown",),
        {"dot": Act(b"250-a\r\n", store=True, then="close")},
        kept=1,
    ),
    Fault("the 250 never comes, kept", ("unknown",), {"dot": Act(store=True, then="hang")}, kept=1),
    Fault("the 250 drips for ever, kept", ("unknown",), {"dot": Act(b"250-a ", store=True, then="drip")}, kept=1),
    Fault("no SMTP after the text, kept", ("unknown",), {"dot": Act(b"HTTP/1.1 200 OK\r\n", store=True)}, kept=1),
    Fault(
        "a line without end after the text, kept",
        ("unknown",),
        {"dot": Act(b"250 " + b"a" * 9000 + b"\r\n", store=True)},
        kept=1,
    ),
    Fault("354 after the text, kept", ("unknown",), {"dot": Act(b"354 more?\r\n", store=True)}, kept=1),
    Fault("dropped after the 250", ("sent",), {"dot": Act(b"250 queued\r\n", store=True, then="close")}, kept=1),
    Fault("dropped between two mails", ("sent", "sent"), {"dot": Act(b"250 ok\r\n", store=True, then="close")}, kept=2),
    Fault("QUIT never answered", ("sent",), {"quit": Act(then="hang")}, kept=1),
)


@dataclass(frozen=True)
class Result:
    """What became of the mails: states and reasons at first, states at last, what the server kept at first and at last."""

    states: tuple[str, ...]
    reasons: tuple[str | None, ...]
    final_states: tuple[str, ...]
    kept: int
    kept_at_last: int
    twice: int


def meet(fault: Fault, folder: Path) -> Result:
    """The fault, then a run with a server in good health."""
    server = FakeSmtp(
        fault.acts,
        tls=None if fault.security == "none" or fault.certificate == "none" else _server_tls(fault.certificate),
        implicit=fault.security == "tls",
        offers=fault.offers,
    )
    if not fault.listening:
        server.close()
    settings = MailSettings(
        host="127.0.0.1",
        port=server.port,
        security=fault.security,
        user=fault.user,
        deadline_s=DEADLINE_S if fault.waits else 30,
    )
    terms = Terms(sender="brief@example.com", owner="proof")
    with Outbox(folder, NOW) as outbox:
        for number in range(1, len(fault.states) + 1):
            message_id = f"<{number}@example.com>"
            text = TEXT % message_id.encode() + (BIG * 200_000 if fault.big else b"")
            mail = NewMail(
                kind="brief", recipient=f"{number}@example.com", subject="s", message_id=message_id, date=NOW, data=text
            )
            outbox.plan([mail], (), NOW)
        _run(outbox, settings, terms)
        first = outbox.deliveries()
        kept = len(server.stored)
        server.acts, server.offers = {}, tuple(word for word in fault.offers if not word.startswith("SIZE"))
        if server.tls is not None or fault.security != "none":
            server.tls = _server_tls("good")
        if fault.listening:
            _run(outbox, replace(settings, deadline_s=30), terms)
        ids = server.message_ids()
        server.close()
        return Result(
            states=tuple(mail.state for mail in first),
            reasons=tuple(mail.reason for mail in first),
            final_states=tuple(mail.state for mail in outbox.deliveries()),
            kept=kept,
            kept_at_last=len(ids),
            twice=len(ids) - len(set(ids)),
        )


def expected_at_last(fault: Fault) -> tuple[str, ...]:
    """With the server well again what surely was not accepted goes out; the rest stays as it was."""
    return tuple("sent" if state == "new" and fault.listening else state for state in fault.states)


def _run(outbox: Outbox, settings: MailSettings, terms: Terms) -> None:
    with Submission(settings, lambda: Secret("hunter2"), _authority_file()) as server:
        deliver(outbox, server, None, terms, Clock())


@cache
def _authorities() -> dict[str, trustme.CA]:
    return {"trusted": trustme.CA(), "untrusted": trustme.CA()}


@cache
def _authority_file() -> Path:
    path = Path(tempfile.mkdtemp()) / "ca.pem"
    _authorities()["trusted"].cert_pem.write_to_path(str(path))
    return path


@cache
def _server_tls(certificate: str) -> ssl.SSLContext:
    authority = _authorities()["untrusted" if certificate == "untrusted" else "trusted"]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("mail.example.com" if certificate == "other_name" else "127.0.0.1").configure_cert(context)
    return context


def main() -> int:
    """Prints the table; 1 where a fault ends wrongly."""
    wrong = twice = 0
    for fault in FAULTS:
        with tempfile.TemporaryDirectory() as folder:
            result = meet(fault, Path(folder))
        good = result.states == fault.states and result.final_states == expected_at_last(fault) and not result.twice
        good = good and result.kept == fault.kept
        wrong += not good
        twice += result.twice
        print(
            f"{'ok   ' if good else 'WRONG'} {fault.name:<44} {', '.join(result.states):<22} {result.reasons[0] or ''}"[
                :150
            ]
        )
    ambiguous = sum("unknown" in fault.states for fault in FAULTS)
    print(
        f"{len(FAULTS)} faults, {ambiguous} of them ambiguous; {wrong} ended in a wrong state, {twice} mails were sent twice"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
