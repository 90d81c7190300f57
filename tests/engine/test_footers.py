"""What the footer of a file is trusted to tell."""

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from vitrail.engine.sql.footers import FEW, few_texts, says_something


@pytest.fixture
def path(tmp_path):
    def written(name, values, kind=None, **options):
        file = tmp_path / f"{name}.parquet"
        parquet.write_table(pa.table({"it": pa.array(values, kind)}), file, **options)
        return str(file)

    return written


def test_a_column_says_something_when_one_value_is_known(path):
    assert says_something(path("some", [None, None, "x"], row_group_size=1), "it")
    assert not says_something(path("none", [None, None], pa.string()), "it")
    assert not says_something(path("other", ["x"]), "absent")


def test_a_set_that_is_empty_says_something(path):
    assert says_something(path("sets", [[]], pa.list_(pa.string())), "it")


def test_without_statistics_a_column_may_say_something(path):
    assert says_something(path("mute", [None, "x"], write_statistics=False), "it")


@pytest.mark.parametrize("dictionary", [True, False])
def test_few_texts_are_all_of_them(path, dictionary):
    few = path("few", ["b", None, "a", "b"], row_group_size=2, use_dictionary=dictionary)
    assert few_texts(few, "it") == {"a", "b"}


def test_many_texts_are_not_listed(path):
    many = path("many", [str(number) for number in range(FEW + 1)], row_group_size=10)
    assert few_texts(many, "it") is None
