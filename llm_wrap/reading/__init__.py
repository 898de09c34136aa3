"""What a wrap says about itself, found by code alone: tape, exposure, calendar, expectations, attribution, watchlist.

`day.read_day` has all of it. It is not imported here: its modules compile hundreds of patterns, and some of them are wanted alone.
"""
