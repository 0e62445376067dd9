"""What all formats have in common: blocks, headings, outline, notes, front and back matter."""
