"""Writes files and folders atomically, and turns errors of the system into messages."""
