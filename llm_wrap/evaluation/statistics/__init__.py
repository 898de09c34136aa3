"""How far a figure can be trusted: items of one wrap are alike, so the unit of chance is the wrap."""
