"""Coreference resolution: finds the person meant by each name, description and pronoun."""
