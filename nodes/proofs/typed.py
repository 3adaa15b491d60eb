"""Promise 2, typed: each call's arguments validate against its tool's schema, and texts of a record are plain text.

Plain: no query, response or argument holds a terminal escape, or another control character that is no tab or line end.
"""

from collections.abc import Iterator

from graph.record import Finding, Record
from nodes.proofs.schemas import specs_of
from tool_registry.json.plain_text import holds_control
from tool_registry.json.pointer import leaves
from tool_registry.json.schema import InvalidSchemaError, check_schema, validation_errors


def check(record: Record) -> list[Finding]:
    """Return what does not validate, one finding an error, and where control characters stand."""
    specs = specs_of(record)
    findings: list[Finding] = []
    for turn_index, turn in enumerate(record.turns):
        where = f"/turns/{turn_index}"
        findings += _controls("the query", turn.query, f"{where}/query")
        findings += _controls("the response", turn.response, f"{where}/response")
        for step_index, step in enumerate(turn.steps):
            here, called = f"{where}/steps/{step_index}", f"{step.id} {step.tool}"
            findings += _controls(f"an argument of {called}", step.arguments, f"{here}/arguments")
            if step.tool not in specs:
                message = f"the record holds no spec of the tool {step.tool!r} to validate against"
                findings.append(Finding.of("typed", "no_spec", message, f"{here}/tool"))
                continue
            code, errors = _errors(step.tool, specs[step.tool].parameters, step.arguments)
            findings += [Finding.of("typed", code, f"{called}: {error}", f"{here}/arguments") for error in errors]
        if (refused := turn.refuses) is not None:
            here, called = f"{where}/refuses/arguments", f"{refused.id} {refused.tool}"
            findings += _controls(f"an argument of {called}", refused.arguments, here)
            if refused.tool in specs:
                code, errors = _errors(refused.tool, specs[refused.tool].parameters, refused.arguments)
                findings += [Finding.of("typed", code, f"{called}: {error}", here) for error in errors]
    return findings


def _controls(what: str, document: object, where: str) -> Iterator[Finding]:
    for pointer, value in leaves(document):
        is_in_name = holds_control(pointer)
        if is_in_name or (isinstance(value, str) and holds_control(value)):
            place = where if is_in_name else where + pointer
            yield Finding.of("typed", "control_character", f"{what} holds a control character", place)


def _errors(tool: str, schema: dict[str, object], arguments: dict[str, object]) -> tuple[str, list[str]]:
    try:
        return "invalid_arguments", validation_errors(schema, arguments)
    except Exception as error:
        try:
            check_schema(schema, f"the parameters of {tool}")
        except InvalidSchemaError as reason:
            return "invalid_schema", [str(reason)]
        # A well-formed schema can still break a validator.
        return "invalid_schema", [f"the schema cannot be applied: {type(error).__name__}: {str(error)[:200]}"]
