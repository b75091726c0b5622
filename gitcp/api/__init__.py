"""What a run may ask of the control plane while it runs."""
