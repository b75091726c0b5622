"""How a proposal is told: as text, as Markdown for a forge, as JSON."""
