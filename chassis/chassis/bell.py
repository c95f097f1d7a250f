"""A bell that any thread may ring and one loop listens to."""

import asyncio
import contextlib
from collections.abc import Callable


class Bell:
    """Rings when something was appended in this process; `elsewhere` passes it on to other processes of the service."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._event: asyncio.Event | None = None
        self.elsewhere: Callable[[], None] | None = None

    def attach(self) -> None:
        """Bind to the running loop."""
        self._loop, self._event = asyncio.get_running_loop(), asyncio.Event()

    def ring(self) -> None:
        """Safe from any thread. A bell that rang and was not heard yet need not ring again."""
        if self._loop is not None and self._event is not None and not self._event.is_set():
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._event.set)
        if self.elsewhere is not None:
            self.elsewhere()

    async def wait(self, seconds: float) -> bool:
        """Until it rings, or that time has passed; whether it rang."""
        assert self._event is not None
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), seconds)
        rang = self._event.is_set()
        self._event.clear()
        return rang
