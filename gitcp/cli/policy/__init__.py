"""Commands of `gitcp policy`."""
