"""Which mails may be wraps, by sender and subject. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses

from llm_wrap.delivery.line import clean_words
from llm_wrap.sources.mail import read_subject

_HEADER_READ = 2_000  # characters


@dataclass(frozen=True, slots=True)
class MailFilter:
    """`senders`: addresses, or "@example.com" for all of a domain; () is anybody. `subject`: words; None is any."""

    senders: tuple[str, ...] = ()
    subject: str | None = None

    def match(self, message: Message) -> str | None:
        """The decoded subject of a mail that matches, "" where it has none; None for another mail.

        The From header can be forged by anybody whom the mail server lets through: this sorts mail, it does not authenticate it.
        """
        subject = clean_words(read_subject(message))
        if self.subject is not None and self.subject.casefold() not in subject.casefold():
            return None
        if self.senders and not any(self._fits(address) for address in _addresses(message.get("From"))):
            return None
        return subject

    def _fits(self, address: str) -> bool:
        for sender in (entry.strip().casefold() for entry in self.senders):
            if address == sender or (sender.startswith("@") and address.endswith(sender)):
                return True
        return False


def _addresses(header: object) -> list[str]:
    return [address.casefold() for _, address in getaddresses([str(header or "")[:_HEADER_READ]]) if address]
