from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from llm_wrap.brief.escaping import clean, escape_markdown, fit_encoding
from tests.brief.planting import PAYLOADS

_GFM = MarkdownIt("gfm-like")
# GitHub makes links of schemes, "www." and addresses; that "1.at" is one, too, is a guess of this parser.
_BARE_NAMES_STAY = MarkdownIt("gfm-like")
assert _BARE_NAMES_STAY.linkify is not None
_BARE_NAMES_STAY.linkify.set({"fuzzy_link": False})


def _is_break(token: Token) -> bool:
    """The comment that stands between the halves of an address."""
    return token.type == "html_inline" and token.content == "<!-- -->"


@given(st.text())
def test_clean_leaves_one_line_without_active_characters(text: str) -> None:
    cleaned = clean(text)
    assert not set(cleaned) & set("\x00\x07\x1b\x7f\x9b\n\r\u2028\u202e\u2066\u200b\ufeff\ud800")
    assert clean(cleaned) == cleaned


def test_clean_keeps_words_of_every_script() -> None:
    words = "半導体 삼성전자 أسعار النفط می‌خواهم किसान é ¥ – “x” 👍"
    assert clean(words) == words


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("frame", ["{}", "- {}", "### {}", "| {} | x |\n| --- | --- |\n| {} | y |", "> {}", "1. {}"])
def test_markdown_shows_the_payload_and_nothing_more(payload: str, frame: str) -> None:
    def render(words: str) -> tuple[list[str], str]:
        tokens = _GFM.parse(frame.replace("{}", words))
        kinds = [token.type for token in tokens]
        inner = [
            child
            for token in tokens
            for child in token.children or ()
            if (child.type, child.content) != ("html_inline", "<!-- -->")
        ]
        kinds += [child.type for child in inner if child.type != "text"]
        return kinds, "".join(child.content for child in inner if child.type == "text")

    kinds, shown = render(escape_markdown(payload))
    assert kinds == render("word")[0]
    assert clean(payload).split() == shown.split() or frame.count("{}") == 2


@example("1.at")
@example("www.at")
@given(st.text(alphabet="ab1.)*_-+#`[]()<>|!~\\&;:/@$= \t\nwht", max_size=30))
def test_markdown_of_any_text_is_one_plain_paragraph(text: str) -> None:
    escaped = escape_markdown(text)
    tokens = _BARE_NAMES_STAY.parse(f"x\n\n{escaped}\n\nx")
    assert {token.type for token in tokens} <= {"paragraph_open", "inline", "paragraph_close"}
    children = [
        child
        for token in tokens
        for child in token.children or ()
        if (child.type, child.content) != ("html_inline", "<!-- -->")
    ]
    guessed = [child.attrs.get("href", "") for token in _GFM.parse(escaped) for child in token.children or ()]
    assert not any("//www." in str(href).lower() for href in guessed)
    assert {child.type for child in children} <= {"text"}
    if escaped:
        assert "".join(child.content for child in children)[1:-1].split() == clean(text).split()


def test_fit_encoding_says_what_the_terminal_cannot_show() -> None:
    assert fit_encoding("$-¥ 半", "latin-1") == "$-¥ \\u534a"
    assert fit_encoding("“x” – y…", "ascii") == '"x" - y...'
    assert fit_encoding("“x”", "utf-8") == "“x”"
    assert fit_encoding("¥", "no-such-codec") == "\\xa5"
