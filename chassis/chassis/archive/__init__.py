"""A whole system in one folder, taken while it runs and brought back into an empty one: databases, topics, files.

Two forms: a backup for speed, and an export that anybody can read without this software.
"""

from chassis.archive.folder import Damaged, Manifest, Tell
from chassis.archive.loading import NotEmpty, load, must_be_empty
from chassis.archive.taking import Source, take

__all__ = ["Damaged", "Manifest", "NotEmpty", "Source", "Tell", "load", "must_be_empty", "take"]
