"""Turn a `Script` into a `Cast`: voice profiles, automatic casting, and the cast file.

`profiles` loads the voices, `cast_file` reads what a person chose, and `cast` gives everyone a
voice. What a voice sounds like is in `acoustics`; `voice_measurement` measures it.
"""
