"""Joins clips into chunks of sound: trims and levels them, and adds pauses.

No other package uses pydub.
"""
