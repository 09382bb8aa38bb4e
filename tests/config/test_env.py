from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cong.config.env import BadSetting, Env, read


def test_without_an_environment_the_defaults_run_on_a_bare_machine() -> None:
    env = read({})

    assert env == Env()
    assert (env.database_url, env.data_dir, env.debug, env.harvest_loopback) == ("", Path("var"), False, False)


def test_what_is_given_takes_the_type_of_the_setting() -> None:
    env = read({"PORT": "9000", "DEBUG": "Yes", "DATA_DIR": "/srv/cong", "ALLOWED_HOSTS": "a.vn, b.vn,,"})

    assert (env.port, env.debug, env.data_dir, env.allowed_hosts) == (9000, True, Path("/srv/cong"), ("a.vn", "b.vn"))


@pytest.mark.parametrize(("name", "value"), [("PORT", "tám nghìn"), ("DEBUG", "maybe"), ("HARVEST_HOST_GAP", "1,5")])
def test_a_value_of_the_wrong_type_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name):
        read({name: value})


def test_variables_of_other_programs_are_left_alone() -> None:
    assert read({"HOME": "/root", "LANG": "C"}) == Env()


@given(st.integers(min_value=1, max_value=65_535))
def test_a_number_is_read_as_it_was_written(port: int) -> None:
    assert read({"PORT": str(port)}).port == port
