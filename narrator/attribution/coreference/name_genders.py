"""Tell from names whether people are men or women: by titles, first names and pronouns nearby."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from narrator.attribution.coreference.first_name_table import find_listed_gender
from narrator.attribution.coreference.name_statistics import NameStatistics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from narrator.attribution.coreference.name_clustering import Person
    from narrator.attribution.coreference.name_detection import NameForm
    from narrator.languages.people_words import AttributionLanguage

UNGENDERED_TITLES = frozenset(
    ("cousin", "comrade", "saint", "st", "old", "young", "little", "poor", "dear")
)
"""Titles that old novels give to women as well as men."""
_MIN_PRONOUNS, _MIN_PRONOUN_SHARE = 2, 0.75
"""Minimum pronouns after a first name, and share of one gender, that show its gender."""
_MIN_CONTRADICTING = 12
"""Minimum pronouns after a listed first name that show another gender, if they do not all agree."""
_MIN_STATED = 0.35
"""Minimum distance from 0.5 of a probability by which a name tells the gender by itself."""
_TABLE_WEIGHT = 6.0
"""Weight of the gender of a name that is only in the large table of first names."""
_AGREEMENT_FACTOR = 4
"""Factor on the number of pronouns after a form of a name if all have one gender."""


def learn_first_name_genders(
    statistics: Mapping[NameForm, NameStatistics], language: AttributionLanguage
) -> dict[str, str]:
    """Return the gender of each first name, from titles and pronouns, or else as listed.

    "Mr. Ashby Crane" and "he" show that Ashby is a man, so that "Mrs. Ashby Crane" is his wife.
    Nouns of kinship used as names ("Grandad") have their own gender. A word after a title alone
    ("Captain Loo") is a last name, whose gender is empty.
    """
    he_counts, she_counts = Counter[str](), Counter[str]()
    for form, uses in statistics.items():
        if not has_first_name(form, language):
            continue
        gender = language.titles.get(form.title, "")
        is_married = form.title in language.married_titles
        he_counts[form.words[0]] += uses.total_count if gender == "male" else 0
        she_counts[form.words[0]] += (
            uses.total_count if gender == "female" and not is_married else 0
        )
        if not form.title:
            he_counts[form.words[0]] += uses.he_count
            she_counts[form.words[0]] += uses.she_count
    first_names = {
        form.words[0]
        for form in statistics
        if len(form.words) > 1 and has_first_name(form, language)
    }
    in_table = {name: find_listed_gender(name, language.tag) for name in first_names}
    listed = {
        **{name: gender for name, gender in in_table.items() if gender},
        **language.kin_nouns,
        **language.given_names,
    }
    genders = {form.words[0]: "" for form in statistics if form.title and len(form.words) == 1}
    genders |= {name: gender for name, gender in listed.items() if gender != "neutral"}
    for name in he_counts.keys() | she_counts.keys():
        he, she = he_counts[name], she_counts[name]
        # A single "he" is enough for an unlisted name: "Mrs. Adeyemi Cole" is then a wife.
        fewest = _MIN_PRONOUNS if genders.get(name) else 1
        enough = max(fewest, _MIN_PRONOUN_SHARE * (he + she))
        is_clear = min(he, she) == 0 or he + she >= _MIN_CONTRADICTING
        if max(he, she) >= enough and (not genders.get(name) or is_clear):
            genders[name] = "male" if he > she else "female"
    return genders


def has_first_name(form: NameForm, language: AttributionLanguage) -> bool:
    """Return whether a name may open with a first name: not "Captain Loo", nor "van Loo"."""
    if not form.words or (form.title and len(form.words) < 2):
        return False
    first = form.words[0]
    return first not in language.name_particles or first in language.given_names


def estimate_male_probability(
    forms: Sequence[NameForm],
    statistics: Mapping[NameForm, NameStatistics],
    language: AttributionLanguage,
    first_name_genders: Mapping[str, str],
) -> float:
    """Estimate the probability that the person named by some forms is male, 0 to 1.

    Titles weigh most, then first names, then verb endings and the pronouns that follow.
    """
    # Both sums start at one, which gives a name without evidence the probability 0.5.
    male_weight = female_weight = 1.0
    last_names = {form.words[-1] for form in forms if len(form.words) > 1}
    for form in forms:
        form_statistics = statistics[form]
        title_gender = language.titles.get(form.title)
        # Eight uses are added, so that a title outweighs the pronouns even of a rare name.
        weight = form_statistics.total_count + 8.0
        given_gender = first_name_genders.get(form.words[0]) if len(form.words) > 1 else None
        # A rank such as "Colonel" belongs to a man, unless pronouns or the first name deny it.
        is_rank = title_gender == "neutral" and form.title not in UNGENDERED_TITLES
        is_she = form_statistics.she_count > 2 * form_statistics.he_count + 2
        if is_rank and given_gender != "female":
            male_weight += 0 if is_she else weight
        elif title_gender == "male":
            male_weight += 3 * weight
        elif title_gender == "female":
            female_weight += 3 * weight
        elif form.words and len(form.words) < 4:
            given_gender = first_name_genders.get(form.words[0])
            male_weight += weight if given_gender == "male" else 0
            female_weight += weight if given_gender == "female" else 0
            is_last_name = len(form.words) == 1 and form.words[0] in last_names
            if given_gender is None and not is_last_name and has_first_name(form, language):
                # The name may be a surname all the same: "Kelly".
                table_gender = find_listed_gender(form.words[0], language.tag)
                male_weight += _TABLE_WEIGHT if table_gender == "male" else 0
                female_weight += _TABLE_WEIGHT if table_gender == "female" else 0
        # Pronouns that all agree count more: a single "she" makes an unlisted name a woman's.
        is_clear = not (form_statistics.he_count and form_statistics.she_count)
        is_unknown = (
            title_gender is None and form.words[:1] and not first_name_genders.get(form.words[0])
        )
        factor = _AGREEMENT_FACTOR if is_clear and is_unknown else 1
        male_weight += factor * form_statistics.he_count + 4 * form_statistics.male_verb_count
        female_weight += factor * form_statistics.she_count + 4 * form_statistics.female_verb_count
    return male_weight / (male_weight + female_weight)


def estimate_stated_genders(
    persons: Sequence[Person], language: AttributionLanguage
) -> list[float | None]:
    """Estimate the probability that each person is male from titles and listed names alone.

    Pronouns are left aside: two "she" after "Edmund" may mean his cousin.

    Returns:
        A probability from 0 to 1 for each person; None if neither a title nor a list tells.
    """
    uses = {
        form: NameStatistics(total_count=count)
        for person in persons
        for form, count in person.name_forms.items()
    }
    genders = learn_first_name_genders(uses, language)
    estimates = (
        0.5
        if person.description
        else estimate_male_probability([*person.name_forms], uses, language, genders)
        for person in persons
    )
    return [estimate if abs(estimate - 0.5) > _MIN_STATED else None for estimate in estimates]
