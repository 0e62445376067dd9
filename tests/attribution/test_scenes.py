"""Attribute short scenes from end to end: who speaks each line, and why."""

import pytest

from narrator.model import LineKind

FERRY = """
Mrs. Oakley stood on the pier with her son Ned. The ferryman was asleep in his boat.

"He will never hear us," said Mrs. Oakley.

"Shout again, mother," said Ned.

"I have shouted enough for one morning."

The ferryman opened one eye. "I heard you the first time," he said.

"Then why did you not come?" cried Mrs. Oakley.

"Because the boat leaks, ma'am," the ferryman answered, "and I cannot swim."

Ned laughed. "Neither can we."
"""

LAMP = """
I came home late, and I found the lamp lit. My sister Clara sat by the stove with Dr. Moss.

"You are wet through," said Clara.

"It rains," I said.

"It always rains when you go out," said Dr. Moss. He did not look up.

"Did you find it?" asked Clara.

"No," I answered. "The shop was shut."

"Then we must wait until Monday," she said.
"""

OFFICE = """
Inspector Hale closed the door. Miss Price had not taken off her coat. Sergeant Dunn stood at the window.

"Sit down, Miss Price," said Hale.

"I would rather stand."

"As you like. Where were you last night?"

"At home," she said.

"She is lying, sir," said Sergeant Dunn.

"Thank you, Dunn," replied the Inspector.

Miss Price smiled. "The sergeant is right," she said.
"""

LETTER = """
Anna read the letter twice. Peter waited.

"Well?" asked Peter.

"It is from Uncle Max," said Anna. "He is coming."

"When?"

"Tomorrow."

"And for how long?"

"He does not say," said Anna.
"""

CHART = """
Captain Rowe spread the chart on the table. Lieutenant Pike held the lamp, and the cook stood in the door.

"Here," said the Captain, and put down a finger, "or nowhere."

"Nowhere, sir," said Pike.

"You have no faith, Pike."

"I have a wife, sir."

The cook coughed. "There is no more bread," said the cook.

"Then we shall eat fish," said Rowe.
"""

KITCHEN = """
"Is that you, Kate?" called a voice from the kitchen.

Kate Barlow hung up her coat. "Who else would it be, Aunt Jane?"

"It might be the postman," said Aunt Jane. "He was late."

"He is always late," said Kate. She sat down.

"You look tired, child."

"I am tired. I walked."

"All the way from town?"

"All the way," said Kate.
"""

BRIDGE = """
Mr. Finch told the story slowly. Laura and Simon listened.

"It was a cold night," said Mr. Finch. "The road was empty, and I had lost my hat.

"At the bridge I met a stranger. He carried a lantern.

"He asked me the time, and I told him."

"Is that all?" said Simon.

"It is all that I know," said Mr. Finch.

"I do not believe a word," Laura whispered to Simon.

"Neither do I," he whispered back.
"""

BREAD_DE = """
Martha deckte den Tisch. Herr Kranz saß am Ofen, und Julius las die Zeitung.

„Das Brot ist hart“, sagte Martha.

„Es ist von gestern“, antwortete Julius.

„Von gestern!“, rief Herr Kranz. „In meinem Haus gab es jeden Tag frisches Brot.“

„Dann gehen Sie in Ihr Haus“, sagte sie.

Julius lachte. „Sie hat recht, Herr Kranz“, sagte er.
"""

TRAIN_FR = """
Jeanne ferma la porte. Monsieur Petit attendait dans le couloir avec son neveu Luc.

— Vous êtes en retard, dit Jeanne.

— Le train était en retard, répondit monsieur Petit.

— Quel train ? demanda Jeanne.

Luc baissa les yeux.

— Celui de midi, murmura Luc.

— Il n’y a pas de train à midi, dit Jeanne.
"""

WINDOW_ES = """
Elena abrió la ventana. Don Ramón y su hijo Tomás esperaban en la calle.

—¿Qué quieren? —preguntó Elena.

—Hablar con su padre —respondió don Ramón.

—Mi padre duerme —dijo ella.

Tomás se acercó.

—Entonces esperamos —dijo Tomás.
"""

LETTER_IT = """
Il signor Conti aprì la lettera. Lucia guardava dalla porta.

— Chi scrive? — chiese Lucia.

— Tuo fratello Marco — rispose il signor Conti.

— E che cosa vuole? — domandò lei.

— Denaro — disse il signor Conti.
"""

RAIN_PT = """
Helena fechou o livro. O senhor Costa dormia na cadeira, e Rui olhava a chuva.

— Vai parar? — perguntou Helena.

— Nunca mais — respondeu Rui.

— Tu disseste isso ontem — disse ela.

— Silêncio — disse o senhor Costa.
"""

RAIN_PL = """
Anna zamknęła okno. Pan Nowak siedział przy stole, a Tomasz stał w drzwiach.

— Pada — powiedziała Anna.

— Od rana — odpowiedział pan Nowak.

— Kto idzie? — zapytała ona.

— To tylko listonosz — powiedział Tomasz.
"""

LAMP_RU = """
Нина зажгла лампу. Павел Ильич сидел у окна. Потом Павел Ильич встал.

— Кто там? — спросила Нина.

— Почтальон, — ответил Павел Ильич.

— Так поздно? — сказала она.

— Он заблудился, — сказал Павел Ильич.
"""

# Each line of dialogue: its speaker and the reason.
SCENES = {
    "ferry": (
        "en",
        FERRY,
        [
            ("Mrs. Oakley", "'said Mrs. Oakley' after the quotation"),
            ("Ned", "'said Ned' after the quotation"),
            ("Mrs. Oakley", "alternates with the other speaker"),
            ("The ferryman", "'he said' after the quotation"),
            ("Mrs. Oakley", "'cried Mrs. Oakley' after the quotation"),
            ("The ferryman", "'the ferryman answered' within the quotation"),
            ("The ferryman", "'the ferryman answered' within the quotation"),
            ("Ned", "'Ned laughed.' before the quotation"),
        ],
    ),
    "lamp": (
        "en",
        LAMP,
        [
            ("Clara", "'said Clara' after the quotation"),
            ("Narrator", "'I said' after the quotation"),
            ("Dr. Moss", "'said Dr. Moss' after the quotation"),
            ("Clara", "'asked Clara' after the quotation"),
            ("Narrator", "'I answered' within the quotation"),
            ("Narrator", "'I answered' within the quotation"),
            ("Clara", "'she said' after the quotation"),
        ],
    ),
    "office": (
        "en",
        OFFICE,
        [
            ("Inspector Hale", "'said Hale' after the quotation"),
            ("Miss Price", "alternates with the other speaker"),
            ("Inspector Hale", "alternates with the other speaker"),
            ("Inspector Hale", "alternates with the other speaker"),
            ("Miss Price", "'she said' after the quotation"),
            ("Sergeant Dunn", "'said Sergeant Dunn' after the quotation"),
            ("Inspector Hale", "'replied the Inspector' after the quotation"),
            ("Miss Price", "'she said' after the quotation"),
        ],
    ),
    "letter": (
        "en",
        LETTER,
        [
            ("Peter", "'asked Peter' after the quotation"),
            ("Anna", "'said Anna' within the quotation"),
            ("Anna", "'said Anna' within the quotation"),
            ("Peter", "alternates with the other speaker"),
            ("Anna", "alternates with the other speaker"),
            ("Peter", "alternates with the other speaker"),
            ("Anna", "'said Anna' after the quotation"),
        ],
    ),
    "chart": (
        "en",
        CHART,
        [
            ("Rowe", "'said the Captain' within the quotation"),
            ("Rowe", "'said the Captain' within the quotation"),
            ("Pike", "'said Pike' after the quotation"),
            ("Rowe", "alternates with the other speaker"),
            ("Pike", "alternates with the other speaker"),
            ("The cook", "'said the cook' after the quotation"),
            ("Rowe", "'said Rowe' after the quotation"),
        ],
    ),
    "kitchen": (
        "en",
        KITCHEN,
        [
            ("Aunt Jane", "alternates with the other speaker"),
            ("Kate", "'Kate Barlow hung up her coat.' before the quotation"),
            ("Aunt Jane", "'said Aunt Jane' within the quotation"),
            ("Aunt Jane", "'said Aunt Jane' within the quotation"),
            ("Kate", "'said Kate' after the quotation"),
            ("Aunt Jane", "alternates with the other speaker"),
            ("Kate", "alternates with the other speaker"),
            ("Kate", "alternates with the other speaker"),
            ("Aunt Jane", "alternates with the other speaker"),
            ("Kate", "'said Kate' after the quotation"),
        ],
    ),
    "bridge": (
        "en",
        BRIDGE,
        [
            ("Mr. Finch", "'said Mr. Finch' within the quotation"),
            ("Mr. Finch", "'said Mr. Finch' within the quotation"),
            ("Mr. Finch", "'said Mr. Finch' within the quotation"),
            ("Mr. Finch", "'said Mr. Finch' within the quotation"),
            ("Mr. Finch", "'said Mr. Finch' within the quotation"),
            ("Simon", "'said Simon' after the quotation"),
            ("Mr. Finch", "'said Mr. Finch' after the quotation"),
            ("Laura", "'Laura whispered' after the quotation"),
            ("Simon", "'he whispered' after the quotation"),
        ],
    ),
    "bread-de": (
        "de",
        BREAD_DE,
        [
            ("Martha", "'sagte Martha' after the quotation"),
            ("Julius", "'antwortete Julius' after the quotation"),
            ("Herr Kranz", "'rief Herr Kranz' within the quotation"),
            ("Herr Kranz", "'rief Herr Kranz' within the quotation"),
            ("Martha", "'sagte sie' after the quotation"),
            ("Julius", "'sagte er' after the quotation"),
        ],
    ),
    "train-fr": (
        "fr",
        TRAIN_FR,
        [
            ("Jeanne", "'dit Jeanne' after the quotation"),
            ("Monsieur Petit", "'répondit monsieur Petit' after the quotation"),
            ("Jeanne", "'demanda Jeanne' after the quotation"),
            ("Luc", "'murmura Luc' after the quotation"),
            ("Jeanne", "'dit Jeanne' after the quotation"),
        ],
    ),
    "window-es": (
        "es",
        WINDOW_ES,
        [
            ("Elena", "'preguntó Elena' after the quotation"),
            ("Don Ramón", "'respondió don Ramón' after the quotation"),
            ("Elena", "'dijo ella' after the quotation"),
            ("Tomás", "'dijo Tomás' after the quotation"),
        ],
    ),
    "letter-it": (
        "it",
        LETTER_IT,
        [
            ("Lucia", "'chiese Lucia' after the quotation"),
            ("Signor Conti", "'rispose il signor Conti' after the quotation"),
            ("Lucia", "'domandò lei' after the quotation"),
            ("Signor Conti", "'disse il signor Conti' after the quotation"),
        ],
    ),
    "rain-pt": (
        "pt",
        RAIN_PT,
        [
            ("Helena", "'perguntou Helena' after the quotation"),
            ("Rui", "'respondeu Rui' after the quotation"),
            ("Helena", "'disse ela' after the quotation"),
            ("Senhor Costa", "'disse o senhor Costa' after the quotation"),
        ],
    ),
    "rain-pl": (
        "pl",
        RAIN_PL,
        [
            ("Anna", "'powiedziała Anna' after the quotation"),
            ("Pan Nowak", "'odpowiedział pan Nowak' after the quotation"),
            ("Anna", "'zapytała ona' after the quotation"),
            ("Tomasz", "'powiedział Tomasz' after the quotation"),
        ],
    ),
    "lamp-ru": (
        "ru",
        LAMP_RU,
        [
            ("Нина", "'спросила Нина' after the quotation"),
            ("Павел Ильич", "'ответил Павел Ильич' after the quotation"),
            ("Нина", "'сказала она' after the quotation"),
            ("Павел Ильич", "'сказал Павел Ильич' after the quotation"),
        ],
    ),
}


@pytest.fixture(scope="module")
def scripts(script_of):
    return {scene: script_of(text, tag) for scene, (tag, text, _) in SCENES.items()}


def list_dialogue(script):
    return [line for line in script.lines if line.kind is LineKind.DIALOGUE]


@pytest.mark.parametrize("scene", SCENES)
def test_every_line_of_a_scene_has_its_speaker_and_a_reason(scripts, scene):
    *_, expected = SCENES[scene]
    lines = list_dialogue(scripts[scene])
    assert [(line.speaker, line.reason) for line in lines] == expected


@pytest.mark.parametrize("scene", SCENES)
def test_a_line_whose_tag_has_a_name_is_nearly_certain(scripts, scene):
    for line in list_dialogue(scripts[scene]):
        last_word = line.reason.removeprefix("'").partition("'")[0].split(" ")[-1]
        if last_word and last_word == line.speaker.split(" ")[-1]:
            assert line.confidence > 0.9


CHARACTERS = {
    "ferry": {("Mrs. Oakley", "female", "adult"), ("Ned", "male", None), ("The ferryman", "male", None)},
    "lamp": {("Clara", "female", None), ("Dr. Moss", "male", "adult"), ("Narrator", None, None)},
    "office": {("Inspector Hale", "male", "adult"), ("Miss Price", "female", "young"), ("Sergeant Dunn", "male", "adult")},
    "letter": {("Anna", "female", None), ("Peter", "male", None)},
    "chart": {("Rowe", "male", "adult"), ("Pike", "male", "adult"), ("The cook", "male", None)},
    "bread-de": {("Martha", "female", None), ("Julius", "male", None), ("Herr Kranz", "male", "adult")},
    "train-fr": {("Jeanne", "female", None), ("Luc", "male", None), ("Monsieur Petit", "male", "adult")},
    "window-es": {("Elena", "female", None), ("Don Ramón", "male", "adult"), ("Tomás", "male", None)},
    "letter-it": {("Lucia", "female", None), ("Signor Conti", "male", "adult")},
    "rain-pt": {("Helena", "female", None), ("Rui", "male", None), ("Senhor Costa", "male", "adult")},
    "rain-pl": {("Anna", "female", None), ("Tomasz", "male", None), ("Pan Nowak", "male", "adult")},
    "lamp-ru": {("Нина", "female", None), ("Павел Ильич", "male", None)},
}  # fmt: skip


@pytest.mark.parametrize("scene", CHARACTERS)
def test_the_characters_of_a_scene_have_gender_and_age_as_far_as_it_tells(scripts, scene):
    characters = scripts[scene].characters
    assert {(c.name, c.gender, c.age) for c in characters} == CHARACTERS[scene]


@pytest.mark.parametrize(
    ("scene", "name", "aliases"),
    [
        ("office", "Inspector Hale", {"Hale", "Inspector"}),
        ("office", "Sergeant Dunn", {"Dunn"}),
        ("chart", "Rowe", {"Captain", "Captain Rowe"}),
        ("kitchen", "Kate", {"Kate Barlow"}),
    ],
)
def test_all_names_of_a_character_belong_to_one_person(scripts, scene, name, aliases):
    (character,) = [c for c in scripts[scene].characters if c.name == name]
    assert set(character.aliases) == aliases


@pytest.mark.parametrize("scene", ["ferry", "office", "bread-de", "rain-pl"])
def test_another_marking_of_speech_does_not_change_the_speakers(script_of, scene):
    tag, text, expected = SCENES[scene]
    pairs = {"en": ('"', "“”"), "de": ("„“", "»«"), "pl": ("— ", "– ")}[tag]
    changed = mark_speech(text, *pairs)
    assert changed != text
    assert [line.speaker for line in list_dialogue(script_of(changed, tag))] == [
        speaker for speaker, _ in expected
    ]


def mark_speech(text, old_marks, new_marks):
    """The text with other marks; straight quotation marks open and close in turn."""
    if old_marks == '"':
        pieces = text.split('"')
        return "".join(
            piece + (new_marks[index % 2] if index < len(pieces) - 1 else "")
            for index, piece in enumerate(pieces)
        )
    if len(old_marks.strip()) == 1:
        return text.replace(old_marks, new_marks)
    return text.translate(str.maketrans(old_marks, new_marks))


def test_the_same_scene_is_attributed_the_same_each_time(script_of, scripts):
    assert script_of(FERRY) == scripts["ferry"]


def test_a_scene_told_twice_in_one_book_has_the_same_speakers_both_times(script_of):
    speakers = [line.speaker for line in list_dialogue(script_of(f"{OFFICE}\n\n{OFFICE}"))]
    half = len(speakers) // 2
    assert speakers[:half] == speakers[half:]
