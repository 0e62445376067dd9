"""Corrects scored speakers where the text rules a candidate out."""
