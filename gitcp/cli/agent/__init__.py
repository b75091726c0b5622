"""Commands of `gitcp agent`."""
