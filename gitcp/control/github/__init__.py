"""A company that lives on GitHub: ticks and settlements in jobs, pull requests told, audits as issues."""
