"""The report of an evaluation: its content once, as blocks, and a renderer each for Markdown and HTML."""
