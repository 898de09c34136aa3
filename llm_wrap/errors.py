"""Every error that we raise on purpose. One base, one subclass a cause; the CLI turns them into one line and an exit code.

LlmWrapError
├── InputError            exit 2: the file is missing, empty, binary, too large, or no market wrap
├── SettingsError         exit 2: a setting or an option is wrong
├── OutputError           exit 2: the brief cannot be written where it should go
├── MailError             a mail server or mailbox cannot be used; the run goes on without it and reports it (exit 1)
├── OutboxError           exit 2: the outbox cannot be read or written, or another run is under way
└── ModelError            exit 1: the brief still goes out, its items are `unlabelled(reason)`
    ├── ModelUnavailable  no weights, no server, no key: no further item needs to be tried
    └── AnswerRefused     this item's answer did not hold; the next one may
"""


class LlmWrapError(Exception):
    """The base of all errors of ours. Its text is one line: what failed, where, and what to do."""


class InputError(LlmWrapError):
    """The input cannot be read as a market wrap."""


class SettingsError(LlmWrapError):
    """An option, an environment variable or a line of the settings file is wrong."""


class OutputError(LlmWrapError):
    """The result cannot be written where it was to go."""


class MailError(LlmWrapError):
    """A mail server or a mailbox cannot be reached or refuses to serve us."""


class OutboxError(LlmWrapError):
    """The outbox cannot be opened or written, or another run has it."""


class ModelError(LlmWrapError):
    """A language model gave no answer that can be used.

    `reason` is the short, stable word that an unlabelled item carries, e.g. `timeout`.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class ModelUnavailable(ModelError):
    """The model cannot be reached at all (no weights, no server, bad key), so no further item needs to be tried."""


class AnswerRefused(ModelError):
    """The model answered, and the answer did not hold: not the schema, not a label, evidence not in the item."""


def printable(words: str) -> str:
    """What others wrote (a subject, a file's name, a server's answer) as a terminal may show it: no control, no line end.

    >>> print(printable("a recap\\x1b[2J"))
    a recap�[2J
    """
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in words)
