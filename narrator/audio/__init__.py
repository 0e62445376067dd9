"""Clips become a reel of sound: trimming, levels, pauses, stitching. pydub lives here alone."""
