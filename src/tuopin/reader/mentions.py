"""A place as a text names it, alone or in a row of others."""

from dataclasses import dataclass, field, replace

from tuopin.gazetteer import Place


@dataclass(frozen=True, slots=True)
class Mention:
    """A place as the text names it.

    `name` is the name completed with its suffix; `code` empty where there is none or where it is ambiguous; `level` is
    one of the levels of the gazetteer. `role` is ``subject``, ``oblique`` (from where, with whom), ``attribute``
    (是湖南省的…), ``compared`` (比全省) or ``listed`` (one of several named together). `anaphor` says that it was 全县
    or the like; `outer` is the place named right before as its container.
    """

    start: int
    end: int
    name: str
    code: str = ""
    level: str = ""
    role: str = "subject"
    anaphor: bool = False
    outer: "Mention | None" = None
    place: Place | None = field(default=None, compare=False)

    @property
    def rule(self) -> str:
        """What it is, for a trace: a name, a word such as 全县, or whose article it is."""
        return "home" if self.start == self.end else "anaphor" if self.anaphor else "name"


def mark_lists(mentions: list[Mention], text: str) -> list[Mention]:
    """Places joined by 、, 和 or 与 are named together; from where the first is, the others are too."""
    marked = list(mentions)
    for index in range(len(mentions) - 1):
        joint = text[mentions[index].end : mentions[index + 1].start]
        alike = mentions[index].level == mentions[index + 1].level and mentions[index].name != mentions[index + 1].name
        if joint in ("、", "和", "与", "及", "以及") and not mentions[index].anaphor and alike:
            role = "oblique" if marked[index].role == "oblique" else "listed"
            for place in (index, index + 1):
                marked[place] = replace(marked[place], role=role)
    return marked
