"""What the client needs of its link to the host."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Literal, Protocol, TypeAlias

from sim.net.protocol import HostMessage, ReceiptFor

__all__ = ["Link", "LinkMaker"]


class Link(Protocol):
    """A seat's end of the link; `sim.net.client.HostLink` is the real one."""

    @property
    def state(self) -> str:
        """``linking``, ``linked``, ``lost`` or ``ended``."""

    @property
    def view(self) -> Mapping[str, Any]:
        """The merged view: ``{"single": …, "tables": …}``."""

    @property
    def reason(self) -> str:
        """Why the link is lost or ended."""

    @property
    def offer(self) -> str:
        """Text of an offer to go back to before the last input; empty when there is none."""

    def messages(self) -> AsyncIterator[HostMessage]:
        """What the host says, each message after it was merged into the view; ends with the link."""

    async def send_input(self, data: Mapping[str, Any]) -> ReceiptFor:
        """Send an input and wait for its receipt."""

    async def clock(self, action: str, *, ratio: float = 0.0, to: int | Literal["needs"] | None = None) -> ReceiptFor:
        """Tell the clock what to do."""

    async def go_back(self) -> None:
        """Take the offer."""

    async def close(self) -> None:
        """End the link."""


LinkMaker: TypeAlias = Callable[[tuple[str, ...]], Link]
"""Makes a link that takes these seats (``("*",)``: the whole team)."""
