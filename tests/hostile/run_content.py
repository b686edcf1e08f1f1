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
