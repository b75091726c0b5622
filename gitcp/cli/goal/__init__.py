"""Commands of `gitcp goal`."""
