"""The programs of Elasticsearch servers, fetched with Maven, and the Java that they run on.

It is the minimal distribution that is published for tests. Of what every other one has it lacks
that without which no API key can be made: it is compiled from its source beside this file.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import Final

from tests.support.servers.servers import program

_DISTRIBUTION: Final = "org.elasticsearch.distribution.integ-test-zip:elasticsearch:{}:zip"
_COMPILER: Final = "org.eclipse.jdt:ecj:3.40.0:jar"  # runs where only a runtime is installed
_REPOSITORY: Final = ".m2/repository"
_OLDEST_JAVA: Final = {"8": 17, "9": 21}
_MACHINES: Final = Path("/usr/lib/jvm")
_ANALYSIS: Final = Path(__file__).with_name("EmailAnalysis.java")
_DESCRIPTOR: Final = """\
name=email-analysis
classname={classname}
description=What the index of API keys is analysed with
version={version}
elasticsearch.version={version}
java.version={java}
"""


def home_of(version: str) -> Path:
    """The unpacked programs, in a folder that everybody can read."""
    cache = Path("/var/cache") if os.geteuid() == 0 else Path.home() / ".cache"
    folder = cache / "toutiao-tests"
    home = folder / f"elasticsearch-{version}"
    if not home.exists():
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as fresh:
            with zipfile.ZipFile(_fetched(_DISTRIBUTION.format(version))) as archive:
                archive.extractall(fresh)
            made = Path(fresh) / home.name
            for script in (made / "bin").iterdir():
                script.chmod(0o755)
            made.rename(home)
    _add_analysis(home, version)
    return home


def _add_analysis(home: Path, version: str) -> None:
    """What was made of another source is made anew."""
    source = hashlib.sha256(_ANALYSIS.read_bytes() + _COMPILER.encode()).hexdigest()
    plugins = home / "plugins"
    plugin = plugins / f"email-analysis-{source[:16]}"
    if plugin.exists():
        return
    for former in plugins.iterdir():
        shutil.rmtree(former)
    java = _oldest_java(version)
    with tempfile.TemporaryDirectory(dir=home) as folder:
        fresh = Path(folder) / plugin.name
        fresh.mkdir(mode=0o755)
        classes = Path(folder) / "classes"
        compiler = [str(java_of(version) / "bin" / "java"), "-jar", str(_fetched(_COMPILER))]
        libraries = ":".join(map(str, (home / "lib").glob("*.jar")))
        options = ["--release", str(java), "-cp", libraries, "-d", str(classes)]
        subprocess.run([*compiler, *options, str(_ANALYSIS)], check=True)
        with zipfile.ZipFile(fresh / f"{plugin.name}.jar", "w") as jar:
            for each in classes.glob("*.class"):
                jar.write(each, each.name)
        told = _DESCRIPTOR.format(classname=_ANALYSIS.stem, version=version, java=java)
        (fresh / "plugin-descriptor.properties").write_text(told)
        fresh.rename(plugin)


def _fetched(artifact: str) -> Path:
    """The file of ``group:name:version:type``, from the local repository of Maven."""
    group, name, version, kind = artifact.split(":")
    folder = Path.home() / _REPOSITORY / group.replace(".", "/") / name / version
    file = folder / f"{name}-{version}.{kind}"
    if not file.exists():
        asked = ["-Dtransitive=false", f"-Dartifact={artifact}"]
        subprocess.run([program("mvn"), "-q", "-B", "dependency:get", *asked], check=True)
    return file


def java_of(version: str) -> Path:
    """The home of the oldest Java here on which a version runs.

    :raises RuntimeError: there is none
    """
    oldest = _oldest_java(version)
    homes = [home for home in _MACHINES.glob("*") if (home / "bin" / "java").exists()]
    found = sorted((_age(home), home) for home in homes)
    for age, home in found:
        if age >= oldest:
            return home
    raise RuntimeError(
        f"Elasticsearch {version} needs Java {oldest} or later in {_MACHINES}: "
        "start the tests with scripts/test --topology"
    )


def _oldest_java(version: str) -> int:
    return _OLDEST_JAVA[version.partition(".")[0]]


def _age(home: Path) -> int:
    """The major version of a Java."""
    asked = [str(home / "bin" / "java"), "-version"]
    told = subprocess.run(asked, check=True, capture_output=True, text=True).stderr
    named = re.search(r'version "([0-9]+)', told)
    return int(named[1]) if named else 0
