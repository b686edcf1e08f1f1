"""The SQL of everything that is read from a run; `{run}` stands for the attached
file.
"""

from __future__ import annotations

_UNIT = "JOIN {run}.modules m ON unit >= first_unit AND unit < first_unit + width"

QUERIES: dict[str, str] = {
    "concepts": "SELECT word, domain FROM {run}.concepts ORDER BY concept",
    "modules": "SELECT name, layer, kind, width, first_unit FROM {run}.modules ORDER BY module",
    "sentences": """
        SELECT sentence, word AS concept, text, source FROM {run}.sentences
        JOIN {run}.concepts USING (concept)
        ORDER BY sentence""",
    "draws": "SELECT word, fold, positive, negative FROM {run}.draws JOIN {run}.concepts USING "
    "(concept) ORDER BY ALL",
    "experts": f"""
        SELECT word, fold, m.name AS module, unit - first_unit AS index, ap
        FROM {{run}}.experts e JOIN {{run}}.concepts c ON c.concept = e.concept {_UNIT}
        ORDER BY e.concept, fold, unit""",
    "ap_histogram": """
        SELECT word, m.name AS module, (bin - 1) / 20 AS bin_low, counts[bin] AS count
        FROM {run}.ap_histogram h JOIN {run}.concepts c ON c.concept = h.concept
        JOIN {run}.modules m ON m.module = h.module, range(1, 21) AS bins(bin)
        ORDER BY h.concept, h.module, bin""",
    "embeddings": """
        SELECT kind, word, fold, vector FROM {run}.embeddings JOIN {run}.concepts USING (concept)
        ORDER BY kind, fold, concept""",
    "human_pairs": """
        SELECT dataset, split, x.word AS word1, y.word AS word2, score FROM {run}.human_pairs p
        JOIN {run}.concepts x ON x.concept = a JOIN {run}.concepts y ON y.concept = b
        ORDER BY p.rowid""",
    "pair_overlap": """
        SELECT x.word AS word1, y.word AS word2, tau, overlap FROM {run}.pair_overlap
        JOIN {run}.taus USING (tau_index)
        JOIN {run}.concepts x ON x.concept = a JOIN {run}.concepts y ON y.concept = b
        ORDER BY tau_index, a, b""",
    "fold_overlap": """
        SELECT word, fold_a, fold_b, tau, overlap, positive AS shared_positive, negative AS
        shared_negative
        FROM {run}.fold_overlap JOIN {run}.concepts USING (concept)
        JOIN {run}.taus USING (tau_index)
        JOIN {run}.fold_sharing USING (concept, fold_a, fold_b)
        ORDER BY concept, fold_a, fold_b, tau_index""",
    "set_sizes": """
        SELECT word, fold, tau, size FROM {run}.set_sizes JOIN {run}.concepts USING (concept)
        JOIN {run}.taus USING (tau_index) ORDER BY concept, fold, tau_index""",
    "meta": "SELECT key, value FROM {run}.meta ORDER BY key",
}
"""Table → query for the whole of it, names in place of ids."""

VIEWS: dict[str, str] = {
    "concepts": """
        SELECT word, domain, coalesce(experts, 0.0) AS experts FROM {run}.concepts LEFT JOIN (
            SELECT concept, avg(size) AS experts FROM {run}.set_sizes WHERE tau_index = ?
            GROUP BY concept
        ) USING (concept) ORDER BY concept""",
    "human_pairs": """
        SELECT dataset, split, x.word AS word1, y.word AS word2, score, a AS i, b AS j
        FROM {run}.human_pairs p
        JOIN {run}.concepts x ON x.concept = a JOIN {run}.concepts y ON y.concept = b
        WHERE dataset = coalesce($1, dataset) AND split = coalesce($2, split) ORDER BY p.rowid""",
    "experts": """
        SELECT m.name AS module, layer, kind, unit - first_unit AS index, avg(ap) AS ap, count(*)
        AS folds
        FROM {run}.experts JOIN {run}.modules m ON unit >= first_unit AND unit < first_unit + width
        WHERE concept = ? AND ap > CAST(? AS FLOAT) GROUP BY ALL ORDER BY ap DESC, module, index""",
    "first_set": """
        SELECT unit FROM {run}.experts
        WHERE concept = ? AND fold = 0 AND ap > CAST(? AS FLOAT) ORDER BY unit""",
    "shared": """
        SELECT concept, count(*) AS n FROM {run}.experts
        WHERE fold = 0 AND ap > CAST(? AS FLOAT) AND unit IN (SELECT unnest(?::INTEGER[]))
        GROUP BY concept""",
    "sentences": """
        SELECT text, source, count(*) AS folds FROM (
            SELECT unnest(positive) AS sentence FROM {run}.draws WHERE concept = ?
        ) JOIN {run}.sentences USING (sentence) GROUP BY sentence, text, source
        ORDER BY sentence""",
    "ap_histogram": """
        SELECT layer, kind, (bin - 1) / 20 AS bin_low, sum(counts[bin])::BIGINT AS count
        FROM {run}.ap_histogram JOIN {run}.modules USING (module), range(1, 21) AS bins(bin)
        WHERE concept = coalesce(?, concept) GROUP BY module, layer, kind, bin
        ORDER BY module, bin""",
}
"""Reading method of the library → its query."""
