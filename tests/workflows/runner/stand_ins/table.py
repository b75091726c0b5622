"""The actions of others that are known, by their names."""

from collections.abc import Mapping
from typing import Final

from tests.workflows.runner.stand_ins.artifacts import Download, Upload
from tests.workflows.runner.stand_ins.caches import Cache, Restore, Save
from tests.workflows.runner.stand_ins.checkout import Checkout
from tests.workflows.runner.stand_ins.pages import ConfigurePages, DeployPages, UploadPages
from tests.workflows.runner.stand_ins.programs import AppToken, SetupPython
from tests.workflows.runner.steps import StandIn

ACTIONS: Final[Mapping[str, StandIn]] = {
    "actions/cache": Cache(),
    "actions/cache/restore": Restore(),
    "actions/cache/save": Save(),
    "actions/checkout": Checkout(),
    "actions/configure-pages": ConfigurePages(),
    "actions/create-github-app-token": AppToken(),
    "actions/deploy-pages": DeployPages(),
    "actions/download-artifact": Download(),
    "actions/setup-python": SetupPython(),
    "actions/upload-artifact": Upload(),
    "actions/upload-pages-artifact": UploadPages(),
}
