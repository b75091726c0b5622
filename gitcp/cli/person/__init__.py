"""Commands of `gitcp person`."""
