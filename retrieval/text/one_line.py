"""What was written over several lines, where there is room for one."""


def on_one_line(text: str) -> str:
    """Return `text` with one space in the place of all that parts its words."""
    return " ".join(text.split())
