import re
from pathlib import Path

import pytest
from lxml import html
from typer.testing import CliRunner

from narrator.cli.main import app
from narrator.listening.report_page import CheckedAudiobook, format_report_page
from tests.listening.checked_audiobooks import make_checked_audiobook, write_tone


@pytest.fixture
def audiobook(tmp_path: Path) -> CheckedAudiobook:
    return make_checked_audiobook(tmp_path)


def test_the_page_lists_what_is_heard_wrongly_before_what_was_suspect(
    audiobook: CheckedAudiobook,
) -> None:
    page = html.fromstring(format_report_page(audiobook))
    items = page.xpath("//ol[@id='lines']/li")
    assert [item.xpath("string(h3)") for item in items] == [
        "1.2.1, Anna, at 0:06",
        "1.3.1, at 0:09",
    ]
    assert [item.xpath("string(p[@class='problem'])") for item in items] == [
        "missing",
        "24% too short",
    ]
    assert all(item.xpath("audio/@src")[0].startswith("data:audio/mpeg;base64,") for item in items)


def test_the_page_has_the_pace_and_the_level_of_each_voice(audiobook: CheckedAudiobook) -> None:
    page = html.fromstring(format_report_page(audiobook))
    [table] = page.xpath("//section[h2='Voices']//tbody")
    rows = [[cell.text for cell in row] for row in table]
    assert [row[:4] for row in rows] == [["bob", "2", "0:04", "75"], ["ada", "1", "0:02", "120"]]
    assert all(-26 < float(row[4]) < -18 for row in rows)


def test_the_page_names_misheard_words_and_names(audiobook: CheckedAudiobook) -> None:
    page = html.fromstring(format_report_page(audiobook))
    words, names = (
        [cell.text for cell in page.xpath(f"//section[h2='{title}']//td")]
        for title in ("Misheard words", "Names said in several ways")
    )
    assert words == ["rained", "stopped", "1"]
    assert names == ["Anna", "ada", "Anna (3), Enna (2)", '"Anna" = "Anna"']


def test_nothing_of_the_book_is_read_as_markup(audiobook: CheckedAudiobook) -> None:
    text = format_report_page(audiobook)
    assert "<title>Check of Rain &amp; Ruin</title>" in text
    nonces = re.findall(r'nonce="(\w+)"', text)
    assert set(nonces) == set(re.findall(r"'nonce-(\w+)'", text))
    assert "style=" not in text.split("</style>")[1]


def test_a_measured_audiobook_of_any_program_gets_a_report(tmp_path: Path) -> None:
    file, report = tmp_path / "tone.wav", tmp_path / "report.html"
    write_tone(file, 4)
    CliRunner().invoke(app, ["check", str(file), "--report", str(report)])
    page = html.fromstring(report.read_text("utf-8"))
    assert page.xpath("//section[h2='Loudness and chapters']//*[local-name()='polyline']")
    assert not page.xpath("//section[h2='Voices']")
    again = CliRunner().invoke(app, ["check", str(file), "--report", str(report), "--json"])
    assert "Report" not in again.stdout


@pytest.mark.parametrize("name", ["report.txt", "report"])
def test_a_report_must_be_a_page(tmp_path: Path, name: str) -> None:
    write_tone(tmp_path / "tone.wav", 1)
    arguments = ["check", str(tmp_path / "tone.wav"), "--report", str(tmp_path / name)]
    assert CliRunner().invoke(app, arguments).exit_code == 2


def test_a_file_of_the_user_is_not_replaced_by_a_report(tmp_path: Path) -> None:
    write_tone(tmp_path / "tone.wav", 1)
    (tmp_path / "mine.html").write_text("mine", "utf-8")
    arguments = ["check", str(tmp_path / "tone.wav"), "--report", str(tmp_path / "mine.html")]
    assert CliRunner().invoke(app, arguments).exit_code == 7
    assert (tmp_path / "mine.html").read_text("utf-8") == "mine"


def test_a_script_has_no_report(tmp_path: Path) -> None:
    story = tmp_path / "story.txt"
    story.write_text("It rained.\n\nThen it stopped.\n", "utf-8")
    script = tmp_path / "story.json"
    CliRunner().invoke(app, ["script", str(story), "-o", str(script)])
    arguments = ["check", str(script), "--report", str(tmp_path / "report.html")]
    assert CliRunner().invoke(app, arguments).exit_code == 2
