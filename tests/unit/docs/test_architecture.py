"""The page on the architecture shows the graph that is there."""

import re
from pathlib import Path

from graph.app import build_graph, graph

PAGE = Path(__file__).parents[3] / "docs" / "architecture.md"
EDGES = {
    ("__start__", "sample_tools"),
    ("sample_tools", "propose_calls"),
    ("propose_calls", "execute_call"),
    ("propose_calls", "critique_calls"),
    ("execute_call", "critique_calls"),
    ("critique_calls", "update_chain"),
    ("critique_calls", "check_stop"),
    ("update_chain", "check_stop"),
    ("check_stop", "sample_tools"),
    ("check_stop", "prune_chain"),
    ("check_stop", "reject_sample"),
    ("prune_chain", "plan_turns"),
    ("prune_chain", "synthesize_query"),
    ("prune_chain", "verify_record"),
    ("plan_turns", "synthesize_query"),
    ("synthesize_query", "verify_record"),
    ("verify_record", "prune_chain"),
    ("verify_record", "synthesize_query"),
    ("verify_record", "judge_record"),
    ("verify_record", "reject_sample"),
    ("verify_record", "__end__"),
    ("verify_record", "review_record"),
    ("judge_record", "synthesize_query"),
    ("judge_record", "review_record"),
    ("judge_record", "reject_sample"),
    ("judge_record", "__end__"),
    ("review_record", "review_record"),
    ("review_record", "reject_sample"),
    ("review_record", "__end__"),
    ("reject_sample", "__end__"),
}


def test_the_drawing_is_what_langgraph_draws() -> None:
    drawn = graph.get_graph().draw_mermaid()
    shown = re.search(r"```mermaid\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert shown, f"{PAGE.name} has no mermaid block"
    assert shown[1] == drawn, f"put this between ```mermaid and ``` in {PAGE}:\n{drawn}"


def test_the_edges_are_the_design_s() -> None:
    assert {(edge.source, edge.target) for edge in graph.get_graph().edges} == EDGES


def test_the_table_has_a_row_for_each_node() -> None:
    table = PAGE.read_text().split("| node |")[1].split("\n\n")[0]
    # In the order in which they were added; LangGraph's own, such as error handlers, begin with `__`.
    added = [name for name in build_graph().nodes if not name.startswith("__")]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == added


def test_the_files_it_names_exist() -> None:
    root = PAGE.parents[1]
    named = re.findall(r"`((?:graph|nodes|tool_registry|prompts|tests|toolgrad_data)/[\w/.]*)`", PAGE.read_text())
    assert len(named) > 10
    assert [name for name in named if not (root / name).exists()] == []


def test_a_newcomer_opens_at_most_three_files() -> None:
    table = PAGE.read_text().split("### What to open")[1].split("\n\n")[1]
    rows = [row.split("|")[1:3] for row in table.splitlines()[2:]]
    assert len(rows) == 7
    for task, told in rows:
        either = re.sub(r"`[^`]+`(?: \([^)]*\))? or (?=`)", "", told)  # one of two
        files = re.findall(r"`([\w./]+\.(?:py|md|phrases))`", either)
        assert 1 <= len(files) <= 3, task
