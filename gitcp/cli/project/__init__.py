"""Commands of `gitcp project`."""
