"""What stops a start, said to a person."""


class StackProblem(Exception):
    """A start cannot go on. The text is one sentence that says what to do."""
