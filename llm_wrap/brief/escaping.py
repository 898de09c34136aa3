"""Text of a wrap, made safe for a format. In: any string. Out: the same words, with nothing that acts.

`clean` is the first step of every format: it takes out what a terminal or a browser obeys instead of showing (escape
codes, bidi overrides, zero-width marks), so that "[31m" stays to be read and nothing is coloured, moved or reversed.
"""

from __future__ import annotations

import re

# Line breaks of any kind and tabs become one space. Everything else here is dropped: C0 and C1 controls, zero-width
# marks, bidi embeddings, overrides and isolates, interlinear annotation, language tags. Joiners (U+200C, U+200D) stay:
# Arabic, Persian and Indic words are spelled with them.
_BREAKS = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029]+")
_ACTIVE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")

_MARKDOWN_ALWAYS = frozenset("\\`*_[]<>|~$")
_TO_ASCII = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "−": "-",
        "…": "...",
        "·": "-",
        "\u00a0": " ",
        "→": "->",
    }
)


def clean(text: str) -> str:
    r"""`text` on one line, without control characters, bidi controls and lone surrogates.

    >>> clean("up\x1b[31m 2%\u202e\nnext")
    'up[31m 2% next'
    """
    return _SURROGATES.sub("\ufffd", _ACTIVE.sub("", _BREAKS.sub(" ", text)))


def fit_encoding(text: str, encoding: str) -> str:
    r"""`text` in characters that `encoding` can carry: typographic marks become ASCII, the rest is named by its code.

    >>> fit_encoding("$-¥ “flat” 2–3%", "ascii")
    '$-\\xa5 "flat" 2-3%'
    """
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_TO_ASCII).encode(encoding, "backslashreplace").decode(encoding)
    except LookupError:
        return fit_encoding(text, "ascii")
    return text


def escape_markdown(text: str) -> str:
    r"""`text` as GitHub-flavoured Markdown that shows it and does nothing else: no markup, link, image, HTML or math.

    >>> escape_markdown("1. [x](http://a.b) | <b>*5%*</b>")
    '1\\. \\[x\\](http\\://a.b) \\| \\<b\\>\\*5%\\*\\</b\\>'
    """
    line = clean(text).strip()
    out: list[str] = []
    for position, char in enumerate(line):
        if char in _MARKDOWN_ALWAYS or _starts_something(line, position, char):
            out.append("\\")
        out.append(char)
        if char == "@" and line[position + 1 : position + 2].isalnum():
            out.append("<!-- -->")  # addresses are linked after escapes are resolved: only a node in between stops it
    return "".join(out)


def _starts_something(line: str, position: int, char: str) -> bool:
    """Whether `char` opens a list, a link or an emoji where it stands, and is plain anywhere else."""
    following = line[position + 1 : position + 2]
    if char in "-+=":
        return position == 0 and following in ("", " ", char)
    if char == "#":
        return position == 0 or following.isalnum()
    if char == "&":
        return following.isalnum() or following == "#"
    if char in ".)":
        if position <= 9 and following in ("", " ") and line[:position].isdigit():
            return True
        return char == "." and line[max(0, position - 3) : position].lower() == "www"
    if char == ":":
        return following == "/" or following.isalpha()
    return False
