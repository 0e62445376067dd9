"""Listens to a finished audiobook, and compares what it hears with the text."""
