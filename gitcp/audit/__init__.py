"""An audit that anyone can repeat: what happened, whether it was allowed, and the evidence of both."""
