"""The command line client toot logs in, posts and reads. Run inside `world`."""

import os
import re
import subprocess
import sys
from pathlib import Path

import names  # noqa: F401  (its import is its effect)
from sign_in import authorize
from steps import finish, step

URL = os.environ["WORLD_URL"]
HOME = Path(os.environ["WORLD_FOLDER"]) / "toot"
HERE = Path(__file__).parent
RUN = "import names; from toot.cli import cli; cli()"


def toot(*arguments, **keywords):
    environment = {**os.environ, "XDG_CONFIG_HOME": str(HOME), "PYTHONPATH": str(HERE), "NO_COLOR": "1"}
    return subprocess.Popen(
        [sys.executable, "-c", RUN, *arguments],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **keywords,
    )


def say(*arguments):
    process = toot(*arguments)
    out, _ = process.communicate()
    assert process.returncode == 0, f"toot {' '.join(arguments)}:\n{out}"
    return out


@step("toot logs in through the pages")
def _log_in():
    process = toot("login", "--instance", URL)
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "/oauth/authorize" in line:
            break
    assert lines and "/oauth/authorize" in lines[-1], "".join(lines)
    code = authorize(lines[-1].strip())
    out, _ = process.communicate(f"n\n{code}\n")
    assert "Successfully logged in" in out, out


@step("toot knows whose account it holds")
def _who():
    assert f"@{os.environ['WORLD_ACCOUNT']}" in say("whoami")


@step("toot posts")
def post_id():
    out = say("post", "Die Bücherei ist heute geschlossen. #Bücherei", "--language", "de", "--json")
    return re.search(r'"id": ?"(\d+)"', out).group(1)


@step("toot reads the post at home, alone and by hashtag")
def _read():
    for arguments in (["timelines", "home", "--no-pager"], ["status", post_id], ["timelines", "tag", "Bücherei", "--no-pager"]):
        assert "Die Bücherei ist heute geschlossen." in " ".join(say(*arguments).split()), arguments


@step("toot deletes the post")
def _delete():
    say("delete", post_id)
    assert "Die Bücherei" not in say("timelines", "home", "--no-pager")


finish()
