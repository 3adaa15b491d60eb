"""An MCP server over standard input and output that misbehaves as its arguments say. No package is needed.

Arguments: what it does (any of the words in `main`), and for `dies` a file that remembers that it died once.
"""

import json
import os
import sys
import time

TEXT = {"type": "object", "properties": {"order": {"type": "string"}}}
READ = {"readOnlyHint": True}


def tool(name: str, **members: object) -> dict[str, object]:
    common = {"description": f"Gives {name}.", "inputSchema": TEXT, "annotations": READ}
    return {"name": name, **common, **members}


WRAPPED = {"type": "object", "properties": {"result": {"type": "string"}}, "required": ["result"]}
TOOLS = [
    tool("status"),
    tool("picture"),
    tool("fails"),
    tool("refuses"),
    tool("dies"),
    tool("dies_writing", annotations={"readOnlyHint": False}),
    tool("hangs"),
    tool("changes"),
    tool("vanishes_quietly"),
    tool("tells_secret"),
    tool("wrong_shape", outputSchema={"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}),
    tool("two texts"),
    tool("json_text"),
    tool("long_text"),
    tool("wrapped", outputSchema=WRAPPED | {"x-fastmcp-wrap-result": True}),
    tool("wrapped_plainly", outputSchema=WRAPPED),
    tool("several_texts"),
    tool("large_text"),
    tool("large_number"),
    tool("far_away", inputSchema={"type": "object", "properties": {"order": {"$ref": "https://example.com/o.json"}}}),
]

MEMBERS = {"properties": {"order": {"type": "integer", "description": None}}, "required": None}
#: What the protocol does not allow. The tools of the second half can be used all the same.
WRONG = [
    tool("no_type", inputSchema={}),
    tool("an_array", inputSchema={"type": "array"}),
    tool("a_union", inputSchema={"anyOf": [TEXT, {"type": "object"}]}),
    tool("no_schema", inputSchema=None),
    tool("a_text", inputSchema="object"),
    tool("", inputSchema=TEXT),
    tool("***"),
    "a word",
    {"description": "nameless"},
    tool("gives_nothing_local", inputSchema={"type": "object", "properties": {"a": {"$ref": "#/$defs/none"}}}),
    tool("well", inputSchema={"type": "object", **MEMBERS}),
    tool("well", description="Again."),
    tool("untyped", inputSchema=MEMBERS),
    tool("referring", inputSchema={"$ref": "#/definitions/order", "definitions": {"order": MEMBERS}}),
    tool("gives_a_list", outputSchema={"type": "array", "items": TEXT}),
    tool("gives_a_hole", outputSchema={"type": "object", "properties": {"a": {"$ref": "#/$defs/none"}}}),
    tool("gives_a_word", outputSchema="object"),
    tool("with_odd_hints", annotations={"readOnlyHint": "perhaps"}),
    tool("with_an_odd_title", title={"en": "Title"}),
]


def text(*texts: str, **members: object) -> dict[str, object]:
    return {"content": [{"type": "text", "text": each} for each in texts], **members}


class Server:
    def __init__(self, modes: set[str], memory: str) -> None:
        self.modes, self.memory = modes, memory
        self.tools = list(TOOLS)
        if "wrong_list" in modes:
            self.tools += WRONG

    def send(self, message: dict[str, object]) -> None:
        if "bytes" in self.modes:
            # A banner in Latin-1, another without a line end, a byte order mark, colours; line ends of Windows.
            line = json.dumps({"jsonrpc": "2.0", **message}).encode()
            before = b'D\xe9marrage\r\n\x1b[32mReady {"x"}\x1b[0m> \xef\xbb\xbf'
            sys.stderr.buffer.write(b"\xff\xfe\x1b[31m\xe9\n")
            sys.stdout.buffer.write(before + line + b"\r\n")
            sys.stdout.buffer.flush()
            return
        if "noise" in self.modes:
            print("debug: about to answer")
        if "flood" in self.modes:
            print("x" * 2_000_000)
            print("y" * 100_000, file=sys.stderr)
        print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)

    def result(self, method: str, params: dict[str, object]) -> dict[str, object] | None:
        if method == "initialize":
            if "slow" in self.modes:
                time.sleep(60)
            return {
                "protocolVersion": params["protocolVersion"],
                "capabilities": {"tools": {"listChanged": True}},
                "serverInfo": {"name": "misbehaving", "version": "1"},
            }
        if method == "tools/list":
            if "pages" not in self.modes:
                return {"tools": self.tools}
            at = int(str(params.get("cursor") or 0))
            more = {"nextCursor": str(at + 5)} if at + 5 < len(self.tools) else {}
            return {"tools": self.tools[at : at + 5], **more}
        return self.call(str(params["name"])) if method == "tools/call" else None

    def call(self, name: str) -> dict[str, object] | None:
        match name:
            case "status" | "gives_a_list" | "gives_a_hole" | "referring" | "with_an_odd_title":
                return text("order 7 is on its way")
            case "picture":
                return {"content": [{"type": "image", "data": "aGk=", "mimeType": "image/png"}]}
            case "fails":
                return text("no such order", isError=True)
            case "dies" | "dies_writing":
                if not os.path.exists(self.memory):
                    open(self.memory, "w").close()
                    print("out of memory", file=sys.stderr, flush=True)
                    os._exit(3)
                return text("back again")
            case "hangs":
                time.sleep(60)
            case "changes":
                self.tools = [each for each in self.tools if each["name"] != "status"]
                self.send({"method": "notifications/tools/list_changed"})
                return text("changed")
            case "vanishes_quietly":
                self.tools = [each for each in self.tools if each["name"] != "fails"]
                return text("changed")
            case "tells_secret":
                return text(f"the key is {os.environ.get('SHOP_KEY')}")
            case "wrong_shape":
                return text("n", structuredContent={"n": "many"})
            case "two texts":
                return text("one", "two")
            case "long_text":
                return text("x" * 3_000_000)
            case "wrapped" | "wrapped_plainly":
                return text("", structuredContent={"result": '{"order": {"number": 7}}'})
            case "several_texts":
                return text('{"order": 7}', "\x1b[1mon its way\x1b[0m\r\n")
            case "large_text":
                return text(json.dumps({"balance": 2**80}))
            case "large_number":
                return text("much", structuredContent={"balance": 2**80})
            case "json_text":
                return text('{"order": {"number": 7}}')
        return None

    def run(self) -> None:
        if "late" in self.modes:
            time.sleep(2.5)
        if "broken" in self.modes:
            print("cannot read settings.toml", file=sys.stderr, flush=True)
            sys.exit(2)
        for line in sys.stdin:
            request = json.loads(line)
            if "id" not in request:
                continue
            params = request.get("params") or {}
            result = self.result(request["method"], params)
            if params.get("name") == "refuses":
                self.send({"id": request["id"], "error": {"code": -32602, "message": "order must be a number"}})
            elif result is None:
                self.send({"id": request["id"], "error": {"code": -32601, "message": "unknown"}})
            else:
                self.send({"id": request["id"], "result": result})


if __name__ == "__main__":
    Server(set(sys.argv[1].split(",")), sys.argv[2] if len(sys.argv) > 2 else "").run()
