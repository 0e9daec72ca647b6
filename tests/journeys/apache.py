"""Debian's Apache with mod_auth_openidc, as a process of its own, configured by the very block of
docs/openid-connect.md: what stands there is what is tried."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.commands import PATIENCE, eventually, listens
from tests.oidc.rp import App

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "openid-connect.md"
USER = "www-data"  # Debian's, in every Debian
MODULES = (
    *("mpm_event", "authn_core", "authz_core", "authz_user", "auth_openidc"),
    *("include", "dir", "mime"),
)
# Just what Debian's own apache2.conf would do, and a page that tells who Apache says is there.
AROUND = """
ServerRoot {folder}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/pid
DefaultRuntimeDir {folder}
ErrorLog {folder}/log
DocumentRoot {folder}/pages
{modules}
TypesConfig /dev/null
DirectoryIndex index.html
<Directory {folder}/pages>
  Options +Includes
  SetOutputFilter INCLUDES
  AddType text/html .html
</Directory>
"""
PAGE = """<!doctype html><html lang="en"><title>{name}</title><link rel="icon" href="data:,">
<p id="told">{name} of <!--#echo var="REMOTE_USER" -->, <!--#echo var="OIDC_CLAIM_name" -->,
<!--#echo var="OIDC_CLAIM_organisation_name" -->; how: <!--#echo var="OIDC_CLAIM_acr" -->,
<!--#echo var="OIDC_CLAIM_amr" --></p>
"""


def recipe(**told: str) -> str:
    block = DOCUMENT.read_text().partition("```apache\n")[2].partition("```")[0]
    for words, meant in told.items():
        assert words in block
        block = block.replace(words, meant)
    return block


@contextmanager
def apache(port: int, portal: str, app: App) -> Iterator[None]:
    # Its user reads nothing in the folders of tests that run as root.
    folder = Path(tempfile.mkdtemp(prefix="wardkey-apache-", dir="/tmp"))
    try:
        _furnish(folder, port, portal, app)
        with _running(folder, port):
            yield
    finally:
        shutil.rmtree(folder)


def _furnish(folder: Path, port: int, portal: str, app: App) -> None:
    for name in ("index", "cabinet"):
        page = folder / "pages" / ("" if name == "index" else name) / "index.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(PAGE.format(name=name))
    held = recipe(
        **{
            "https://portal.example": portal,
            "https://app.example": f"http://localhost:{port}",
            "CLIENT-ID": app.id,
            "CLIENT-SECRET": app.secret,
            "A-LONG-RANDOM-TEXT": "of-these-tests-alone-and-long",
        }
    )
    (folder / "apache.conf").write_text(
        AROUND.format(folder=folder, port=port, modules="\n".join(map(_loaded, MODULES))) + held
    )


def _loaded(module: str) -> str:
    return f"LoadModule {module}_module /usr/lib/apache2/modules/mod_{module}.so"


@contextmanager
def _running(folder: Path, port: int) -> Iterator[None]:
    as_its_user = []
    if os.geteuid() == 0:
        shutil.chown(folder, USER, USER)
        as_its_user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
    command = ["/usr/sbin/apache2", "-D", "FOREGROUND", "-f", str(folder / "apache.conf")]
    program = subprocess.Popen([*as_its_user, *command])
    try:
        eventually(partial(_answers, program, port))
        yield
    finally:
        program.terminate()
        program.wait(PATIENCE)


def _answers(program: subprocess.Popen, port: int) -> bool:
    assert program.poll() is None, "Apache refused its configuration"
    return listens(port)
