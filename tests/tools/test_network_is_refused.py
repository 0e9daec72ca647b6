import socket

import pytest


@pytest.mark.parametrize("host", ["192.0.2.1", "wardkey.example"])
def test_what_leaves_this_machine_fails(host):
    with pytest.raises(PermissionError, match=host):
        socket.create_connection((host, 80), timeout=1)


def test_this_machine_answers_itself():
    with socket.create_server(("localhost", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()
