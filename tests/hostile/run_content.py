"""Run files whose rows are not what their request says, or contradict each other: how
each is made of a good file, and what must be said of it.
"""

from __future__ import annotations

from tests.hostile.case import Hostile
from tests.hostile.making import meta, sql

CONTENT = [
    Hostile("a time of another kind", meta("created", 5), "5 is of another kind"),
    Hostile("a day before time", meta("created", '"0000-00-00"'), "description"),
    Hostile("half a character", meta("program", '"\\ud800"'), "not a run"),
    Hostile("an endless duration", meta("prepare_seconds", "1e999"), "description"),
    Hostile("a number of 5000 digits", meta("prepare_seconds", "9" * 5000), "not a run"),
    Hostile(
        "a description twice",
        sql("INSERT INTO meta SELECT * FROM meta WHERE key = 'request'"),
        "describes itself twice",
    ),
    Hostile(
        "another domain",
        sql("UPDATE concepts SET domain = 'vehicle' WHERE word = 'cat'"),
        "its domains are not those of its request",
    ),
    Hostile(
        "an AP below the floor",
        sql("UPDATE experts SET ap = 0.49 WHERE concept = 0"),
        "rows of experts lie outside",
    ),
    Hostile(
        "every AP at the floor",
        sql("UPDATE experts SET ap = 0.5 WHERE concept = 0"),
        "its set sizes are not the numbers of its experts",
    ),
    Hostile(
        "an expert twice",
        sql("INSERT INTO experts SELECT * FROM experts LIMIT 1"),
        "experts has rows twice or out of their order",
    ),
    Hostile(
        "no number in a vector",
        sql("UPDATE embeddings SET vector = list_resize([NULL::FLOAT], 24)"),
        "rows of embeddings lie outside",
    ),
    Hostile(
        "no number in a histogram",
        sql("UPDATE ap_histogram SET counts = list_resize([NULL::INTEGER], 20)"),
        "rows of ap_histogram lie outside",
    ),
    Hostile(
        "a histogram of more units than there are",
        sql("UPDATE ap_histogram SET counts = list_resize([1], 20, 1)"),
        "do not hold every unit of every fold",
    ),
    Hostile(
        "modules that overlap",
        sql("UPDATE modules SET first_unit = 0"),
        "units of its modules do not follow each other",
    ),
    Hostile(
        "a layer before the first",
        sql("UPDATE modules SET layer = -1 WHERE module = 2"),
        "1 rows of modules lie outside",
    ),
    Hostile(
        "more layers than modules",
        sql("UPDATE modules SET layer = 32767"),
        "rows of modules lie outside",
    ),
    Hostile(
        "two modules of one name",
        sql("UPDATE modules SET name = (SELECT min(name) FROM modules)"),
        "two of its modules have one name",
    ),
    Hostile(
        "every sentence of one concept",
        sql("UPDATE sentences SET concept = 1"),
        "rows of draws lie outside",
    ),
    Hostile(
        "a negative sentence of the concept itself",
        sql("UPDATE draws SET negative = list_concat(positive[:1], negative[2:])"),
        "rows of draws lie outside",
    ),
    Hostile(
        "a word rated with itself",
        sql("UPDATE human_pairs SET b = a WHERE rowid = 0"),
        "1 rows of human_pairs lie outside",
    ),
    Hostile(
        "a pair rated twice, once either way round",
        sql(
            "INSERT INTO human_pairs SELECT dataset, split, b, a, 1 FROM human_pairs LIMIT 1",
        ),
        "a pair has two ratings of one data set",
    ),
    Hostile(
        "fewer rated pairs than it says",
        sql("DELETE FROM human_pairs WHERE rowid < 5"),
        "it has 61 rated pairs of “fixture” and says 66",
    ),
    Hostile(
        "no module at all", sql("DELETE FROM modules"), "lacks part of its description|modules"
    ),
]
"""Files whose rows are not what their request says."""

AGREEMENT = [
    Hostile(
        "one edited overlap for all",
        sql("UPDATE pair_overlap SET overlap = 0.9 WHERE tau_index = 3"),
        "the overlap of “.*” and “.*” is not that of their experts",
    ),
    Hostile(
        "experts of two concepts exchanged",
        sql(
            "CREATE OR REPLACE TEMP TABLE moved AS SELECT (CASE concept WHEN 0 THEN 5 WHEN 5 "
            "THEN 0 ELSE concept END)::SMALLINT AS concept, fold, unit, ap FROM experts",
            "DELETE FROM experts",
            "INSERT INTO experts SELECT * FROM moved ORDER BY ALL",
        ),
        "its set sizes are not the numbers of its experts",
    ),
    Hostile(
        "experts of two concepts exchanged, and their set sizes",
        sql(
            *(
                statement
                for table in ("experts", "set_sizes", "ap_histogram")
                for statement in (
                    "CREATE OR REPLACE TEMP TABLE moved AS SELECT * REPLACE ((CASE concept "
                    "WHEN 0 THEN 5 WHEN 5 THEN 0 ELSE concept END)::SMALLINT AS concept) "
                    f"FROM {table}",
                    f"DELETE FROM {table}",
                    f"INSERT INTO {table} SELECT * FROM moved ORDER BY ALL",
                )
            )
        ),
        "is not that of (their|its) experts",
    ),
    Hostile(
        "overlaps of folds from elsewhere",
        sql("UPDATE fold_overlap SET overlap = 1"),
        "the overlap of two folds of “.*” is not that of its experts",
    ),
    Hostile(
        "histograms without experts",
        sql(
            "UPDATE ap_histogram h SET counts = list_resize([width * 4], 20, 0) FROM modules m "
            "WHERE m.module = h.module"
        ),
        "histograms of AP hold fewer units",
    ),
]
"""Files whose tables contradict each other."""
