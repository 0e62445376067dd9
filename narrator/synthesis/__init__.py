"""Synthesises a script: makes clips of its lines, and renders chunks of an audiobook on workers."""
