"""Promise 2, typed: each step's arguments validate against its tool's schema."""

from graph.record import Finding, Record
from nodes.proofs.schemas import specs_of
from tool_registry.json_schema import InvalidSchemaError, check_schema, validation_errors


def check(record: Record) -> list[Finding]:
    """Return what does not validate, one finding an error."""
    specs = specs_of(record)
    findings: list[Finding] = []
    for turn_index, turn in enumerate(record.turns):
        for step_index, step in enumerate(turn.steps):
            where = f"/turns/{turn_index}/steps/{step_index}"
            spec = specs.get(step.tool)
            if spec is None:
                message = f"the record holds no spec of the tool {step.tool!r} to validate against"
                findings.append(Finding(promise="typed", code="no_spec", message=message, where=f"{where}/tool"))
                continue
            code, errors = _errors(step.tool, spec.parameters, step.arguments)
            findings.extend(
                Finding(
                    promise="typed",
                    code=code,
                    message=f"{step.id} {step.tool}: {error}",
                    where=f"{where}/arguments",
                )
                for error in errors
            )
    return findings


def _errors(tool: str, schema: dict[str, object], arguments: dict[str, object]) -> tuple[str, list[str]]:
    try:
        check_schema(schema, f"the parameters of {tool}")
        return "invalid_arguments", validation_errors(schema, arguments)
    except InvalidSchemaError as error:
        return "invalid_schema", [str(error)]
    except Exception as error:  # a well-formed schema can still break a validator
        return "invalid_schema", [f"the schema cannot be applied: {type(error).__name__}: {str(error)[:200]}"]
