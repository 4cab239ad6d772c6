"""Spark as an engine: the same SQL on a cluster, or on the cores of this machine."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from os import environ
from pathlib import Path
from typing import Any

from wayfolk.identity.matching.batch import engines
from wayfolk.identity.matching.batch.dialects import SPARK
from wayfolk.kit.errors import Conflict

LOCAL = "local[*]"
JAVA_FROM = 17
NO_PYSPARK = (
    "Spark needs the package pyspark. Install it with:"
    " pip install --require-hashes -r requirements/spark.txt"
)
NO_JAVA = (
    f"Spark needs Java {JAVA_FROM} or newer, {{found}}. Install one (Debian and Ubuntu:"
    " apt-get install default-jre-headless), or name one: JAVA_HOME=/path/to/java"
)
NO_FOLDER = (
    "The machines of {master} read the records from a folder that they and this machine share."
    " Name it with --spark-folder."
)


class Spark:
    """A session of its own, which `close` ends.

    folder: where the records are written once as Parquet, so that every executor reads them; a
    temporary one with a local master. What else a cluster wants stands in spark-defaults.conf.
    No executor needs Python: all functions are SQL or from the JAR that comes with Splink.
    """

    dialect = SPARK

    def __init__(self, *, master: str = LOCAL, memory_mb: int = 2_500, folder: str = "") -> None:
        is_local = master.startswith("local")
        if not folder and not is_local:
            raise Conflict(NO_FOLDER.format(master=master))
        _require_java()
        try:
            from pyspark.sql import SparkSession
        except ImportError:
            raise Conflict(NO_PYSPARK) from None
        self._folder = tempfile.TemporaryDirectory(prefix="wayfolk-spark-", dir=folder or None)
        builder = SparkSession.builder.appName("Wayfolk duplicates").master(master)
        for name, value in _options(memory_mb, self._folder.name, is_local).items():
            builder = builder.config(name, value)
        try:
            self.session = builder.getOrCreate()
        except Exception as error:
            self._folder.cleanup()
            raise Conflict(f"Spark did not start on {master}: {_first_line(error)}") from error
        self._kept: dict[str, Any] = {}
        self._splink = self.splink()  # brings the functions of its JAR into the session

    def load(self, facts: Iterable[Any]) -> int:
        import pyarrow.parquet as pq

        count = 0
        path = Path(self._folder.name) / "facts.parquet"
        with pq.ParquetWriter(path, engines.schema()) as writer:
            for table in facts:
                writer.write_table(table)
                count += table.num_rows
        self._keep("facts", self.session.read.parquet(path.as_uri()))
        return count

    def make(self, table: str, query: str) -> None:
        self._keep(table, self.session.sql(query))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return list(self.session.sql(query).collect())

    def splink(self) -> Any:
        from splink.backends.spark import SparkAPI

        return SparkAPI(spark_session=self.session, break_lineage_method="persist")

    def close(self) -> None:
        self.session.stop()
        self._folder.cleanup()

    def _keep(self, table: str, frame: Any) -> None:
        """Computed once, on first use; Spark would compute a mere view anew each time."""
        before = self._kept.pop(table, None)
        self._kept[table] = frame.persist()
        frame.createOrReplaceTempView(table)
        if before is not None:
            before.unpersist()


def _options(memory_mb: int, folder: str, is_local: bool) -> dict[str, str]:
    from splink.backends.spark import similarity_jar_location

    options = {
        "spark.jars": similarity_jar_location(),
        "spark.driver.memory": f"{memory_mb}m",
        "spark.driver.maxResultSize": f"{memory_mb}m",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": f"{folder}/warehouse",
        "spark.log.level": "ERROR",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    if is_local:
        options |= {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.local.dir": folder,
            # Two hundred, which is Spark's own, cost more to begin than they have to do.
            "spark.sql.shuffle.partitions": "8",
        }
    return options


def _require_java() -> None:
    home = environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else shutil.which("java")
    if not java:
        raise Conflict(NO_JAVA.format(found="and none was found on the PATH"))
    try:
        asked = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)  # noqa: S603 - named by whoever runs us
    except OSError:
        raise Conflict(NO_JAVA.format(found=f"and there is none at {java}")) from None
    told = re.search(r'version "(?:1\.)?(\d+)', asked.stderr + asked.stdout)
    if not told or int(told[1]) < JAVA_FROM:
        version = f"Java {told[1]}" if told else "of unknown version"
        raise Conflict(NO_JAVA.format(found=f"and {java} is {version}"))


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
