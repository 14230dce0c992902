"""Files and folders are replaced whole, and only where they are ours to replace."""

import os
import threading
from pathlib import Path
from typing import Any

import pytest

from tuopin.errors import FileError
from tuopin.files import SUMS, find_folder, open_folder, open_whole
from tuopin.messages import LANGUAGES, set_language

OURS = {SUMS: "0  mark\n0  table.csv\n", "mark": "", "table.csv": "", "store/CURRENT": ""}


def put(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def see(folder: Path) -> dict[str, str]:
    """All that a folder holds, by path."""
    paths = sorted(folder.rglob("*"))
    return {str(path.relative_to(folder)): path.read_text() if path.is_file() else "" for path in paths}


def fill(path: Path) -> None:
    with open_folder(path, "mark", "store") as new:
        assert list(new.iterdir()) == []
        put(new, {"mark": "new"})


REPLACED: dict[str, dict[str, str]] = {
    "one that is empty": {},
    "one of ours": OURS,
    "one of ours that lost a file": {SUMS: OURS[SUMS], "mark": ""},
    "one that a desktop looked into": {**OURS, ".DS_Store": "", "Thumbs.db": "", "desktop.ini": ""},
}
FOREIGN: dict[str, tuple[dict[str, str], str]] = {
    "a letter": ({"letter.txt": ""}, "letter.txt"),
    "a hidden file": ({".profile": ""}, ".profile"),
    "a folder": ({"photos/1.jpg": ""}, "photos"),
    "an empty folder": ({"photos/.DS_Store": ""}, "photos"),
    "a letter beside ours": ({**OURS, "letter.txt": ""}, "letter.txt"),
    "a folder beside ours": ({**OURS, "photos/1.jpg": ""}, "photos"),
    "the sums of other files": ({SUMS: "0  debian.iso\n", "debian.iso": ""}, SUMS),
    "sums that are no text": ({SUMS: "\0", "mark": ""}, SUMS),
    "no sums": ({"mark": "", "store/CURRENT": ""}, "mark"),
}


@pytest.mark.parametrize("case", REPLACED)
def test_a_folder_of_ours_or_an_empty_one_is_replaced_whole(tmp_path: Path, case: str) -> None:
    fill(put(tmp_path / "x", REPLACED[case]))
    assert see(tmp_path) == {"x": "", "x/mark": "new"}


@pytest.mark.parametrize("case", FOREIGN)
def test_a_folder_that_holds_what_no_build_wrote_is_not_replaced(tmp_path: Path, case: str) -> None:
    files, first = FOREIGN[case]
    put(tmp_path / "x", files)
    before = see(tmp_path)
    with pytest.raises(FileError) as caught:
        fill(tmp_path / "x")
    problem = caught.value.problem
    assert (problem.key, problem.file, problem.value) == ("folder-foreign", str(tmp_path / "x"), first)
    assert see(tmp_path) == before


def test_a_file_that_comes_while_the_folder_is_made_is_kept(tmp_path: Path) -> None:
    put(tmp_path / "x", OURS)
    with pytest.raises(FileError, match=r"letter\.txt"), open_folder(tmp_path / "x", "mark", "store"):
        put(tmp_path / "x", {"letter.txt": "dear"})
    assert see(tmp_path / "x") == {**OURS, "store": "", "letter.txt": "dear"}
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_refusal_names_the_folder_the_file_and_a_way_out(tmp_path: Path, language: str) -> None:
    put(tmp_path / "x", {"letter.txt": ""})
    set_language(language)
    with pytest.raises(FileError) as caught:
        fill(tmp_path / "x")
    text, expected = str(caught.value), caught.value.problem.expected
    set_language("")
    assert [part in text for part in (str(tmp_path / "x"), "letter.txt", "-o")] == [True, True, True]
    assert ("空" if language == "zh" else "empty") in expected


def test_a_file_is_no_folder_and_stays(tmp_path: Path) -> None:
    put(tmp_path, {"x": "dear"})
    with pytest.raises(FileError) as caught:
        fill(tmp_path / "x")
    assert caught.value.problem.key == "file-not-folder"
    assert see(tmp_path) == {"x": "dear"}


def test_a_pipe_is_no_folder_and_stays(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x")
    with pytest.raises(FileError) as caught:
        fill(tmp_path / "x")
    assert caught.value.problem.key == "file-not-folder"
    assert (tmp_path / "x").is_fifo()


def test_a_link_stays_and_the_folder_that_it_leads_to_is_replaced(tmp_path: Path) -> None:
    put(tmp_path / "disk" / "x", OURS)
    (tmp_path / "x").symlink_to("disk/x")
    fill(tmp_path / "x")
    assert (tmp_path / "x").is_symlink()
    assert see(tmp_path / "disk") == {"x": "", "x/mark": "new"}


@pytest.mark.parametrize("name", ["数据 集", "a[b]", "*", ".hidden", "-o"])
def test_any_name_will_do(tmp_path: Path, name: str) -> None:
    put(tmp_path / f".{name}.new-999999999-0", {"part": ""})
    put(tmp_path / "other", {"letter.txt": ""})
    fill(tmp_path / name)
    assert see(tmp_path) == {name: "", f"{name}/mark": "new", "other": "", "other/letter.txt": ""}


def test_runs_at_once_in_one_process_do_not_mix(tmp_path: Path) -> None:
    with open_folder(tmp_path / "x", "mark") as one, open_folder(tmp_path / "x", "mark") as other:
        for folder in (one, other):
            put(folder, {"mark": folder.name, SUMS: "0  mark\n"})
        assert one != other
    assert (tmp_path / "x" / "mark").read_text() == one.name
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device"), ValueError()])
def test_a_run_that_fails_leaves_what_stood_there_and_nothing_else(tmp_path: Path, error: BaseException) -> None:
    put(tmp_path / "x", OURS)

    def fail() -> None:
        with open_folder(tmp_path / "x", "mark", "store") as new:
            put(new, {"half": ""})
            raise error

    with pytest.raises((KeyboardInterrupt, FileError, ValueError)) as caught:
        fail()
    assert not isinstance(error, OSError) or caught.value.problem.key == "disk-full"
    assert see(tmp_path / "x") == {**OURS, "store": ""}
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_run_that_is_alive_keeps_its_folder(tmp_path: Path) -> None:
    put(tmp_path / f".x.new-{os.getppid()}-0", {"part": ""})
    fill(tmp_path / "x")
    assert see(tmp_path) == {
        f".x.new-{os.getppid()}-0": "",
        f".x.new-{os.getppid()}-0/part": "",
        "x": "",
        "x/mark": "new",
    }


@pytest.mark.parametrize("path", [".", "x", "x/..", "nowhere"])
def test_a_folder_is_found_under_any_path_that_leads_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    put(tmp_path / "x", OURS)
    monkeypatch.chdir(tmp_path)
    assert find_folder(Path(path)) == Path(path)


# --- one file


def write_all(path: Path, texts: list[Any]) -> None:
    with open_whole(path) as out:
        for text in texts:
            out.write(text)


def write(path: Path, text: str) -> None:
    write_all(path, [text])


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    write(tmp_path / "x", "old\r\n")
    with pytest.raises(TypeError):
        write_all(tmp_path / "x", ["half", None])
    assert (tmp_path / "x").read_bytes() == b"old\r\n"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_link_to_a_file_stays_and_the_file_is_replaced(tmp_path: Path) -> None:
    put(tmp_path / "disk", {"x": "old"})
    (tmp_path / "x").symlink_to("disk/x")
    write(tmp_path / "x", "new")
    assert (tmp_path / "x").is_symlink()
    assert see(tmp_path / "disk") == {"x": "new"}


def test_a_pipe_is_written_to_and_stays(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x")
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "x").read_text()))
    reader.start()
    write(tmp_path / "x", "new")
    reader.join()
    assert read == ["new"]
    assert (tmp_path / "x").is_fifo()


def test_a_folder_is_no_file_and_stays(tmp_path: Path) -> None:
    put(tmp_path / "x", {"letter.txt": "dear"})
    with pytest.raises(FileError) as caught:
        write(tmp_path / "x", "new")
    assert caught.value.problem.key == "file-is-folder"
    assert see(tmp_path) == {"x": "", "x/letter.txt": "dear"}
