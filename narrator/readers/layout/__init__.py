"""What the layout of a book says: blocks, headings, outline, notes, front and back matter."""
