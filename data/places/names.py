"""Names of a division: its parts, short name, reading and English name.

Reads the small tables beside this file (ethnic.csv, short_names.csv,
readings.csv, romanised.csv); the default reading of a character is that of
pypinyin 0.55.0.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from pypinyin import lazy_pinyin

HERE = Path(__file__).parent
UNITS = {
    "特别行政区": "Special Administrative Region",
    "自治区": "Autonomous Region",
    "自治州": "Autonomous Prefecture",
    "自治县": "Autonomous County",
    "自治旗": "Autonomous Banner",
    "地区": "Prefecture",
    "省": "Province",
    "盟": "League",
    "旗": "Banner",
    "县": "County",
    "市": "City",
    "区": "District",
}
LONG_UNITS = {
    "神农架林区": ("林区", "Forestry District"),
    "六枝特区": ("特区", "Special District"),
    "万山特区": ("特区", "Special District"),
    "井陉矿区": ("矿区", "Mining District"),
    "峰峰矿区": ("矿区", "Mining District"),
    "鹰手营子矿区": ("矿区", "Mining District"),
    "白云鄂博矿区": ("矿区", "Mining District"),
    "浦东新区": ("新区", "New Area"),
    "滨海新区": ("新区", "New Area"),
    "沈北新区": ("新区", "New District"),
}
MUNICIPALITIES = ("北京市", "天津市", "上海市", "重庆市")


def rows(name: str) -> list[dict[str, str]]:
    """Read the rows of a table beside this file."""
    with (HERE / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@dataclass(frozen=True)
class Parts:
    """A name taken apart: 江华 + (瑶族,) + 自治县."""

    stem: str
    groups: tuple[str, ...]
    unit: str
    unit_en: str


class Namer:
    """Makes the derived names of a division out of its official name."""

    def __init__(self) -> None:
        """Read the tables."""
        self.ethnic = {r["zh"]: r["en"] for r in rows("ethnic.csv")}
        self.short = {r["name_zh"]: r["short_zh"] for r in rows("short_names.csv")}
        self.readings = {r["text"]: r["reading"].split() for r in rows("readings.csv")}
        self.romanised = {(r["province"], r["stem_zh"]): r["stem_en"] for r in rows("romanised.csv")}

    def parts(self, name: str) -> Parts:
        """Take an official name apart."""
        if name in LONG_UNITS:
            unit, english = LONG_UNITS[name]
            return Parts(name.removesuffix(unit), (), unit, english)
        unit = next(u for u in UNITS if name.endswith(u))
        stem = name.removesuffix(unit)
        groups: list[str] = []
        peopled = unit.startswith("自治") or (unit == "区" and stem.endswith("族"))
        if peopled and self.short.get(name) != stem:
            stem, groups = self._strip_groups(stem)
        return Parts(stem, tuple(groups), unit, UNITS[unit])

    def _strip_groups(self, stem: str) -> tuple[str, list[str]]:
        groups: list[str] = []
        while True:
            found = [g for g in self.ethnic if stem.endswith(g)]
            if not found:
                return stem, groups
            group = max(found, key=len)
            if group == stem:
                return stem.removesuffix("族"), groups
            stem = stem.removesuffix(group)
            groups.insert(0, group)

    def short_zh(self, name: str) -> str:
        """Give the name people write, without unit and peoples."""
        if name in self.short:
            return self.short[name]
        parts = self.parts(name)
        if len(parts.stem) == 1:
            return name
        return parts.stem + "旗" if parts.unit.endswith("旗") else parts.stem

    def syllables(self, name: str) -> list[str]:
        """Give toneless syllables, one for each character, with ü as ü."""
        result = lazy_pinyin(name, v_to_u=True)
        if len(result) != len(name):
            raise ValueError(f"not one syllable for each character: {name}")
        for text in sorted(self.readings, key=len):
            for match in re.finditer(text, name):
                if len(text) == 1 or match.start() == 0:
                    result[match.start() : match.end()] = self.readings[text]
        return result

    def english(self, code: str, name: str) -> tuple[str, str]:
        """Give the full and the short English name."""
        parts = self.parts(name)
        short = self.short_zh(name)
        stem_zh = name if len(parts.stem) == 1 else parts.stem
        stem = self.romanised.get((code[:2], parts.stem)) or self.romanised.get((code[:2], short))
        stem = stem or joined(self.syllables(name)[: len(stem_zh)])
        peoples = conjoined([self.ethnic[g] for g in parts.groups])
        unit = "Municipality" if name in MUNICIPALITIES else parts.unit_en
        full = " ".join(p for p in (stem, peoples, unit) if p)
        if parts.unit.endswith("旗"):
            return full, stem + " Banner"
        if short == name and len(parts.stem) > 1:
            return full, full
        return full, stem


def joined(syllables: list[str]) -> str:
    """Join syllables to one word: xi, an -> Xi'an."""
    word = syllables[0]
    for syllable in syllables[1:]:
        word += ("'" if syllable[0] in "aeo" else "") + syllable
    return word[0].upper() + word[1:]


def conjoined(words: list[str]) -> str:
    """Make an English list: Tujia and Miao; Lahu, Va, Blang and Dai."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " and " + words[-1]
