"""Commands of `gitcp routine`."""
