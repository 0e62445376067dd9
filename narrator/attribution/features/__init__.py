"""What the scoring nets read: one module per group of features."""
