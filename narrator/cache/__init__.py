"""Stores results on disk, so that they are found again by a fingerprint of what they depend on."""
