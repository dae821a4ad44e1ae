"""The base of every section of a scenario file, and the numbers they share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(strict=True, ge=0.0, le=1.0)]
Level = Annotated[float, Field(strict=True, ge=0.0, le=100.0)]
Positive = Annotated[float, Field(strict=True, gt=0.0)]
Amount = Annotated[float, Field(strict=True, ge=0.0)]
Gain = Annotated[float, Field(strict=True, ge=-5.0, le=5.0)]
Count = Annotated[int, Field(strict=True, ge=0)]


class Section(BaseModel):
    """Base of every section: frozen, and strict about keys."""

    # NOTE: built once as parts of the whole, not each alone as well: 0.13 s of import for 0.16.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
