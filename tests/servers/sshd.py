"""Git over SSH: sshd on a port of its own, one key that may write, one that may only read."""

import getpass
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.servers.processes import Server, absent, free_port, program

_SSHD: Final = """\
ListenAddress 127.0.0.1:{port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/authorized_keys
PidFile {folder}/sshd.pid
StrictModes no
UsePAM no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
SetEnv GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
"""
_SSH: Final = """\
Host *
  User {user}
  Port {port}
  IdentityFile {folder}/{key}
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile {folder}/known_hosts
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  LogLevel ERROR
"""
_READER: Final = """\
#!/bin/sh
case "$SSH_ORIGINAL_COMMAND" in
  "git-upload-pack "*) exec git shell -c "$SSH_ORIGINAL_COMMAND" ;;
esac
echo "this key may only read" >&2
exit 1
"""


@dataclass
class SshServer:
    """Serves the repositories of this machine at `ssh://127.0.0.1/<path>` to who has a key."""

    folder: Path
    port: int = field(default_factory=free_port)
    _running: list[Server] = field(default_factory=list)

    def prepare(self) -> None:
        """Make the keys and the configuration of both sides."""
        for name in ("host", "writer", "reader", "stranger"):
            subprocess.run(
                [program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(self.folder / name)],
                check=True,
                timeout=60,
            )  # fmt: skip
        reader = self.folder / "read-only"
        reader.write_text(_READER)
        reader.chmod(0o755)
        (self.folder / "authorized_keys").write_text(
            f'restrict {self._public("writer")}restrict,command="{reader}" {self._public("reader")}'
        )
        (self.folder / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {self._public('host')}")
        (self.folder / "sshd_config").write_text(_SSHD.format(folder=self.folder, port=self.port))
        for key in ("writer", "reader", "stranger"):
            text = _SSH.format(folder=self.folder, port=self.port, key=key, user=getpass.getuser())
            (self.folder / f"{key}.config").write_text(text)

    def start(self) -> None:
        if os.geteuid() == 0 and not Path("/run/sshd").is_dir():
            absent("the folder /run/sshd, which the service makes: make ci-deps makes it, too")
        argv = [program("sshd"), "-D", "-e", "-f", str(self.folder / "sshd_config")]
        self._running.append(Server.start(argv, self.folder / "server.log"))
        self._running[-1].wait_for(self.port)

    def stop(self) -> None:
        while self._running:
            self._running.pop().stop()

    def url(self, repository: Path) -> str:
        return f"ssh://127.0.0.1{repository}"

    def command(self, key: str = "writer") -> str:
        """Return the ssh command of who holds a key."""
        return f"{program('ssh')} -F {self.folder / f'{key}.config'}"

    def _public(self, name: str) -> str:
        return (self.folder / f"{name}.pub").read_text()
