"""Commands of `gitcp approval`."""
