"""Reads a daily equity market wrap and writes a tagged brief: tables by parsing, labels by a language model."""

import logging

logging.getLogger(__name__).addHandler(logging.NullHandler())  # silent unless whoever uses it wants logs

__version__ = "0.1.0"
