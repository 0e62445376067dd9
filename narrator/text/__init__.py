"""What all stages need to know of text: quotation marks, words, sentence ends, language tags."""
