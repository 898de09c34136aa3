"""A file, a mail, a page or standard input to clean text. The only room that reads wraps from disk."""

from llm_wrap.sources.folder import find_wraps, list_wraps
from llm_wrap.sources.text import DEFAULT_LIMIT, SourceText, read_wrap_text

__all__ = ["DEFAULT_LIMIT", "SourceText", "find_wraps", "list_wraps", "read_wrap_text"]
