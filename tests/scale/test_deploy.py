"""The deployment examples pass the checkers of their own formats, and agree with each other and with the program."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import app

pytestmark = pytest.mark.scale

DEPLOY = Path(__file__).parents[2] / "docs" / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))


def checked(tool: str, *arguments: str | Path) -> str:
    """Run a checker that is installed beside this Python; return what it says, which is an error where it complains."""
    path = shutil.which(tool, path=str(Path(sys.executable).parent)) or shutil.which(tool)
    if path is None:
        pytest.skip(f"no {tool}; make test-scale installs it")
    done = subprocess.run([path, *map(str, arguments)], capture_output=True, text=True, cwd=DEPLOY)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_yaml_is_tidy() -> None:
    checked("yamllint", "--strict", "-c", ".yamllint", "compose.yaml", "kubernetes")


def test_compose_follows_its_schema() -> None:
    checked("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml")


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_manifests_follow_kubernetes(path: Path) -> None:
    assert "passed" in checked("kubernetes-validate", "--strict", path)


def test_the_dockerfile_has_no_fault() -> None:
    checked("hadolint", "--failure-threshold", "warning", "Dockerfile")


def test_the_checkers_see_a_fault(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("services:\n  app:\n    imaeg: x\n")
    with pytest.raises(AssertionError, match="imaeg"):
        checked("check-jsonschema", "--builtin-schema", "vendor.compose-spec", wrong)
    wrong.write_text((MANIFESTS[0]).read_text(encoding="utf-8").replace("replicas: 2", "replicas: two"))
    with pytest.raises(AssertionError, match="replicas"):
        checked("kubernetes-validate", "--strict", wrong)


def test_nginx_of_compose_differs_in_the_processes_alone() -> None:
    def bare(name: str) -> list[str]:
        lines = (DEPLOY / name).read_text(encoding="utf-8").splitlines()
        return [re.sub(r"server \S+:786\d ", "server X ", line) for line in lines if not line.strip().startswith("#")]

    assert bare("nginx.conf") == bare("nginx.compose.conf")
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    named = re.findall(r"server (\S+):7860 ", (DEPLOY / "nginx.compose.conf").read_text(encoding="utf-8"))
    assert named == [name for name in compose["services"] if name.startswith("app-")]


@pytest.mark.skipif(shutil.which("nginx") is None, reason="no nginx; install it with: sudo apt-get install nginx-light")
def test_nginx_of_the_manual_is_read_by_nginx(tmp_path: Path) -> None:
    written = (DEPLOY / "nginx.conf").read_text(encoding="utf-8").replace("listen 80;", "listen 127.0.0.1:8080;")
    (tmp_path / "site.conf").write_text(written)
    whole = f"pid {tmp_path}/pid; events {{}} http {{ access_log off; include {tmp_path}/site.conf; }}"
    (tmp_path / "nginx.conf").write_text(whole)
    checked("nginx", "-t", "-e", tmp_path / "error.log", "-c", tmp_path / "nginx.conf")


def test_the_app_knows_the_options_it_is_given() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    deployment = next(yaml.safe_load_all((DEPLOY / "kubernetes" / "app.yaml").read_text(encoding="utf-8")))
    given = compose["services"]["app-1"]["command"].split()
    assert given[:2] == ["python", "app.py"]
    pod = deployment["spec"]["template"]["spec"]["containers"][0]["args"]
    for options in (given[2:], pod):
        known = app._parser().parse_args(options)
        assert (known.host, known.metrics) == ("0.0.0.0", True)  # noqa: S104 -- in a container
        assert str(known.index).startswith("milvus:")
