"""What is written becomes what is said: numbers, abbreviations, symbols, and the lexicon."""
