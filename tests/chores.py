"""What the worker does, without the worker."""

from wardkey.operating import worker


def done(name: str) -> None:
    """A round of that chore, in all its portions."""
    chores = worker.usual_chores(stopping=lambda: False)
    [work] = [chore.work for chore in chores if chore.name == name]
    while work():
        pass
