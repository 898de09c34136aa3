"""Text lines in, records and issues out. No I/O, no model; only `require_wrap` raises for bad input."""

from llm_wrap.parsing.wrap import LineAccount, account_lines, parse_wrap, require_wrap

__all__ = ["LineAccount", "account_lines", "parse_wrap", "require_wrap"]
