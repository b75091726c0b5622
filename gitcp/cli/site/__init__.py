"""Commands of `gitcp site`."""
