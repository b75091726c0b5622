"""What one run may use at most, and what it therefore reserves."""

from decimal import Decimal

from gitcp.model.amounts import Amounts, RunLimits
from gitcp.model.members import Agent
from gitcp.model.runtimes import Billing, CommandLineRuntime, ProcessRuntime
from gitcp.model.snapshot import Snapshot

DEFAULT_LIMITS = RunLimits(usd=Decimal(1), usd_imputed=Decimal(1), tokens=200_000, minutes=Decimal(30))
# An agent's command line reads its whole conversation at each call: most of its tokens are cached, and cheap.
DEFAULT_OF_COMMAND_LINES = RunLimits(tokens=2_000_000, silence_minutes=Decimal(15)).over(DEFAULT_LIMITS)


def limits_of(snapshot: Snapshot, agent: Agent) -> RunLimits:
    """Return the limits of one run of an agent: its own, else the company's, else its runtime's.

    Where the record says who pays, there is one limit of money: of what is billed, or of the list price that nobody bills.
    """
    company = snapshot.company
    own = agent.limits.over(company.limits) if company else agent.limits
    runtime = agent.runtime
    default = DEFAULT_OF_COMMAND_LINES if isinstance(runtime, CommandLineRuntime) else DEFAULT_LIMITS
    if isinstance(runtime, ProcessRuntime):
        return own.over(default)
    if runtime.billing is Billing.API:
        return own.over(default).without("usd_imputed")
    # Who says what a run may cost means it whoever pays.
    return own.over(RunLimits(usd_imputed=own.usd)).over(default).without("usd")


def reservation(limits: RunLimits) -> Amounts:
    """Return what a run with these limits reserves."""
    return Amounts(
        usd=limits.usd or Decimal(0),
        usd_imputed=limits.usd_imputed or Decimal(0),
        tokens=limits.tokens or 0,
        runs=1,
        minutes=limits.minutes or Decimal(0),
    )
