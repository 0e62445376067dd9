"""Engines that tests install as plug-ins, for the programs that they start."""

import os
from pathlib import Path

_PROFILE = """
engine = "{name}"
voice = "gmw/en-US+m3"
language = "en"
gender = "male"
age = "adult"
description = "A voice of an engine that is not as it should be."
"""


def install_engine(folder: Path, name: str, source: str) -> dict[str, str]:
    """Install an engine and a voice of the same name; return the environment that has them.

    `source` is a module with a class `TestEngine`.
    """
    plugins, voices = folder / "plugins", folder / "voices"
    about = plugins / f"{name}-1.dist-info"
    about.mkdir(parents=True)
    voices.mkdir()
    (plugins / f"{name}_engine.py").write_text(source, "utf-8")
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n", "utf-8")
    entry = f"[narrator.engines]\n{name} = {name}_engine:TestEngine\n"
    (about / "entry_points.txt").write_text(entry, "utf-8")
    (voices / f"{name}.toml").write_text(_PROFILE.format(name=name), "utf-8")
    path = os.pathsep.join([str(plugins), str(Path(__file__).parents[1])])
    return {**os.environ, "PYTHONPATH": path, "NARRATOR_VOICES": str(voices)}
