"""Reads a daily equity market wrap and writes a tagged brief: tables by parsing, labels by a language model."""

__version__ = "0.1.0"
