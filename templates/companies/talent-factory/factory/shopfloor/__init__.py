"""What more than one skill of the factory needs; each skill's own work is in its run.py."""
