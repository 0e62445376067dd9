"""A paragraph heard alone, as the whole book will have it."""

from pathlib import Path

from narrator import passage, pipeline
from narrator.pipeline import Options
from tests.conftest import inline

TONE = Options(engine="tone", format="wav", pool=inline, jobs=1)
DIARY = """My Winter

The snow had closed the road, and I sat alone with the accounts until it was dark.

“You look tired, Miss Fenn,” said the carter. “A woman should not sit up so late.”

“I am not tired,” I said. “I am only slow.”

The carter went home. I put out the lamp.
"""


def test_with_a_script_that_is_kept_a_paragraph_is_told_in_the_voice_of_who_tells_the_book(
    tmp_path: Path,
) -> None:
    book = tmp_path / "diary.txt"
    book.write_text(DIARY, "utf-8")
    paths, target = [str(book)], tmp_path / "heard.wav"
    before = passage.preview(paths, target, 1, TONE)
    script = pipeline.write_script(paths, TONE)
    chosen = pipeline.cast_book(script, paths, TONE).cast.narrator
    heard = passage.preview(paths, target, 1, TONE)
    assert heard.cast.narrator == chosen
    assert heard.lines == before.lines
    assert chosen.gender == "female" != before.cast.narrator.gender
