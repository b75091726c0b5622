"""GitHub from outside: what a job of its Actions tells and takes, and its REST API."""
