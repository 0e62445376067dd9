"""Judges clips by their sound, and chooses the best of several takes of a line."""
