"""Records, values and protocols; nothing here has an effect."""
