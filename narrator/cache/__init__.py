"""What was made is kept, and found again by what it was made from."""
