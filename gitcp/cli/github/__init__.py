"""Commands of `gitcp github`."""
