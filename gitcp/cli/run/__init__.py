"""Commands of `gitcp run`."""
