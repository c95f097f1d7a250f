"""A moment in a contract."""

from datetime import datetime
from typing import Annotated

import msgspec

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""With its offset: a time that does not say of which place it is, is a damaged body and no fact."""
