"""Commands of `gitcp key`."""
