"""Text definitions that all stages share: quotation marks, words, sentence ends, language tags."""
