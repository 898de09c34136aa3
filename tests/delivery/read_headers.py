"""Reads mails as this Python's own `email` package does. stdin: base64, one mail a line. stdout: a JSON array, one entry a mail.

Run by every Python that the machine has; standard library only. An entry: the names of the header as the modern and the old
policy read it, and once more after the modern one wrote it out again (what a relay or a filter does); the decoded values;
the number of parts.
"""

import base64
import json
import sys
from email import message_from_bytes
from email.policy import SMTP, compat32


def read(data):
    mail = message_from_bytes(data, policy=SMTP)
    values = {name: str(value) for name, value in mail.items()}
    again = message_from_bytes(mail.as_bytes(), policy=SMTP)
    rewritten = message_from_bytes(data, policy=SMTP)
    for name, value in values.items():  # a program that takes a value over into a new mail
        if name.lower() in ("subject", "from", "to", "list-id"):
            del rewritten[name]
            rewritten[name] = value
    return {
        "names": mail.keys(),
        "old": message_from_bytes(data, policy=compat32).keys(),
        "again": again.keys(),
        "rewritten": sorted(message_from_bytes(rewritten.as_bytes(), policy=SMTP).keys()),
        "values": values,
        "to": [address.addr_spec for address in mail["To"].addresses],
        "parts": [part.get_content_type() for part in mail.walk()],
    }


if __name__ == "__main__":
    json.dump([read(base64.b64decode(line)) for line in sys.stdin], sys.stdout)
