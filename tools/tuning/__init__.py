"""Teaches the text models our field: ``make tune`` (docs/operating.md)."""
