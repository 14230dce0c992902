"""The administrative divisions: found by name, code and date, with all that contain them and what came after them."""

import re
from pathlib import Path

import pytest
from edits import PLACES, read

from tuopin.errors import DataError
from tuopin.facts import Source
from tuopin.gazetteer import LEVELS, Gazetteer, Place, find_places, read_places
from tuopin.names import Names
from tuopin.periods import first_day, is_date
from tuopin.resources import find_data

# In force at the end of each year, as data/README.md counts them.
COUNTS = [
    (int(year), int(prefectures), int(counties), int(total or 0))
    for year, prefectures, counties, total in re.findall(
        r"(?m)^\| (\d{4}) \| (\d+) \| (\d+) \| (?:(\d+)|-)", (find_data() / "README.md").read_text("utf-8")
    )
]


@pytest.fixture(scope="module")
def places() -> Gazetteer:
    return Gazetteer(read_places())


def keys(found: list[Place]) -> list[str]:
    return [place.key for place in found]


def in_force(place: Place, year: int) -> bool:
    """Whether it was at the end of a year; one that ended in a known year or month did not see its end."""
    begin, end = place.valid_from, place.valid_to
    return (not begin or first_day(begin)[:4] <= str(year)) and (not end or end[:4] > str(year))


# --- names


@pytest.mark.parametrize(
    ("name", "date", "found"),
    [
        ("宁乡县", "2016-05-01", ["430124"]),
        ("宁乡市", "2016-05-01", []),
        ("宁乡县", "2018-05-01", []),
        ("宁乡市", "2018-05-01", ["430182"]),
        ("宁乡", "2017-04-09", ["430124"]),
        ("宁乡", "2017-04-10", ["430182"]),
        ("宁乡", "", ["430124", "430182"]),
        ("江华县", "2017-02-20", ["431129"]),
        ("江华", "2017-02-20", ["431129"]),
        ("江华瑶族自治县", "2017-02-20", ["431129"]),
        ("江华自治县", "2017-02-20", ["431129"]),
        ("江华市", "2017-02-20", []),
        ("海南省", "2017-01-01", ["460000"]),
        ("海南州", "2017-01-01", ["632500"]),
        ("海南藏族自治州", "2017-01-01", ["632500"]),
        ("海南", "2017-01-01", ["150303", "460000", "632500"]),
        ("湘西", "2017-01-01", ["433100"]),
        ("湘西州", "2017-01-01", ["433100"]),
        ("湘西自治州", "2017-01-01", ["433100"]),
        ("湘西县", "2017-01-01", []),
        ("鼓楼区", "2017-01-01", ["320106", "320302", "350102", "410204"]),
        ("朝阳区", "2017-01-01", ["110105", "220104"]),
        ("吉林", "2017-01-01", ["220000", "220200"]),
        ("桥东区", "2012-01-01", ["130103", "130502", "130702"]),
        ("桥东区", "2021-01-01", ["130702"]),
        ("襄都区", "2021-01-01", ["130502-2020"]),
        ("襄都区", "2019-01-01", []),
        ("襄樊市", "2010-01-01", ["420600"]),
        ("襄阳市", "2011-01-01", ["420600-2010"]),
        ("浦东", "2017-01-01", ["310115"]),
        ("香港", "2017-01-01", ["810000"]),
        ("神农架", "2017-01-01", ["429021"]),
        ("内蒙古", "2017-01-01", ["150000"]),
        ("敖汉旗", "2017-01-01", ["150430"]),
        ("单县", "2017-01-01", ["371722"]),
        ("单", "2017-01-01", []),
        ("中国", "2017-01-01", ["CN"]),
        ("市辖区", "", []),
        ("县", "", []),
        ("", "", []),
    ],
)
def test_a_name_finds_the_places_that_were_called_so_on_the_day(
    name: str, date: str, found: list[str], places: Gazetteer
) -> None:
    assert keys(places.find_name(name, date)) == found


@pytest.mark.parametrize(
    ("code", "date", "key"),
    [
        ("430124", "2017-04-09", "430124"),
        ("430124", "2017-04-10", None),
        ("430182", "2017-04-09", None),
        ("430182", "2017-04-10", "430182"),
        ("430124", "2017", "430124"),
        ("430182", "2017", "430182"),
        ("430124", "", "430124"),
        ("130502", "2020-06-04", "130502"),
        ("130502", "2020-06-05", "130502-2020"),
        ("130502", "", "130502-2020"),
        ("CN", "2020-01-01", "CN"),
        ("999999", "", None),
        ("", "", None),
        ("43018", "", None),
    ],
)
def test_a_code_finds_the_place_that_had_it_on_the_day_or_latest(
    code: str, date: str, key: str | None, places: Gazetteer
) -> None:
    found = places.find_code(code, date)
    assert (found and found.key) == key


@pytest.mark.parametrize(
    ("name", "code", "date", "problem"),
    [
        ("鼓楼区", "", "2017-02-20", "place-ambiguous"),
        ("鼓楼区", "320106", "2017-02-20", None),
        ("鼓楼", "320106", "2017-02-20", None),
        ("鼓楼区", "430181", "2017-02-20", "code-mismatch"),
        ("宁乡市", "430182", "2016-02-20", "code-unknown"),
        ("宁乡县", "430124", "2018-02-20", "code-unknown"),
        ("宁乡县", "", "2018-02-20", "place-unknown"),
        ("怀化市", "", "", None),
    ],
)
def test_a_name_with_a_code_means_one_place_or_says_why_not(
    name: str, code: str, date: str, problem: str | None, places: Gazetteer
) -> None:
    names = Names(places, [])
    if problem is None:
        assert name in names.find_place(name, code, date).names
        return
    with pytest.raises(DataError) as raised:
        names.find_place(name, code, date)
    assert raised.value.problem.key == problem


def test_the_same_name_is_another_place_in_a_source_of_another_day(places: Gazetteer) -> None:
    names, kinds = Names(places, []), frozenset({"place"})
    found = [names.find_iri("宁乡", kinds, Source("s", published=day)) for day in ("2016-05-01", "2018-05-01")] * 2
    assert [iri.rpartition("/")[2] for iri in found] == ["430124", "430182"] * 2


# --- containment and succession


@pytest.mark.parametrize(
    ("key", "containers"),
    [
        ("431129", ["永州市", "湖南省", "中国"]),
        ("430124", ["长沙市", "湖南省", "中国"]),
        ("433123", ["湘西土家族苗族自治州", "湖南省", "中国"]),
        ("110103", ["北京市", "中国"]),
        ("469001", ["海南省", "中国"]),
        ("430000", ["中国"]),
        ("CN", []),
    ],
)
def test_the_places_that_contain_one_come_from_the_nearest_to_the_country(
    key: str, containers: list[str], places: Gazetteer
) -> None:
    place = next(place for place in places.places if place.key == key)
    assert [above.name_zh for above in places.find_containers(place)] == containers


@pytest.mark.parametrize(
    ("key", "successors"),
    [
        ("430124", ["430182"]),
        ("110103", ["110101"]),
        ("371200", ["370100"]),
        ("130502", ["130502-2020"]),
        ("420600", ["420600-2010"]),
        ("431129", []),
    ],
)
def test_a_place_that_ended_leads_to_what_came_after_it(key: str, successors: list[str], places: Gazetteer) -> None:
    place = next(place for place in places.places if place.key == key)
    assert keys(places.find_successors(place)) == successors


# --- the table as a whole


def test_every_place_has_a_key_of_its_own_and_a_parent_in_force_when_it_began(places: Gazetteer) -> None:
    assert len({place.key for place in places.places}) == len(places.places) == len(read(find_data() / PLACES)) - 1
    for place in places.places:
        held = [parent for parent in places.places if parent.code == place.parent]
        assert bool(held) == (place.level != "country"), place.key
        assert not held or min(parent.days[0] for parent in held) <= place.days[0], place.key
        assert places.find_parent(place) is not None or place.level == "country", place.key


def test_a_key_is_the_code_of_the_oldest_row_and_has_the_first_year_in_a_later_one(places: Gazetteer) -> None:
    for place in places.places:
        rows = sorted((other for other in places.places if other.code == place.code), key=lambda row: row.valid_from)
        wanted = place.code if rows[0] is place else f"{place.code}-{place.valid_from[:4]}"
        assert place.key == wanted


def test_every_place_lies_at_a_level_below_that_of_its_parent(places: Gazetteer) -> None:
    for place in places.places:
        parent = places.find_parent(place)
        assert parent is None or LEVELS.index(parent.level) < LEVELS.index(place.level), place.key


def test_no_code_means_two_places_at_once_but_in_the_month_or_year_of_a_change(places: Gazetteer) -> None:
    for place in places.places:
        for other in places.places if place.valid_from else ():
            if other.code == place.code and other.days < place.days:
                assert other.valid_to, place.key
                assert other.days[1] < place.days[0] or len(other.valid_to) < len("2017-04-09"), place.key


def test_what_replaced_a_place_is_there_and_was_in_force_after_it(places: Gazetteer) -> None:
    codes = {place.code for place in places.places}
    for place in places.places:
        assert set(place.replaced_by) <= codes, place.key
        assert bool(place.replaced_by) == bool(place.valid_to), place.key
        for successor in places.find_successors(place):
            assert successor.days[1] >= place.days[1], (place.key, successor.key)


def test_every_row_has_a_name_in_both_languages_and_dates_that_exist(places: Gazetteer) -> None:
    for place in places.places:
        assert re.fullmatch(r"[\u3400-\u9fff]+", place.name_zh), place.key
        assert place.short_zh
        assert place.name_zh.startswith(place.short_zh[:1]), place.key
        assert place.name_en.isprintable(), place.key
        assert not re.search(r"[\u3400-\u9fff]", place.name_en + place.short_en + place.pinyin), place.key
        assert all(not date or is_date(date) for date in (place.valid_from, place.valid_to)), place.key
        assert place.days[0] <= place.days[1], place.key


@pytest.mark.parametrize(("year", "prefectures", "counties", "total"), COUNTS)
def test_as_many_were_in_force_at_the_end_of_the_year_as_is_documented(
    year: int, prefectures: int, counties: int, total: int, places: Gazetteer
) -> None:
    held = [place.level for place in places.places if in_force(place, year)]
    assert [held.count(level) for level in LEVELS] == [1, 34, prefectures, counties]
    assert total in (0, counties)  # the official total, where one was read


def test_the_document_counts_every_year() -> None:
    assert [year for year, *_ in COUNTS] == list(range(2010, 2025))
    assert any(total for *_, total in COUNTS)


def test_a_folder_without_places_takes_those_that_tuopin_comes_with(tmp_path: Path) -> None:
    assert find_places(tmp_path) == find_data() / PLACES
    (tmp_path / PLACES).write_text(
        (find_data() / PLACES).read_text("utf-8").split("\n", 1)[0] + "\nCN,country,中国,中国,,China,China,,,,\n",
        "utf-8",
    )
    assert keys(read_places(tmp_path)) == ["CN"]
