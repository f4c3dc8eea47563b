"""One A4 page as PDF/A-3 level A, for whatever is printed: recaps and letters."""
