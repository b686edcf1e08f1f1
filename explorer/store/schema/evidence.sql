-- Responses of chosen units of some concepts of a run, sentence by sentence and token by
-- token. Numbers of concepts, units and sentences are those of the run.

CREATE TABLE meta (key VARCHAR NOT NULL, value VARCHAR NOT NULL);  -- value is JSON

-- In ascending order of the unit; expert: whether it was chosen for its AP, else at random; ap: over all
-- sentences below; p: that it is not above words_ap.
CREATE TABLE units (
    concept SMALLINT NOT NULL, unit INTEGER NOT NULL, expert BOOLEAN NOT NULL, ap DOUBLE NOT NULL, p DOUBLE NOT NULL
);

-- AP of the words around the concept, of its experts together, and p of these.
CREATE TABLE concepts (concept SMALLINT NOT NULL, words_ap DOUBLE NOT NULL, ap DOUBLE NOT NULL, p DOUBLE NOT NULL);

-- responses: (sentences, units) as explorer/store/packing.py packs float32.
CREATE TABLE pooled (concept SMALLINT NOT NULL, sentences INTEGER[] NOT NULL, responses BLOB NOT NULL);

-- Places of tokens in the text, in characters; responses: (tokens, units), packed.
CREATE TABLE tokens (
    concept SMALLINT NOT NULL, sentence INTEGER NOT NULL, starts INTEGER[] NOT NULL, ends INTEGER[] NOT NULL,
    responses BLOB NOT NULL
);
