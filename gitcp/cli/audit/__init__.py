"""Commands of `gitcp audit`."""
