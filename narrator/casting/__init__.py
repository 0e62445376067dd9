"""A `Script` becomes a `Cast`: voice profiles, automatic casting, and the cast file.

`profiles` loads the voices, `castfile` reads what a person chose, `parts` gives everyone a voice.
"""
