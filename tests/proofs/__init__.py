"""Proofs about the morning run, each a command that prints its figures; CI runs short forms of them (tests/delivery)."""
