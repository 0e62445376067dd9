"""The job of making an audiobook, written once for all callers: command line and Python."""
