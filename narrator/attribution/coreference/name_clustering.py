"""Cluster the names of a book by person: "Lizzy", "Miss Eliza Bennet" and "Elizabeth" are one.

A name that may belong to either of two persons gets a separate cluster, because two voices for one
person do less harm than one voice for two persons.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from narrator.attribution.coreference.name_contrast import NameContrast
from narrator.attribution.coreference.name_detection import NameForm
from narrator.attribution.coreference.name_genders import (
    UNGENDERED_TITLES,
    estimate_male_probability,
    learn_first_name_genders,
)
from narrator.attribution.coreference.name_statistics import (
    NameStatistics,
    count_adjacent_uses,
    is_person_name,
    sum_statistics,
)
from narrator.attribution.coreference.nicknames import is_listed_nickname, may_be_nickname
from narrator.languages.people_words import GENERATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from narrator.languages.people_words import AttributionLanguage


_MALE_PROBABILITY, _FEMALE_PROBABILITY = 0.8, 0.2
"""A person with a higher male probability is male, and one with a lower is female."""
_MALE_CLUSTER_PROBABILITY, _FEMALE_CLUSTER_PROBABILITY = 0.7, 0.3
"""The same for clusters; less strict, because these only reject names that contradict."""
_MAX_RUNNER_UP_RATIO = 0.2
"""Maximum uses of the second cluster, relative to the first, for a name to mean the first."""
_FREQUENT_FACTOR = 3
"""Ratio of uses above which one name is far more frequent than another."""
_MIN_USES = 10
"""Minimum uses of two names for the distance between them to be evidence."""
_MAX_ADJACENT_SHARE = 0.04
"""Share of the rarer name's uses beside the other name, from which two persons bear the names."""
_MIN_FULL_NAME_USES = 3
"""Minimum uses of "Mr. Charles Wilcox" that show that "Mr. Wilcox" is somebody else."""
_MIN_PLURAL_ARTICLES = 0.5
"""Minimum share of uses with an article of a name in -s that means a family."""
_MIN_CONTRAST, _MIN_CONTRAST_SHARE = 0.5, 0.15
"""Minimum weight of contrast between two names of two persons, and ratio to the rarer's uses."""
_MIN_USE_RATIO = 0.3
"""Uses of the rarer of two names, relative to the other, above which both are in common use."""


@dataclass(slots=True)
class Person:
    """A person of the book, or an animal or thing that acts like one."""

    name_forms: Counter[NameForm] = field(default_factory=Counter)
    """Number of uses of each form of the name."""
    statistics: NameStatistics = field(default_factory=NameStatistics)
    """Sums over all forms of the name."""
    male_probability: float = 0.5
    """Probability that the person is male, 0 to 1."""
    description: str = ""
    """Description of a person without a name, such as "the old man"; empty for a named person."""
    is_introduced: bool = False
    """Whether a scene brings the described person in as somebody new: "A man leaned over"."""
    is_kin: bool = False
    """Whether the description is a kinship term, such as "her mother"."""
    has_calling: bool = False
    """Whether the description stands for a name in the whole book: "der Pfarrer", "le curé"."""
    age: str | None = None
    """`child`, `young`, `adult` or `old`; None if unknown."""
    is_narrator: bool = False
    """Whether the person narrates the book in the first person."""

    @property
    def is_unnamed(self) -> bool:
        """Return whether neither a name nor a calling in its place tells the person apart."""
        return bool(self.description) and not self.has_calling

    @property
    def gender(self) -> str | None:
        """Return `male` or `female`; None if uncertain."""
        if self.male_probability > _MALE_PROBABILITY:
            return "male"
        return "female" if self.male_probability < _FEMALE_PROBABILITY else None


def cluster_names(
    statistics: Mapping[NameForm, NameStatistics],
    narrated_positions: Mapping[NameForm, Sequence[int]],
    language: AttributionLanguage,
    contrast: NameContrast | None = None,
    aliases: Sequence[tuple[NameForm, NameForm]] = (),
) -> tuple[list[Person], dict[NameForm, int]]:
    """Cluster the forms of names that belong to one person.

    Args:
        statistics: the statistics of every detected form.
        narrated_positions: for each form, the sorted token indices of its uses in narration.
        language: the word lists of the book's language.
        contrast: which forms conversations show to be one person, and which two.
        aliases: pairs of forms that the book states to be one person.

    Returns:
        The persons, most frequent first; and the index of the person that each form names.
    """
    person_forms = {
        form: form_statistics
        for form, form_statistics in statistics.items()
        if is_person_name(form, form_statistics, language)
        and not _is_plural_name(form, statistics, language)
    }
    person_forms |= _find_longer_forms(person_forms, statistics)
    if language.requires_name_evidence:
        person_forms |= _find_untitled_forms(person_forms, statistics)
    person_forms |= {form: statistics[form] for pair in aliases for form in pair}
    return _NameClustering(
        person_forms, statistics, narrated_positions, language, contrast or NameContrast()
    ).cluster(aliases)


def _find_longer_forms(
    person_forms: Mapping[NameForm, NameStatistics], statistics: Mapping[NameForm, NameStatistics]
) -> dict[NameForm, NameStatistics]:
    """Return the other full names whose first or last name alone is a person's.

    "Orla Brennan" may be printed once, where nothing shows her to be a person, and be Orla from
    there on. A place that is called after somebody ("Brennan Street") ends with another word.
    """
    singles = {form.words[0] for form in person_forms if len(form.words) == 1}
    return {
        form: uses
        for form, uses in statistics.items()
        if form not in person_forms
        and len(form.words) in {2, 3}
        and (form.words[-1] in singles or (form.words[0] in singles and uses.acting_count))
        and uses.place_count < uses.total_count
    }


def _find_untitled_forms(
    person_forms: Mapping[NameForm, NameStatistics], statistics: Mapping[NameForm, NameStatistics]
) -> dict[NameForm, NameStatistics]:
    """Return the last names without a title that a person bears with one: "Капитан Горюнов"."""
    surnames = {form.words[-1] for form in person_forms if form.title and form.words}
    return {
        form: uses
        for form, uses in statistics.items()
        if not form.title and len(form.words) == 1 and form.words[0] in surnames
    }


def _is_plural_name(
    form: NameForm, statistics: Mapping[NameForm, NameStatistics], language: AttributionLanguage
) -> bool:
    """Return whether a form names several persons: "the Bennets", "the Miss Steeles".

    A name in -s is a plural if it usually has an article. A surname like Hodges has none, and one
    "Mr. Hodge", who may be a misprint, does not make it the name of his family.
    """
    if (
        language.requires_name_evidence  # a plural in -s is English
        or len(form.words) != 1
        or not form.words[0].endswith("s")
        or form.words[0] in language.given_names
    ):
        return False
    singulars = {form.words[0][:-1], form.words[0].removesuffix("es")}
    titles = dict.fromkeys(("", "mr", "mrs", "miss", form.title))
    singular_uses = sum(
        statistics[single].total_count
        for title in titles
        for word in singulars
        if (single := NameForm(title, (word,))) in statistics
    )
    uses = statistics[form]
    if not singular_uses:
        return False
    has_article = uses.article_count >= _MIN_PLURAL_ARTICLES * uses.total_count
    is_rare = not form.title and singular_uses >= _FREQUENT_FACTOR * uses.total_count
    return has_article or (is_rare and not uses.speaking_count)


class _NameClustering:
    """Clusters of forms, to which forms are added in order of certainty: full names first.

    The key of a cluster is its first form.
    """

    def __init__(
        self,
        person_forms: Mapping[NameForm, NameStatistics],
        all_forms: Mapping[NameForm, NameStatistics],
        narrated_positions: Mapping[NameForm, Sequence[int]],
        language: AttributionLanguage,
        contrast: NameContrast,
    ) -> None:
        self.person_forms = person_forms
        self.contrast = contrast
        self.learned_genders = learn_first_name_genders(person_forms, language)
        self.all_forms = all_forms
        self.narrated_positions = narrated_positions
        self.language = language
        self.clusters: dict[NameForm, list[NameForm]] = {}
        self.keys_by_first_name: dict[str, list[NameForm]] = defaultdict(list)
        self.keys_by_last_name: dict[str, list[NameForm]] = defaultdict(list)

    def cluster(
        self, aliases: Sequence[tuple[NameForm, NameForm]]
    ) -> tuple[list[Person], dict[NameForm, int]]:
        """Return the persons, most frequent first, and the index of the person of each form."""
        # Frequent forms come first; title and words make the order reproducible.
        forms = sorted(
            self.person_forms,
            key=lambda form: (-self.person_forms[form].total_count, form.title, form.words),
        )
        generations = [form for form in forms if form.title in GENERATIONS and form.words]
        self._join_generations(generations)
        forms = [form for form in forms if form not in generations]
        single_words = [form for form in forms if len(form.words) == 1]
        self._join_full_names([form for form in forms if len(form.words) > 1])
        self._join_first_names([form for form in single_words if not form.title])
        for form in single_words:
            if form.title:
                self._join_titled_name(form)
        for form in single_words:
            if not form.title and form not in self._list_clustered_forms():
                self._join_last_name(form)
        for form in forms:
            if not form.words:
                self._join_bare_title(form)
        for pair in aliases:
            self._join_aliases(*pair)
        return self._build_persons()

    def _list_clustered_forms(self) -> set[NameForm]:
        return {form for cluster in self.clusters.values() for form in cluster}

    def _create_cluster(self, form: NameForm, first_name: str, last_name: str) -> None:
        """Create a cluster of one form, indexed by its first and last name if not empty."""
        self.clusters[form] = [form]
        if self._has_husbands_name(form):
            first_name = ""  # the first name in "Mrs. John Dashwood" is her husband's
        if first_name:
            self.keys_by_first_name[first_name].append(form)
        if last_name:
            self.keys_by_last_name[last_name].append(form)

    def _join_generations(self, forms: Sequence[NameForm]) -> None:
        """Cluster the names of old and young bearers of one name, which no other form joins."""
        clusters: dict[tuple[str, str], NameForm] = {}
        # Longer forms come first, so that "young Abel" joins "young Abel Kitto".
        for form in sorted(forms, key=lambda form: -len(form.words)):
            first, last = (form.title, form.words[0]), (form.title, form.words[-1])
            key = clusters.get(last) or clusters.get(first) or form
            clusters.setdefault(last, key)
            if len(form.words) > 1:
                clusters.setdefault(first, key)
            self.clusters.setdefault(key, []).append(form)

    def _join_aliases(self, form: NameForm, alias: NameForm) -> None:
        """Join the clusters of two names that the book states to be one person."""
        keys = [
            key for key, cluster in self.clusters.items() if form in cluster or alias in cluster
        ]
        genders = {self._infer_gender(key) for key in keys} - {None}
        if len(keys) == 2 and len(genders) < 2:
            self.clusters[keys[0]] += self.clusters.pop(keys[1])

    def _has_husbands_name(self, form: NameForm) -> bool:
        """Return whether the first name of a wife is her husband's: "Mrs. John Dashwood".

        If the gender of the name is unknown, the book must name him and her in one sentence.
        """
        if form.title not in self.language.married_titles or len(form.words) < 2:
            return False
        gender = self.learned_genders.get(form.words[0])
        husband = NameForm("", form.words)
        return gender == "male" or (not gender and self.contrast.weigh([husband], form) > 0)

    # ------------------------------------------------------------------------------ full names

    def _join_full_names(self, forms: Sequence[NameForm]) -> None:
        """Cluster forms that have the same first and last name.

        Middle names, nicknames, and titles of the same gender are ignored.
        """
        for form in forms:
            key = next((key for key in self.clusters if self._is_same_full_name(key, form)), None)
            if key is not None:
                self.clusters[key].append(form)
                if self._lacks_surname(key, form):
                    self.keys_by_last_name[form.words[-1]].append(key)
            else:
                self._create_cluster(form, form.words[0], form.words[-1])

    def _is_same_full_name(self, key: NameForm, form: NameForm) -> bool:
        if len(key.words) < 2 or self._is_gender_conflict(key, form):
            return False
        if self._has_husbands_name(key) != self._has_husbands_name(form):
            return False
        if key.words[-1] != form.words[-1]:
            return self._lacks_surname(key, form) or self._lacks_surname(form, key)
        return self._is_same_first_name(key, form)

    def _lacks_surname(self, form: NameForm, longer: NameForm) -> bool:
        """Return whether a form is another without its surname: "Лев Ильич"."""
        endings = self.language.patronymic_endings
        return form.words == longer.words[:-1] and form.words[-1].endswith(endings)

    def _is_same_first_name(self, key: NameForm, form: NameForm) -> bool:
        """Return whether first names are equal, or one is a nickname or initial of the other."""
        name, other_name = key.words[0], form.words[0]
        is_initial = (len(name) == 1 or len(other_name) == 1) and name[0] == other_name[0]
        return (
            is_initial
            or is_listed_nickname(name, other_name, self.language)
            or self._is_nickname_in_book(key, form)
        )

    def _is_nickname_in_book(self, key: NameForm, form: NameForm) -> bool:
        """Return whether a first name may be short for a cluster's, and the book allows it.

        Neither a sentence nor a conversation may show two persons.
        """
        return (
            may_be_nickname(key.words[0], form.words[0], self.language)
            and self.contrast.weigh(self.clusters[key], form) <= 0
        )

    def _is_gender_conflict(self, form: NameForm, other_form: NameForm) -> bool:
        gender = self._infer_form_gender(form)
        other_gender = self._infer_form_gender(other_form)
        return gender is not None and other_gender is not None and gender != other_gender

    def _infer_form_gender(self, form: NameForm) -> str | None:
        """Return the gender implied by the title or the first name of a form, or None."""
        title_gender = self.language.titles.get(form.title) if form.title else None
        if title_gender in {"male", "female"}:
            return title_gender
        return (self.learned_genders.get(form.words[0]) or None) if form.words else None

    # ----------------------------------------------------------------------------- first names

    def _join_first_names(self, forms: Sequence[NameForm]) -> None:
        """Add each first name used alone to the cluster of its person, or create a cluster."""
        for form in forms:
            name = form.words[0]
            keys = self.keys_by_first_name.get(name) or self._find_nickname_keys(form)
            if keys and self._has_dominant_cluster(keys):
                self.clusters[max(keys, key=self._count_uses)].append(form)
            elif name in self.language.given_names and name not in self.keys_by_last_name:
                self._create_cluster(form, name, "")

    def _has_dominant_cluster(self, keys: Sequence[NameForm]) -> bool:
        """Return whether one cluster is used far more often than each of the others."""
        counts = sorted((self._count_uses(key) for key in keys), reverse=True)
        return len(counts) == 1 or counts[1] < _MAX_RUNNER_UP_RATIO * counts[0]

    def _find_nickname_keys(self, form: NameForm) -> list[NameForm]:
        """Return the only cluster whose first name is a nickname or full form of a name, if any."""
        name, language = form.words[0], self.language
        keys = [
            key
            for first_name, first_name_keys in self.keys_by_first_name.items()
            for key in first_name_keys
            if not self._has_formal_title(key)
            and (
                is_listed_nickname(first_name, name, language)
                or self._is_nickname_in_book(key, form)
            )
        ]
        return keys if len(keys) == 1 else []

    def _has_formal_title(self, key: NameForm) -> bool:
        """Return whether a cluster has a title that rules nicknames out, such as "Lady"."""
        titles = self._list_titles(key)
        return bool(titles) and not titles & (self.language.unmarried_titles | {"mr"})

    # --------------------------------------------------------------- titles with one name, or none

    def _join_titled_name(self, form: NameForm) -> None:
        """Add a title with one name, "Mr. Reed", to the only cluster it fits, or create one."""
        name = form.words[0]
        all_keys = (
            *self.keys_by_last_name.get(name, ()),
            *self.keys_by_first_name.get(name, ()),
        )
        keys = [key for key in dict.fromkeys(all_keys) if self._may_have_title(key, form)]
        same_title = [
            key for key in keys if form.title in {member.title for member in self.clusters[key]}
        ]
        # If several clusters fit, prefer the only one that has the title already.
        keys = same_title if len(same_title) == 1 else keys
        if len(keys) == 1:
            self.clusters[keys[0]].append(form)
        elif name in self.language.given_names and name in self.keys_by_first_name and keys:
            self.clusters[max(keys, key=self._count_uses)].append(form)
        else:
            self._create_cluster(form, "", name)

    def _join_bare_title(self, form: NameForm) -> None:
        """Add a title used alone, "the General", to the only or dominant cluster that has it.

        If there is none, create a cluster.
        """
        keys = [
            key
            for key, cluster in self.clusters.items()
            if form.title in {member.title for member in cluster} and key.words
        ]
        if form.title not in self.language.kin_nouns and keys and self._has_dominant_cluster(keys):
            self.clusters[max(keys, key=self._count_uses)].append(form)
        else:
            self.clusters[form] = [form]

    def _may_have_title(self, key: NameForm, form: NameForm) -> bool:
        """Return whether the person of a cluster may be called by the title and name of a form."""
        is_first_name = form.words[0] == key.words[0] if key.words else False
        if not is_first_name and self._are_two_persons(key, form):
            return False
        titles, gender = self._list_titles(key), self._infer_gender(key)
        title_gender = self.language.titles.get(form.title)
        if title_gender == "female":
            return gender in {"female", None} and self._may_have_female_title(titles, key, form)
        if title_gender == "male":
            return gender in {"male", None} and self._may_have_male_title(titles, key, form)
        if gender == "female" and form.title not in UNGENDERED_TITLES:
            return False
        if not titles or form.title in titles:
            return True
        return titles <= self.language.common_male_titles and self._may_be_rank_of(key, form)

    def _may_have_female_title(self, titles: set[str], key: NameForm, form: NameForm) -> bool:
        language = self.language
        married_titles = language.married_titles | {"lady"}
        if any(
            language.titles.get(title) == "neutral" and title not in UNGENDERED_TITLES
            for title in titles
        ):
            return False
        if form.title in married_titles:
            may_be_wife = form.title != "lady" and not titles
            return form.title in titles or (may_be_wife and self._is_married_name(key, form))
        if form.title in language.unmarried_titles:
            return not titles & married_titles and not self._is_name_of_eldest_sister(form)
        return True

    def _is_married_name(self, key: NameForm, form: NameForm) -> bool:
        """Return whether "Mrs. Pontellier" is Edna Pontellier's married name, not her mother's.

        It is if both names are frequent but rarely stand side by side, and the book has no "Miss
        Pontellier".
        """
        if len(key.words) < 2 or any(
            NameForm(title, form.words) in self.all_forms
            for title in self.language.unmarried_titles
        ):
            return False
        first_name_positions = self._list_positions(NameForm("", key.words[:1]))
        title_positions = self._list_positions(form)
        fewer_uses = min(len(first_name_positions), len(title_positions))
        adjacent_uses = count_adjacent_uses(first_name_positions, title_positions)
        return fewer_uses >= _MIN_USES and adjacent_uses < _MAX_ADJACENT_SHARE * fewer_uses

    def _is_name_of_eldest_sister(self, form: NameForm) -> bool:
        """Return whether the book mentions "the Miss Steeles": "Miss Steele" is then the eldest."""
        return NameForm(form.title, (form.words[0] + "s",)) in self.all_forms

    def _may_have_male_title(self, titles: set[str], key: NameForm, form: NameForm) -> bool:
        common_titles = self.language.common_male_titles
        if titles and form.title not in titles:
            is_rank = all(map(self._is_rank, titles)) and self._may_be_rank_of(key, form)
            return form.title in common_titles and (is_rank or bool(titles & common_titles))
        return not self._is_name_of_father(key, form)

    def _may_be_rank_of(self, key: NameForm, form: NameForm) -> bool:
        """Return whether "Doctor Brown" and "Mr. Brown" may be one man.

        They may be if nothing in the book tells them apart. If one has a first name, he may be a
        relative ("Admiral Crawford"), and conversations must show that they are one.
        """
        weight = self.contrast.weigh(self.clusters[key], form)
        has_first_name = any(len(member.words) > 1 for member in self.clusters[key])
        # "Dr. Brown" is the usual name of "Mr. Tom Brown" if it is far more frequent.
        is_usual = self._count_uses(form) > _FREQUENT_FACTOR * self._count_uses(key)
        return weight < 0 or (weight == 0 and (is_usual or not has_first_name))

    def _is_rank(self, title: str) -> bool:
        """Return whether a title is an occupation or a rank, whose bearer may also be a "Mr."."""
        return self.language.titles.get(title) == "neutral" and title not in UNGENDERED_TITLES

    def _is_name_of_father(self, key: NameForm, form: NameForm) -> bool:
        """Return whether "Mr. Wilcox" names the father of Charles Wilcox, not Charles himself.

        It does if the book also says "Mr. Charles Wilcox", or uses both names side by side.
        """
        if len(key.words) < 2 or form.words[0] != key.words[-1]:
            return False
        first_name = NameForm("", key.words[:1])
        weight = self.contrast.weigh([*self.clusters[key], first_name], form)
        if abs(weight) > self._choose_threshold(key, form):
            return weight > 0
        full_form = NameForm(form.title, (key.words[0], key.words[-1]))
        full_uses = len(self._list_positions(full_form))
        if full_uses >= _MIN_FULL_NAME_USES and weight >= 0:
            return len(self._list_positions(form)) >= _MIN_USES
        first_name_positions = self._list_positions(NameForm("", key.words[:1]))
        title_positions = self._list_positions(form)
        fewer_uses, more_uses = sorted((len(first_name_positions), len(title_positions)))
        adjacent_uses = count_adjacent_uses(first_name_positions, title_positions)
        return (adjacent_uses >= 2 and adjacent_uses >= _MAX_ADJACENT_SHARE * fewer_uses) or (
            adjacent_uses >= 1
            and fewer_uses >= _MIN_USES
            and fewer_uses > _MIN_USE_RATIO * more_uses
        )

    def _list_positions(self, form: NameForm) -> Sequence[int]:
        return self.narrated_positions.get(form, [])

    # ------------------------------------------------------------------------------ last names

    def _join_last_name(self, form: NameForm) -> None:
        """Add a last name used alone to the main cluster of a man with it, or create a cluster.

        If only women have the name, it is added to the main cluster of a woman.
        """
        name = form.words[0]
        all_keys = [
            key
            for key in self.keys_by_last_name.get(name, [])
            if not self._are_two_persons(key, form)
        ]
        uses = self.person_forms[form]
        # A man with "Mrs. Beale" for a wife is called Beale; she hardly ever is.
        may_be_wife = uses.she_count > uses.he_count or not uses.he_count + uses.speaking_count
        keys = [key for key in all_keys if self._infer_gender(key) != "female"] or [
            key for key in all_keys if may_be_wife or not self._has_only_married_name(key)
        ]
        if keys:
            most_frequent = max(keys, key=self._count_uses)
            if len(keys) == 1 or self._count_uses(most_frequent) > _FREQUENT_FACTOR * max(
                self._count_uses(key) for key in keys if key is not most_frequent
            ):
                self.clusters[most_frequent].append(form)
                return
        self._create_cluster(form, "", name)

    # ------------------------------------------------------------------- properties of a cluster

    def _has_only_married_name(self, key: NameForm) -> bool:
        return self._list_titles(key) <= self.language.married_titles and all(
            member.title for member in self.clusters[key]
        )

    def _are_two_persons(self, key: NameForm, form: NameForm) -> bool:
        """Return whether conversations and sentences show a form to be another than a cluster."""
        weight = self.contrast.weigh(self.clusters[key], form)
        return weight > self._choose_threshold(key, form)

    def _choose_threshold(self, key: NameForm, form: NameForm) -> float:
        """Return the weight of evidence that is more than chance, which grows with the uses."""
        fewer_uses = min(self._count_uses(key), self.person_forms[form].total_count)
        return max(_MIN_CONTRAST, _MIN_CONTRAST_SHARE * fewer_uses)

    def _list_titles(self, key: NameForm) -> set[str]:
        return {member.title for member in self.clusters[key]} - {""}

    def _infer_gender(self, key: NameForm) -> str | None:
        male = estimate_male_probability(
            self.clusters[key], self.person_forms, self.language, self.learned_genders
        )
        if male > _MALE_CLUSTER_PROBABILITY:
            return "male"
        return "female" if male < _FEMALE_CLUSTER_PROBABILITY else None

    def _count_uses(self, key: NameForm) -> int:
        """Return the uses of all forms in a cluster; without such a cluster, those of the form."""
        members = self.clusters.get(key, [key])
        return sum(self.person_forms[form].total_count for form in members)

    def _build_persons(self) -> tuple[list[Person], dict[NameForm, int]]:
        """Build a person from each cluster.

        Returns:
            The persons, most frequent first; and the index of the person of each form.
        """
        persons: list[Person] = []
        person_by_form: dict[NameForm, int] = {}
        clusters = sorted(
            self.clusters.values(),
            key=lambda cluster: -sum(self.person_forms[form].total_count for form in cluster),
        )
        for cluster in clusters:
            counts = Counter({form: self.person_forms[form].total_count for form in cluster})
            person = Person(counts, sum_statistics(self.person_forms[form] for form in cluster))
            person.male_probability = estimate_male_probability(
                cluster, self.person_forms, self.language, self.learned_genders
            )
            person_by_form.update(dict.fromkeys(cluster, len(persons)))
            persons.append(person)
        return persons, person_by_form
