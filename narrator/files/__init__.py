"""Files on disk: written atomically, and never over what is not ours."""
