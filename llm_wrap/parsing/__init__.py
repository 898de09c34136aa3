"""Text lines in, records and issues out. No I/O, no model, no exception for bad input."""
