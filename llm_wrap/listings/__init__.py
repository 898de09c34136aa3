"""Companies and their lines on exchanges: a table, and tickers of any house style as one thing. No wrap is read here."""

from llm_wrap.listings.symbols import Symbol, read_symbol
from llm_wrap.listings.table import Listing, merge_listings, own_listings, read_listings

__all__ = ["Listing", "Symbol", "merge_listings", "own_listings", "read_listings", "read_symbol"]
