"""Turns a story into an audiobook.

A book is read, segmented into lines, attributed to characters, cast with voices, spoken into clips,
stitched into chapters and exported as an audiobook.
"""

__version__ = "0.1.0"
