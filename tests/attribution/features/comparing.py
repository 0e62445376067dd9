"""What tests of features share: the columns of some candidates of a quotation, by name."""

import numpy as np

from narrator.attribution.features.column import compute_columns
from narrator.attribution.features.pairs import pair_candidates

PEOPLE = "Ada Vane met Tom Reed. Ada smiled at Tom. Tom smiled at Ada."


def find_persons(people, *names):
    """Return the indices of persons by a word of their names."""
    persons = {
        word.title(): index
        for index, person in enumerate(people.persons)
        for form in person.name_forms
        for word in form.words[:1]
    }
    return [persons[name] for name in names]


def compare_candidates(columns, batch_type, statistics, tokens, quotation, candidates):
    """Return the values of each column for each candidate, as a list of dictionaries."""
    persons = np.array([candidates], np.int32)
    batch = batch_type(statistics, pair_candidates(tokens, persons, quotation))
    values = {
        name: np.broadcast_to(column, persons.shape)[0].astype(float).tolist()
        for name, column in compute_columns(columns, batch)
    }
    return [
        {name: column[slot] for name, column in values.items()} for slot in range(len(candidates))
    ]
