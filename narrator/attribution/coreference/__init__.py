"""Who is who: the names, mentions and pronouns of a book, resolved to characters."""
