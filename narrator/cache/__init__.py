"""Stores results on disk, each under a fingerprint of everything it depends on."""
