"""One command serves everything and ends well when it is asked to."""

import shlex
import signal
import socket

import pytest

from tests.installation import RUN, Installation, fetch, free_port, wait_for


def test_serve_answers_works_in_the_background_and_stops_when_told(installation):
    port = free_port()
    server = installation.start(*RUN, "serve", "--port", str(port))
    wait_for(lambda: fetch(f"http://127.0.0.1:{port}/healthz"))

    status, ready = fetch(f"http://127.0.0.1:{port}/readyz")
    assert status == 200
    assert '"ok"' in ready
    installation.huying("createadmin", "--username", "admin", "--name", "管理员", HUYING_ADMIN_PASSWORD="Hu-ying-2025!")
    wait_for(lambda: installation.query("SELECT 1 FROM events_event WHERE position IS NOT NULL"))
    _, figures = fetch(f"http://127.0.0.1:{port}/metrics")
    assert "huying_database_up 1.0" in figures
    assert 'huying_placed_rows_total{stream="audit"}' in figures

    server.send_signal(signal.SIGTERM)
    said, _ = server.communicate(timeout=20)
    assert server.returncode == 0
    assert "呼应已停止" in said


def test_several_processes_share_one_port(installation):
    port = free_port()
    server = installation.start(*RUN, "serve", "--port", str(port), "--processes", "2")
    wait_for(lambda: fetch(f"http://127.0.0.1:{port}/healthz"), 80)

    server.send_signal(signal.SIGTERM)
    server.communicate(timeout=30)
    assert server.returncode == 0


def test_a_taken_port_is_named_with_what_to_do(installation):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = installation.huying("serve", "--port", str(port), code=1)
    assert f"端口 {port} 已被其他程序占用" in said
    assert "--port" in said


def test_serve_brings_up_the_tables_of_a_new_installation(installation):
    (installation.data / "huying.sqlite3").unlink()
    assert "待升级" in installation.huying("serve", "--no-migrate", code=1)
    assert "待升级" in installation.huying("worker", code=1)
    port = free_port()
    installation.start(*RUN, "serve", "--port", str(port), "--no-worker")

    wait_for(lambda: fetch(f"http://127.0.0.1:{port}/readyz"), 40)


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_without_its_database_it_says_so_and_may_be_begun_again(tmp_path, command):
    """Code 3, at which a service manager tries again; no traceback in its journal."""
    nobody = {"HUYING_DATABASE_URL": f"postgresql://huying@127.0.0.1:{free_port()}/huying"}
    said = Installation(tmp_path / "data", nobody).huying(command, code=3)
    assert "连不上数据库" in said
    assert "Traceback" not in said


def test_a_full_disk_under_the_log_ends_no_service(installation):
    port = free_port()
    command = shlex.join([*RUN, "serve", "--port", str(port)])
    installation.start("sh", "-c", f"exec {command} > /dev/full 2>&1")
    wait_for(lambda: fetch(f"http://127.0.0.1:{port}/readyz"), 40)
