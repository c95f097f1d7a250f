"""Views built anew beside the old ones from the topic, compared with them, and put in their place; readers never see a gap."""

from chassis.rebuild.run import NotRebuildable, Outcome, Progress, Rebuild, Stage

__all__ = ["NotRebuildable", "Outcome", "Progress", "Rebuild", "Stage"]
