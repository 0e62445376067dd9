"""`narrator engines`: which engines work here, and what the others need."""

from narrator.cli import options as opt


def engines(as_json: opt.AsJson = False) -> None:
    """List the engines: which work here, and what the others need."""
    from narrator.casting.profiles import load_voices
    from narrator.cli import display
    from narrator.engines.survey import survey

    found = survey(load_voices().values())
    if as_json:
        display.as_json([{"name": e.name, "works": e.works, "about": e.about} for e in found])
        return
    rows = [(e.name, "yes" if e.works else "no", e.about) for e in found]
    display.table(("Engine", "Works", ""), rows)
