"""A `Book` becomes lines: sentences, told apart into dialogue and narration."""
