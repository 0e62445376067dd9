"""A `Script` becomes a `Cast`: voice profiles, automatic casting, and the cast file."""
