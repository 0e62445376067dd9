"""Cues become reels: the clip cache, the pool of workers, and resuming."""
