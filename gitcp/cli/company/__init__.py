"""Commands of `gitcp company`."""
