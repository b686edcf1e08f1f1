"""Whole tables of a run with names in place of ids, for export and for pages."""

from __future__ import annotations

_UNIT = "JOIN {run}.modules m ON unit >= first_unit AND unit < first_unit + width"

QUERIES: dict[str, str] = {
    "concepts": "SELECT word, domain FROM {run}.concepts ORDER BY concept",
    "modules": "SELECT name, layer, kind, width, first_unit FROM {run}.modules ORDER BY module",
    "sentences": """
        SELECT sentence, word AS concept, text, source FROM {run}.sentences JOIN {run}.concepts USING (concept)
        ORDER BY sentence""",
    "draws": "SELECT word, fold, positive, negative FROM {run}.draws JOIN {run}.concepts USING (concept) ORDER BY ALL",
    "experts": f"""
        SELECT word, fold, m.name AS module, unit - first_unit AS index, ap
        FROM {{run}}.experts e JOIN {{run}}.concepts c ON c.concept = e.concept {_UNIT}
        ORDER BY e.concept, fold, unit""",
    "ap_histogram": """
        SELECT word, m.name AS module, (bin - 1) / 20 AS bin_low, counts[bin] AS count
        FROM {run}.ap_histogram h JOIN {run}.concepts c ON c.concept = h.concept
        JOIN {run}.modules m ON m.module = h.module, range(1, 21) AS bins(bin) ORDER BY h.concept, h.module, bin""",
    "embeddings": """
        SELECT kind, word, fold, vector FROM {run}.embeddings JOIN {run}.concepts USING (concept)
        ORDER BY kind, fold, concept""",
    "human_pairs": """
        SELECT dataset, split, x.word AS word1, y.word AS word2, score FROM {run}.human_pairs p
        JOIN {run}.concepts x ON x.concept = a JOIN {run}.concepts y ON y.concept = b ORDER BY p.rowid""",
    "pair_overlap": """
        SELECT x.word AS word1, y.word AS word2, tau, overlap FROM {run}.pair_overlap
        JOIN {run}.taus USING (tau_index)
        JOIN {run}.concepts x ON x.concept = a JOIN {run}.concepts y ON y.concept = b ORDER BY tau_index, a, b""",
    "fold_overlap": """
        SELECT word, fold_a, fold_b, tau, overlap, positive AS shared_positive, negative AS shared_negative
        FROM {run}.fold_overlap JOIN {run}.concepts USING (concept) JOIN {run}.taus USING (tau_index)
        JOIN {run}.fold_sharing USING (concept, fold_a, fold_b) ORDER BY concept, fold_a, fold_b, tau_index""",
    "set_sizes": """
        SELECT word, fold, tau, size FROM {run}.set_sizes JOIN {run}.concepts USING (concept)
        JOIN {run}.taus USING (tau_index) ORDER BY concept, fold, tau_index""",
    "meta": "SELECT key, value FROM {run}.meta ORDER BY key",
}
"""Table → query; `{run}` stands for the attached run."""
