"""Reading run files: what is told, what is refused, and that nothing locks."""

from __future__ import annotations

import concurrent.futures
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from explorer.core.errors import InputError, RunFileError
from explorer.core.tau import TAUS
from explorer.store.library import Library
from explorer.store.queries import QUERIES
from explorer.store.run.write import RunWriter
from tests.support.fixtures import CONCEPTS, FakeExtraction, small_request, small_run


@pytest.fixture(scope="module")
def library(folder: Path) -> Library:
    return Library(folder)


ID = small_request().id


def jaccard(a: np.ndarray, b: np.ndarray) -> float:
    union = len(set(a.tolist()) | set(b.tolist()))
    return len(set(a.tolist()) & set(b.tolist())) / union if union else 0.0


@pytest.mark.parametrize("tau", [0.5, 0.75, 0.95])
def test_pair_overlap_is_the_mean_over_folds_of_the_jaccard_similarity(
    library: Library, tau: float
) -> None:
    results = list(FakeExtraction(small_request()).concepts())
    sets = [[u[a > np.float32(tau)] for u, a in zip(r.units, r.aps, strict=True)] for r in results]
    found = library.pair_overlap(ID, tau)
    expected = np.array(
        [[np.mean([jaccard(x[f], y[f]) for f in range(4)]) for y in sets] for x in sets]
    )
    np.fill_diagonal(expected, 1.0)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    place = list(TAUS).index(tau)
    np.testing.assert_array_equal(library.pair_overlap_grid(ID)[place], found)
    assert library.overlap_of_pair(ID, 1, 4)[place] == found[1, 4]


def test_fold_overlap_compares_folds_and_the_sentences_they_drew(library: Library) -> None:
    fake = FakeExtraction(small_request())
    result = fake.result("horse")
    row = (
        library.fold_overlap(ID)
        .query("word == 'horse' and fold_a == 1 and fold_b == 3 and tau == 0.6")
        .iloc[0]
    )
    a, b = (result.units[f][result.aps[f] > np.float32(0.6)] for f in (1, 3))
    assert row["overlap"] == pytest.approx(jaccard(a, b), abs=1e-6)
    assert row["shared_positive"] == pytest.approx(
        jaccard(fake.draws["horse"][1][0], fake.draws["horse"][3][0])
    )
    assert row["shared_negative"] == pytest.approx(
        jaccard(fake.draws["horse"][1][1], fake.draws["horse"][3][1])
    )


def test_an_ap_of_exactly_tau_makes_no_expert(tmp_path: Path) -> None:
    request = small_request(concepts=("cat", "dog"), folds=1)
    fake = FakeExtraction(request)
    with RunWriter(tmp_path, request, fake.modules, fake.sentences, fake.draws, [], {}) as writer:
        for word in request.concepts:
            result = fake.result(word)
            result.units[0], result.aps[0] = (
                np.arange(3, dtype=np.int32),
                np.array([0.55, 0.56, 0.54], np.float32),
            )
            writer.write_concept(result)
        writer.finish({})
    library = Library(tmp_path)
    sizes = library.set_sizes(request.id).query("word == 'cat'").set_index("tau")["size"]
    assert sizes.loc[[0.50, 0.55, 0.60]].tolist() == [3, 1, 0]
    assert library.experts(request.id, "cat", 0.55)["index"].tolist() == [1]
    assert library.pair_overlap(request.id, 0.55)[0, 1] == 1.0
    assert library.pair_overlap(request.id, 0.60)[0, 1] == 0.0


def test_experts_tell_module_index_and_in_how_many_folds(library: Library) -> None:
    result = FakeExtraction(small_request()).result("cat")
    units, counts = np.unique(np.concatenate(result.units), return_counts=True)
    found = library.experts(ID, "cat")
    first = library.modules(ID).set_index("name")["first_unit"]
    told = dict(zip(found["module"].map(first) + found["index"], found["folds"], strict=True))
    assert told == dict(zip(units.tolist(), counts.tolist(), strict=True))


def test_ap_histogram_counts_every_unit_in_every_fold(library: Library) -> None:
    assert library.ap_histogram(ID, "cat")["count"].sum() == 4 * 672
    assert library.ap_histogram(ID)["count"].sum() == 4 * 672 * len(CONCEPTS)


def test_embeddings_come_by_fold_and_concept(library: Library) -> None:
    result = FakeExtraction(small_request()).result("bus")
    index = CONCEPTS.index("bus")
    np.testing.assert_array_equal(library.embeddings(ID, "word")[0, index], result.word_embedding)
    np.testing.assert_array_equal(
        library.embeddings(ID, "sentence")[:, index], result.sentence_embedding
    )


def test_human_pairs_are_chosen_by_data_set_and_split(library: Library) -> None:
    both = library.human_pairs(ID)
    test = library.human_pairs(ID, "fixture", "test")
    assert (len(both), len(test), len(library.human_pairs(ID, "MEN"))) == (66, 33, 0)
    assert [CONCEPTS[i] for i in test["i"]] == test["word1"].tolist()
    assert [CONCEPTS[j] for j in test["j"]] == test["word2"].tolist()


def test_sentences_are_the_positives_of_the_concept(library: Library) -> None:
    found = library.sentences(ID, "cat")
    assert found["folds"].sum() == 4 * 20
    assert found["text"].str.contains("cat").all()


def test_concepts_without_a_domain_have_none(tmp_path: Path) -> None:
    small_run(tmp_path, concepts=("cat", "sunset", "dog"))
    library = Library(tmp_path)
    assert library.concepts(library.runs()[0].id)["domain"].tolist() == ["animal", None, "animal"]


@pytest.mark.parametrize("table", QUERIES)
def test_every_table_can_be_exported(library: Library, table: str) -> None:
    assert len(library.export(ID, table)) > 0


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda lib: lib.pair_overlap(ID, 0.52), "expected one of 0.50"),
        (lambda lib: lib.experts(ID, "unicorn"), "not a concept of this run"),
        (lambda lib: lib.experts(ID, "cat", 0.3), "at least 0.5"),
        (lambda lib: lib.embeddings(ID, "token"), "expected word or sentence"),
        (lambda lib: lib.export(ID, "experts; DROP TABLE x"), "Tables: concepts"),
    ],
)
def test_what_a_run_does_not_have_is_an_input_error(
    library: Library, call: Callable[[Library], object], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        call(library)


def test_an_unknown_run_is_a_run_file_error(library: Library) -> None:
    with pytest.raises(RunFileError, match="no finished run"):
        library.concepts("0" * 16)


def test_many_threads_read_while_files_come_and_go(tmp_path: Path) -> None:
    small_run(tmp_path)
    library = Library(tmp_path)
    expected = library.pair_overlap(ID, 0.5)

    def read(n: int) -> bool:
        other = tmp_path / f"copy-{n}.duckdb"
        shutil.copy(tmp_path / f"{ID}.duckdb", other)
        library.runs()
        other.unlink()
        return bool((library.pair_overlap(ID, 0.5) == expected).all())

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, range(16)))


def test_two_processes_read_the_same_file_at_once(folder: Path, library: Library) -> None:
    library.runs()
    program = (
        "import sys; from pathlib import Path; from explorer.store.library import Library\n"
        f"print(len(Library(Path({str(folder)!r})).concepts({ID!r})))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True)
    assert done.stdout == f"{len(CONCEPTS)}\n", done.stderr


def test_nothing_is_fetched_from_the_network_for_a_query(library: Library) -> None:
    query = "SELECT name, value FROM duckdb_settings() WHERE name IN (?, ?)"
    names = ["autoinstall_known_extensions", "autoload_known_extensions"]
    assert dict(library._con.execute(query, names).fetchall()) == dict.fromkeys(names, "false")
