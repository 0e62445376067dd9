"""Normalisation: turns written text into the words that are spoken.

It spells out numbers, abbreviations and symbols, and applies the user's lexicon.
"""
