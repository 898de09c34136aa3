"""The `llm-wrap` command."""


def main() -> None:
    """Entry point of the console script."""
    raise SystemExit("not built yet")
