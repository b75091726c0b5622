"""Commands of `gitcp budget`."""
