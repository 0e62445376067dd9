"""Synthesises a script: clips, chunks of an audiobook, and the workers that render them."""
