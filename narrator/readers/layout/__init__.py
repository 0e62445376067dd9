"""Code shared by all readers: blocks, headings, outline, notes, and front and back matter."""
