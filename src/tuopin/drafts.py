"""What a file holds of a text, before the text has its id and its date."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Draft:
    """A text as it was found: what its file does not say is empty, and `line` is 0 where the file has no lines."""

    text: str
    id: str = ""
    published: str = ""
    title: str = ""
    url: str = ""
    publisher: str = ""
    place: str = ""
    encoding: str = ""
    line: int = 0
