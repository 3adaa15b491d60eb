"""A run of dialogues of all kinds, written without a model: accepted, varied, and clean when it is verified."""

from pathlib import Path

from tests.integration.command import lines, run

KINDS = "follow_up:35,clarification:20,correction:20,refusal:10,chat:15"


def test_dialogues_of_all_kinds_verify_clean(tmp_path: Path) -> None:
    wanted = ("--samples", "30", "--turns", "3-6:100", "--calls", "3-6:100", "--turn-kinds", KINDS, "--seed", "5")
    code, out, err = run(tmp_path, "generate", *wanted, "--out", "dialogues")
    assert code == 0, out + err
    records = lines(tmp_path / "dialogues" / "records.jsonl")
    assert len(records) >= 28
    turns = [turn for record in records for turn in record["turns"]]
    assert {turn["kind"] for turn in turns} == {*(kind.partition(":")[0] for kind in KINDS.split(",")), "request"}
    code, out, err = run(tmp_path, "verify", "dialogues")
    assert code == 0, out + err
    spoken = [len(turn["query"].split()) for turn in turns if turn["kind"] != "chat"]
    assert sum(spoken) / len(spoken) <= 35
    queries = [turn["query"] for turn in turns]
    assert len(set(queries)) > 0.9 * len(queries)


def test_a_desk_refuses_under_its_rules_and_keeps_effects_in_order(tmp_path: Path) -> None:
    (tmp_path / "desk.toml").write_text(
        '[[tools]]\nkind = "python"\ntarget = "tool_registry.builtin.ticket_desk:TicketDesk"\n'
        "stateful = true\nallow_writes = true\n"
    )
    wanted = ("--samples", "20", "--turns", "3-6:100", "--calls", "3-8:100", "--rules", "ticket-desk", "--seed", "1")
    kinds = ("--turn-kinds", "follow_up:50,clarification:15,correction:10,refusal:25")
    code, out, err = run(tmp_path, "generate", "--config", "desk.toml", *wanted, *kinds, "--out", "desk")
    assert code == 0, out + err
    records = lines(tmp_path / "desk" / "records.jsonl")
    assert len(records) >= 18
    refusals = [turn for record in records for turn in record["turns"] if turn["kind"] == "refusal"]
    assert refusals
    for refusal in refusals:
        rule = refusal["refuses"]["rule"]
        assert records[0]["policy"]["rules"][rule]["text"] in refusal["response"]
    code, out, err = run(tmp_path, "verify", "desk")
    assert code == 0, out + err
