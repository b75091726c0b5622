"""What programs read beside the pages: JSON, and its schema."""
