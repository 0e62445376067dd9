"""Writes files and folders atomically, and turns errors of the operating system into messages."""
