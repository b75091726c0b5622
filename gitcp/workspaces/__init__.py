"""Checkouts of execution repositories: made, collected, delivered, removed, without a trace in them but the delivered branch."""

from gitcp.workspaces.changes import Change, changes, made
from gitcp.workspaces.checkouts import clone_of
from gitcp.workspaces.parcel import Parcel
from gitcp.workspaces.values import (
    Collected,
    Delivered,
    Delivery,
    HeldBack,
    Nothing,
    Obstacle,
    Purpose,
    RepositorySpec,
    Sent,
    Undelivered,
    Workspace,
)
from gitcp.workspaces.workspaces import Workspaces

__all__ = [
    "Change",
    "Collected",
    "Delivered",
    "Delivery",
    "HeldBack",
    "Nothing",
    "Obstacle",
    "Parcel",
    "Purpose",
    "RepositorySpec",
    "Sent",
    "Undelivered",
    "Workspace",
    "Workspaces",
    "changes",
    "clone_of",
    "made",
]
