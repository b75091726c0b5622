"""Commands of `gitcp comment`."""
