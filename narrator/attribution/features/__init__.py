"""Computes the features that the scoring nets read, one module per group."""
