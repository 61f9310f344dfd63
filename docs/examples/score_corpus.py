"""Scores a corpus over a cluster: a list of recordings in, a table of verdicts out.

usage: spark-submit score_corpus.py LIST OUTPUT [PARTITIONS]

LIST is a text file with the path of a recording on each line, OUTPUT a folder for Parquet files. The recordings and
the program ser-live must be where every worker finds them under the same name.
"""

import os
import sys

from pyspark.sql import SparkSession

# Spark runs a task on each core, so one recording at a time is enough in each of them.
COMMAND = "ser-live file --list - --format jsonl --events file --jobs 1"
SCHEMA = (
    "path string, label string, confidence double, duration double, speech double, probabilities map<string, double>"
)


def main(paths, output, partitions=64):
    spark = SparkSession.builder.appName("ser-live").getOrCreate()
    recordings = spark.sparkContext.textFile(paths).repartition(int(partitions))
    # `pipe` starts programs in an empty environment, in which none would be found.
    lines = recordings.pipe(COMMAND, env={"PATH": os.environ["PATH"]})
    spark.read.schema(SCHEMA).json(lines).write.mode("overwrite").parquet(output)

    verdicts = spark.read.parquet(output)
    named = spark.createDataFrame(recordings, "string").toDF("path")
    missing = sorted(row.path for row in named.join(verdicts, "path", "left_anti").collect())
    for path in missing:
        print(f"no verdict: {path}", file=sys.stderr)
    verdicts.groupBy("label").count().orderBy("label").show()
    return 65 if missing else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
