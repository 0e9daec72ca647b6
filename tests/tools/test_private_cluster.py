from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pytest

from tests.postgres import private_cluster


def connect(folder):
    return psycopg.connect(host=folder, user="postgres", dbname="postgres")


def test_a_cluster_answers_on_its_own_socket_and_is_gone_afterwards():
    with private_cluster() as url:
        folder = unquote(urlsplit(url).netloc.rpartition("@")[2])
        with connect(folder) as connection:
            assert connection.execute("show listen_addresses").fetchone() == ("",)
    assert not Path(folder).exists()
    with pytest.raises(psycopg.OperationalError):
        connect(folder)


def test_a_cluster_is_stopped_when_a_test_run_breaks():
    with pytest.raises(KeyboardInterrupt), private_cluster() as url:
        raise KeyboardInterrupt
    assert not Path(unquote(urlsplit(url).netloc.rpartition("@")[2])).exists()
