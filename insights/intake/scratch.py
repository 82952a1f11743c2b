"""Room on disk for what has to be gone through again: a file without a name that goes away with whoever holds it."""

import io
import tempfile


class Scratch(io.BufferedRandom):
    """A temporary file. It closes itself when nobody holds it any more."""

    def __init__(self) -> None:
        super().__init__(tempfile.TemporaryFile(buffering=0))  # noqa: SIM115  # closed below

    def __del__(self) -> None:
        self.close()
