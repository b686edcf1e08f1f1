-- A run file: one extraction, self-contained and, once renamed, never written again.
-- Version of this schema: see explorer/store/__init__.py, VERSION.

CREATE TABLE meta (key VARCHAR NOT NULL, value VARCHAR NOT NULL);  -- value is JSON

CREATE TABLE concepts (concept SMALLINT NOT NULL, word VARCHAR NOT NULL, domain VARCHAR);

CREATE TABLE modules (
    module SMALLINT NOT NULL, name VARCHAR NOT NULL, layer SMALLINT NOT NULL, kind VARCHAR NOT NULL,
    width INTEGER NOT NULL, first_unit INTEGER NOT NULL  -- unit = first_unit + index in module
);

-- Every sentence that was forwarded, once.
CREATE TABLE sentences (sentence INTEGER NOT NULL, text VARCHAR NOT NULL USING COMPRESSION zstd, concept SMALLINT NOT NULL, source VARCHAR NOT NULL);

-- Which sentences made the positive and the negative set of a concept in a fold.
CREATE TABLE draws (concept SMALLINT NOT NULL, fold TINYINT NOT NULL, positive INTEGER[] NOT NULL, negative INTEGER[] NOT NULL);

-- Resume point: a concept listed here is complete.
CREATE TABLE progress (concept SMALLINT NOT NULL, seconds DOUBLE NOT NULL);

-- AP of every unit strictly above the run's ap_floor, sorted by (concept, fold, unit).
CREATE TABLE experts (concept SMALLINT NOT NULL, fold TINYINT NOT NULL, unit INTEGER NOT NULL, ap FLOAT NOT NULL);

-- Units of a module by AP in 20 equal bins of [0, 1], summed over folds.
CREATE TABLE ap_histogram (concept SMALLINT NOT NULL, module SMALLINT NOT NULL, counts INTEGER[20] NOT NULL);

-- kind: 'word' (fold is 0) or 'sentence' (mean over the fold's positive set).
CREATE TABLE embeddings (kind VARCHAR NOT NULL, concept SMALLINT NOT NULL, fold TINYINT NOT NULL, vector FLOAT[] NOT NULL);

-- Human pairs whose two words are concepts; the counts of the others are in meta.
CREATE TABLE human_pairs (dataset VARCHAR NOT NULL, split VARCHAR NOT NULL, a SMALLINT NOT NULL, b SMALLINT NOT NULL, score DOUBLE NOT NULL);

-- The tau grid, by index.
CREATE TABLE taus (tau_index TINYINT NOT NULL, tau DOUBLE NOT NULL);

-- Overlap of two concepts (a < b), mean over folds of the overlap within the fold.
CREATE TABLE pair_overlap (a SMALLINT NOT NULL, b SMALLINT NOT NULL, tau_index TINYINT NOT NULL, overlap FLOAT NOT NULL);

-- Overlap of two folds (fold_a < fold_b) of one concept.
CREATE TABLE fold_overlap (
    concept SMALLINT NOT NULL, fold_a TINYINT NOT NULL, fold_b TINYINT NOT NULL, tau_index TINYINT NOT NULL,
    overlap FLOAT NOT NULL
);

-- Jaccard similarity of the sentences two folds drew, positives and negatives.
CREATE TABLE fold_sharing (
    concept SMALLINT NOT NULL, fold_a TINYINT NOT NULL, fold_b TINYINT NOT NULL, positive FLOAT NOT NULL, negative FLOAT NOT NULL
);

CREATE TABLE set_sizes (concept SMALLINT NOT NULL, fold TINYINT NOT NULL, tau_index TINYINT NOT NULL, size INTEGER NOT NULL);
