"""Commands of `gitcp workspace`."""
