"""Real documents: each loads, its requests are what it says, 20 offline samples never crash, and most are accepted."""

import os
from statistics import median

import pytest

from tests.corpus.documents import DOCUMENTS, missing, path_of
from tests.corpus.trial import SAMPLES, table, trial_of
from tests.optional import need


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One folder for all processes of a test run: each document is tried once."""
    need(not missing(), f"npm packages are not installed in .node: {', '.join(missing())} (tests/corpus/documents.py)")
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "corpus"
    shared.mkdir(exist_ok=True)
    return shared


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_gives_requests_as_it_says_and_samples_that_never_crash(document, folder):
    trial = trial_of(document, folder)
    assert trial.tools > 0
    assert trial.called > 0
    assert trial.refused == []
    assert trial.crashed == []


def test_most_samples_are_accepted(folder, record_property):
    trials = [trial_of(document, folder) for document in DOCUMENTS]
    record_property("table", table(trials))
    assert median(trial.accepted for trial in trials if trial.askable) >= 0.8 * SAMPLES


def test_the_corpus_is_large(folder):
    assert len(DOCUMENTS) >= 40
    assert sum(path_of(document).stat().st_size > 1_000_000 for document in DOCUMENTS) >= 8
