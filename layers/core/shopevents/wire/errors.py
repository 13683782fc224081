"""The error envelope of every route."""

from typing import Literal

from shopevents.wire.validation import WireModel


class ErrorDetail(WireModel):
    """One field that is wrong, by its dotted path."""

    field: str
    message: str


class ErrorResponse(WireModel):
    """Why a request was not served: a Korean sentence, and a code for programs."""

    success: Literal[False] = False
    error: str
    code: str
    details: tuple[ErrorDetail, ...] = ()
