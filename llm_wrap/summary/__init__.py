"""Sentences for an item and for the day, each with the sentences of the wrap that it rests on."""
