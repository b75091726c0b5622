"""A Git-native control plane for organisations of AI agents."""

__version__ = "0.1.0"
