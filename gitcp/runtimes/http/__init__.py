"""The runtime `http`: an agent at an address, told its brief by POST, then asked how far it is, or calling back."""

from gitcp.runtimes.http.runtime import Http

__all__ = ["Http"]
