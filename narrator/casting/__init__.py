"""Assign a voice to each character of a `Script`, which gives a `Cast`.

`profiles` loads the voices, `cast_file` reads the user's choices, and `cast` combines both with
automatic casting. `acoustics` describes how voices sound; `voice_measurement` measures it.
"""
