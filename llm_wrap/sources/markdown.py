"""Markdown to plain text, line for line, so that line numbers stay those of the file.

Links become their text, escapes their character, table rows "a | b", a blank cell among them "a | | b"; emphasis keeps its words. Headings
stay headings, bold words that open a line bold ("## Digest"), bullets bullets.
"""

from __future__ import annotations

_ESCAPED = "\\`*_{}[]()#+-.!|>~$&<"


def looks_like_markdown(text: str) -> bool:
    """Whether the text has Markdown headings or links."""
    head = text[:20_000]
    return head.startswith(("# ", "## ")) or "\n## " in head or "\n# " in head or "](http" in head or "\n### " in head


def markdown_to_text(text: str) -> str:
    """The plain text, line for line.

    >>> markdown_to_text("## **Digest**\\n[Exports](https://example.org) \\\\+5%")
    '## Digest\\nExports +5%'
    """
    return "\n".join(_plain(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def _plain(line: str) -> str:
    if len(line) > 100_000:
        return line
    bare = line.strip()
    if bare.startswith("|"):
        inner = bare.removeprefix("|").replace("\\|", "\x1a").removesuffix("|")
        cells = [cell.strip() for cell in inner.split("|")]
        if all(cell and not cell.strip("-: ") for cell in cells):
            return ""
        while cells and not cells[-1]:
            cells.pop()
        line = (" | ".join(cells) if sum(map(bool, cells)) > 1 else "".join(cells)).replace("\x1a", "|")
    elif bare.startswith("#"):
        text = bare.lstrip("#").strip().rstrip("#").strip()
        line = f"{bare[: len(bare) - len(bare.lstrip('#'))]} {text}" if text else ""
    if "](" in line:
        line = _drop_links(line)
    opened = line.lstrip(" \t-*+•0123456789.)>")
    bold = line[: len(line) - len(opened)].endswith("**") and not bare.endswith("**") and line.count("**") == 2
    for mark in ("**", "__", "~~", "`"):
        if line.count(mark) >= 2 and not (mark == "**" and bold):
            line = line.replace(mark, "")
    line = _drop_emphasis(line)
    if "\\" in line:
        line = _unescape(line)
    return line.removesuffix("<br>").removesuffix("<br/>")


def _drop_links(line: str) -> str:
    """ "[text](address)" to "text", from left to right."""
    out: list[str] = []
    start = 0
    while True:
        middle = line.find("](", start)
        if middle < 0:
            break
        opened = line.rfind("[", start, middle)
        closed = line.find(")", middle)
        if opened < 0 or closed < 0:
            out.append(line[start : middle + 2])
            start = middle + 2
            continue
        out.append(line[start:opened].removesuffix("!"))
        out.append(line[opened + 1 : middle])
        start = closed + 1
    out.append(line[start:])
    return "".join(out)


def _drop_emphasis(line: str) -> str:
    """A whole line, or a bullet's whole text, in single marks: "*Digest:*", "- _Exports rise_"."""
    body = line.strip()
    for mark in ("*", "_"):
        if (
            len(body) > 2
            and body.startswith(mark)
            and body.endswith(mark)
            and body[1] not in " *_"
            and body.count(mark) == 2
        ):
            return line.replace(body, body[1:-1])
    return line


def _unescape(line: str) -> str:
    out: list[str] = []
    skip = False
    for index, char in enumerate(line):
        if skip:
            skip = False
            out.append(char)
        elif char == "\\" and index + 1 < len(line) and line[index + 1] in _ESCAPED:
            skip = True
        else:
            out.append(char)
    return "".join(out)
