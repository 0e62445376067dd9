"""Genders that the pronouns of the narration tell."""

import pytest

TWO = """
Mr. Vane met Zaruko at the gate. She took off her gloves. “Cold,” said Zaruko, and she smiled.

Mr. Vane bowed to her. Zaruko said that she was tired. She sat down.
"""
EXPLAINED = """
Miss Ada Vane and Tiravel walked home. She was cross, and she told Tiravel so. He said nothing.

Ada walked on. Tiravel waited at the gate. Soon she came back. Tiravel opened the gate, and he
bowed. She went in, and she shut the door. He stood there. Tiravel put on his hat.
"""
LISTED = "Hilary rose. She took her hat. “Go,” said Hilary, and she laughed at herself. " * 8


def find_genders(people_of, text):
    _, people = people_of(text)
    return {
        form.words[-1]: person.gender
        for person in people.persons
        for form in person.name_forms
        if form.words
    }


def test_pronouns_tell_the_gender_of_an_unlisted_name(people_of):
    assert find_genders(people_of, TWO)["zaruko"] == "female"


def test_a_pronoun_that_somebody_known_explains_tells_nothing(people_of):
    genders = find_genders(people_of, EXPLAINED * 4)
    assert genders["tiravel"] == "male"
    assert genders["vane"] == "female"


def test_many_pronouns_overrule_the_gender_that_a_list_gives(people_of):
    assert find_genders(people_of, LISTED)["hilary"] == "female"


@pytest.mark.parametrize("pronoun", ["he", "she"])
def test_pronouns_in_quotations_tell_nothing(people_of, pronoun):
    text = f"“And {pronoun} went,” said Zaruko. Zaruko sat. “So {pronoun} did,” said Zaruko."
    assert find_genders(people_of, text)["zaruko"] is None


def test_a_title_outweighs_a_few_pronouns(people_of):
    text = "Mr. Zaruko came in. She was glad, and she laughed. Mr. Zaruko sat down."
    assert find_genders(people_of, text)["zaruko"] == "male"


def test_a_few_pronouns_that_mean_somebody_unnamed_do_not_change_a_listed_name(people_of):
    text = """
She waited for Edmund. She had not seen him since the morning. Edmund bowed. She blushed.

"Are you well?" said Edmund. She thanked him. She sat down. She sighed. Edmund left. She wept.
"""
    assert find_genders(people_of, text)["edmund"] == "male"
