"""Labels one item at a time: themes and prompts are data, every answer is checked before anybody sees it."""
