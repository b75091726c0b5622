"""Commands of `gitcp token`."""
