"""Corrects the scored probabilities where the text rules a candidate out."""
