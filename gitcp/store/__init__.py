"""The control repository as a database: paths, YAML, Git objects, cache, remote."""
