"""Every operation, written out by name."""

from typing import Final

from gitcp.core.operations.apply_approval import ApplyApproval, ConcludeApproval, VoidApproval
from gitcp.core.operations.archive_records import ArchiveRecords
from gitcp.core.operations.assign_task import AssignTask
from gitcp.core.operations.block_task import BlockTask, UnblockTask
from gitcp.core.operations.cancel_run import CancelRun
from gitcp.core.operations.claim_run import ClaimRun
from gitcp.core.operations.close_task import CancelTask, FinishTask, ReopenTask, SubmitTask
from gitcp.core.operations.create_comment import CreateComment
from gitcp.core.operations.create_record import CreateBudget, CreateGoal, CreateProject, CreateRoutine
from gitcp.core.operations.create_task import CreateTask
from gitcp.core.operations.decide_approval import DecideApproval
from gitcp.core.operations.edit_record import EditBudget, EditGoal, EditMember, EditProject, EditRoutine
from gitcp.core.operations.edit_task import EditTask
from gitcp.core.operations.employ_agent import (
    AdoptHeartbeat,
    HireAgent,
    PauseAgent,
    ResumeAgent,
    TerminateAgent,
)
from gitcp.core.operations.employ_person import CreatePerson, EditPerson, RemovePerson
from gitcp.core.operations.finish_run import FinishRun, ReapRun, ResolveRun
from gitcp.core.operations.fire_routine import FireRoutine
from gitcp.core.operations.gate_task import AskApproval, FollowApproval
from gitcp.core.operations.integrate_delivery import IntegrateDelivery
from gitcp.core.operations.number_task import NumberTask
from gitcp.core.operations.pause_record import (
    PauseCompany,
    PauseGoal,
    PauseProject,
    PauseTask,
    ResumeCompany,
    ResumeGoal,
    ResumeProject,
    ResumeTask,
)
from gitcp.core.operations.pause_routine import AdoptRoutine, PauseRoutine, ResumeRoutine
from gitcp.core.operations.propose_change import ProposeChange
from gitcp.core.operations.raise_budget import RaiseBudget
from gitcp.core.operations.rename_agent import RenameAgent
from gitcp.core.operations.request_approval import ExpireApproval, RequestApproval, WithdrawApproval
from gitcp.core.operations.request_top_up import RequestTopUp
from gitcp.core.operations.request_wake import RequestWake
from gitcp.core.operations.review_task import ReviewTask
from gitcp.core.operations.step_task import QueueTask, ShelveTask, StartTask
from gitcp.core.operations.write_document import WriteDocument
from gitcp.core.operations.write_policy import CreatePolicy, EditPolicy, RemovePolicy
from gitcp.model.operation import Operation

OPERATIONS: Final[dict[str, type[Operation]]] = {
    operation.name: operation
    for operation in (
        CreateTask,
        NumberTask,
        EditTask,
        AssignTask,
        QueueTask,
        ShelveTask,
        StartTask,
        BlockTask,
        UnblockTask,
        SubmitTask,
        ReviewTask,
        FinishTask,
        CancelTask,
        ReopenTask,
        PauseTask,
        ResumeTask,
        CreateComment,
        WriteDocument,
        HireAgent,
        EditMember,
        PauseAgent,
        ResumeAgent,
        TerminateAgent,
        RenameAgent,
        AdoptHeartbeat,
        CreatePerson,
        EditPerson,
        RemovePerson,
        PauseCompany,
        ResumeCompany,
        CreateGoal,
        EditGoal,
        PauseGoal,
        ResumeGoal,
        CreateProject,
        EditProject,
        PauseProject,
        ResumeProject,
        CreateBudget,
        EditBudget,
        CreatePolicy,
        EditPolicy,
        RaiseBudget,
        RemovePolicy,
        CreateRoutine,
        EditRoutine,
        PauseRoutine,
        ResumeRoutine,
        AdoptRoutine,
        FireRoutine,
        RequestApproval,
        DecideApproval,
        WithdrawApproval,
        ExpireApproval,
        ApplyApproval,
        AskApproval,
        ConcludeApproval,
        FollowApproval,
        IntegrateDelivery,
        ProposeChange,
        RequestTopUp,
        VoidApproval,
        RequestWake,
        ClaimRun,
        CancelRun,
        FinishRun,
        ReapRun,
        ResolveRun,
        ArchiveRecords,
    )
}

__all__ = [
    "OPERATIONS",
    "AdoptHeartbeat",
    "AdoptRoutine",
    "ApplyApproval",
    "ArchiveRecords",
    "AskApproval",
    "AssignTask",
    "BlockTask",
    "CancelRun",
    "CancelTask",
    "ClaimRun",
    "ConcludeApproval",
    "CreateBudget",
    "CreateComment",
    "CreateGoal",
    "CreatePerson",
    "CreatePolicy",
    "CreateProject",
    "CreateRoutine",
    "CreateTask",
    "DecideApproval",
    "EditBudget",
    "EditGoal",
    "EditMember",
    "EditPerson",
    "EditPolicy",
    "EditProject",
    "EditRoutine",
    "EditTask",
    "ExpireApproval",
    "FinishRun",
    "FinishTask",
    "FireRoutine",
    "FollowApproval",
    "HireAgent",
    "IntegrateDelivery",
    "NumberTask",
    "PauseAgent",
    "PauseCompany",
    "PauseGoal",
    "PauseProject",
    "PauseRoutine",
    "PauseTask",
    "ProposeChange",
    "QueueTask",
    "RaiseBudget",
    "ReapRun",
    "RemovePerson",
    "RemovePolicy",
    "RenameAgent",
    "ReopenTask",
    "RequestApproval",
    "RequestTopUp",
    "RequestWake",
    "ResolveRun",
    "ResumeAgent",
    "ResumeCompany",
    "ResumeGoal",
    "ResumeProject",
    "ResumeRoutine",
    "ResumeTask",
    "ReviewTask",
    "ShelveTask",
    "StartTask",
    "SubmitTask",
    "TerminateAgent",
    "UnblockTask",
    "VoidApproval",
    "WithdrawApproval",
    "WriteDocument",
]
