"""New records as edits: each in the one place where its kind lives, under the values that were given."""

from sopgen.drafts.plans import plan
from sopgen.drafts.proposals import proposed_risks
from sopgen.drafts.records import incident, log, retro, risk, target, task
from sopgen.drafts.sops import sop

__all__ = ["incident", "log", "plan", "proposed_risks", "retro", "risk", "sop", "target", "task"]
