"""Commands of `gitcp document`."""
