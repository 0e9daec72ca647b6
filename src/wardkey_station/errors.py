"""What can go wrong at the desk, each with the exit status that scripts rely on."""

from enum import IntEnum


class Exit(IntEnum):
    DONE = 0
    UNHEARD = 1  # done, but what was said could not be written
    INPUT = 2
    NO_TOUCH = 3
    PIN = 4
    UNSUPPORTED = 5
    MORE_THAN_ONE_KEY = 6  # also one that another program holds
    DEVICE = 7
    PORTAL = 8
    INTERRUPTED = 130


class Refused(Exception):
    """`said` tells whoever sits at the desk what happened and what to do next."""

    def __init__(self, said: str, *, exit_status: Exit) -> None:
        super().__init__(said)
        self.exit_status = exit_status


class HasOne(Refused):
    """A token waits for this person already: they are left out. Nothing was changed."""

    def __init__(self, said: str) -> None:
        super().__init__(said, exit_status=Exit.INPUT)


class Taken(Refused):
    """The key is registered already: of a stack, the next one is taken. Nothing was changed."""

    def __init__(self, said: str) -> None:
        super().__init__(said, exit_status=Exit.INPUT)
