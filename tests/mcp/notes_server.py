"""An MCP server over stdio that keeps notes in its memory, of the standard library alone: it starts in no time.

Argument: a file to note its start in.
"""

import json
import sys
from typing import Any

NOTES: dict[str, str] = {}
NOTE = {"type": "string", "title": "note number", "format": "note-number", "description": "Number of the note."}
TEXT = {"type": "string", "title": "text", "examples": ["buy bread", "call Ann", "water the roses", "pay the rent"]}


def add_note(text: str) -> dict[str, Any]:
    number = f"N-{101 + len(NOTES)}"
    NOTES[number] = text
    return {"note": number, "open_notes": len(open_notes())}


def read_note(note: str) -> dict[str, Any]:
    return {"text": NOTES[note]}


def strike_note(note: str) -> dict[str, Any]:
    NOTES[note] = f"{NOTES[note]} (done)"
    return {"open_notes": len(open_notes())}


def list_notes() -> dict[str, Any]:
    return {"notes": open_notes()}


def open_notes() -> list[str]:
    return [number for number, text in NOTES.items() if not text.endswith("(done)")]


#: By name: the function, what is said of it, its parameters, and whether it only reads, where it says so.
Tools = dict[str, tuple[Any, str, dict[str, Any], bool | None]]

TOOLS: Tools = {
    "add_note": (add_note, "Write a note down.", {"text": TEXT}, False),
    "read_note": (read_note, "Read a note.", {"note": NOTE}, True),
    "strike_note": (strike_note, "Strike a note out, because it is done.", {"note": NOTE}, False),
    "list_notes": (list_notes, "List the notes that are not done.", {}, True),
}


def answer(tools: Tools, method: str, params: dict[str, Any]) -> Any:
    match method:
        case "initialize":
            version = params.get("protocolVersion", "2025-06-18")
            server = {"name": "notes", "version": "1"}
            return {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": server}
        case "ping":
            return {}
        case "tools/list":
            return {
                "tools": [
                    {
                        "name": name,
                        "description": description,
                        "inputSchema": {"type": "object", "properties": members, "required": [*members]},
                        "annotations": {} if reads is None else {"readOnlyHint": reads},
                    }
                    for name, (_, description, members, reads) in tools.items()
                ]
            }
        case "tools/call":
            try:
                result = tools[params["name"]][0](**params.get("arguments", {}))
            except Exception as error:
                text = {"type": "text", "text": f"{type(error).__name__}: {error}"}
                return {"content": [text], "isError": True}
            return {"content": [{"type": "text", "text": json.dumps(result)}], "structuredContent": result}
    return None


def serve(tools: Tools) -> None:
    for line in sys.stdin:
        message = json.loads(line)
        if "id" not in message:
            continue
        result = answer(tools, message["method"], message.get("params") or {})
        reply: dict[str, Any] = {"jsonrpc": "2.0", "id": message["id"]}
        if result is None:
            reply["error"] = {"code": -32601, "message": f"no method {message['method']}"}
        else:
            reply["result"] = result
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        with open(sys.argv[1], "a") as log:
            log.write("started\n")
    serve(TOOLS)
