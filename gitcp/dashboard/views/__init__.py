"""What each page shows: plain values in the order in which a reader meets them. No HTML, no decision left to a template."""
