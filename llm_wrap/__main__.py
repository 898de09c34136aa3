"""`python -m llm_wrap` is the `llm-wrap` command."""

from llm_wrap.cli import main

main()
