"""Lines become a `Script`: who the characters are, and who says what, with the reason."""
