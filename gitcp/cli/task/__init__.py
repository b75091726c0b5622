"""Commands of `gitcp task`."""
