"""What a value identifies: by its name, its schema, what stands around it, its tool."""

from typing import Any

import pytest

from tool_registry.drawing.things import agrees, identity_in_result, identity_in_text, identity_of_parameter
from tool_registry.drawing.tool_graph import traits_of
from tool_registry.drawing.tool_nouns import nouns_of_tool
from tool_registry.spec import ToolSpec

ID, TEXT = {"type": "integer"}, {"type": "string"}


def obj(title: str = "", **members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members} | ({"title": title} if title else {})


def tool(name: str, output: dict[str, Any] | None = None, description: str = "", /, **parameters: Any) -> ToolSpec:
    schema = {"type": "object", "properties": parameters, "required": list(parameters)}
    return ToolSpec(name=name, description=description, parameters=schema, output_schema=output, source="python")


ORDER = obj(
    "OrderResponse",
    id=ID,
    number=TEXT,
    pet_id=ID,
    parentId=ID,
    customer=obj(id=ID, name=TEXT),
    owner={"$ref": "#/$defs/simple-user"},
    items={"type": "array", "items": obj(id=ID)},
    **{"bill-to.account_id": ID},
) | {"$defs": {"simple-user": obj(id=ID, login=TEXT)}}


@pytest.mark.parametrize(
    ("pointer", "key", "things"),
    [
        ("/id", "id", {("order",)}),
        ("/number", "number", {("order",)}),
        ("/pet_id", "id", {("pet",)}),
        ("/parentId", "id", {("order",)}),
        ("/customer/id", "id", {("customer",)}),
        ("/customer/name", "name", {("customer",)}),
        ("/owner/id", "id", {("user",), ("owner",)}),
        ("/owner/login", "login", {("user",), ("owner",)}),
        ("/items/4/id", "id", {("item",)}),
        ("/bill-to.account_id", "id", {("bill", "to", "account")}),
    ],
)
def test_a_value_of_a_result_identifies_what_stands_around_it(pointer: str, key: str, things: set[Any]) -> None:
    found = identity_in_result(tool("get_order", ORDER), pointer)
    assert found is not None
    assert (found.keys, found.things) == ({key}, things)


@pytest.mark.parametrize(
    ("name", "pointer", "result", "thing"),
    [
        ("list_pets", "/data/0/id", {"data": [{"id": 1}], "total": 1}, "pet"),
        ("list_pets", "/items/0/id", {"items": [{"id": 1}]}, "pet"),
        ("get_order", "/items/0/id", {"id": 9, "items": [{"id": 1}]}, "item"),
        ("search", "/users/0/id", {"users": [{"id": 1}]}, "user"),
        ("list_pet_ids", "/0", [1, 2], "pet"),
        ("list_pet_ids", "/result/0", {"result": [1, 2]}, "pet"),
        ("listPets", "/0", [1, 2], "pet"),
        ("find_movie_id", "", 7, "movie"),
        ("search", "/0/id", [{"id": 1}], ""),
    ],
)
def test_without_a_schema_the_result_and_the_tool_tell(name: str, pointer: str, result: Any, thing: str) -> None:
    found = identity_in_result(tool(name), pointer, result)
    assert found is not None
    assert found.called == thing


@pytest.mark.parametrize(
    ("name", "pointer", "result"),
    [("count_users", "", 3), ("add", "/result", {"result": 3}), ("next_prime", "/number", {"number": 7})],
)
def test_what_is_counted_or_calculated_identifies_nothing(name: str, pointer: str, result: Any) -> None:
    assert identity_in_result(tool(name), pointer, result) is None


@pytest.mark.parametrize(
    ("name", "description", "parameter", "schema", "things"),
    [
        ("x", "", "pet_id", ID, {("pet",)}),
        ("x", "", "petId", ID, {("pet",)}),
        ("x", "", "pet-id", ID, {("pet",)}),
        ("x", "", "pet.id", ID, {("pet",)}),
        ("x", "", "parent_issue_id", ID, {("issue",)}),
        ("x", "", "repo", TEXT, {("repository",)}),
        ("get_pet", "", "id", ID, {("pet",)}),
        ("pets_get", "", "id", ID, {("pet",)}),
        ("get_user_orders", "", "id", ID, {("user",)}),
        ("get_order_status", "", "id", ID, {("order",)}),
        ("cancel_order", "Cancel an order.", "id", ID, {("order",)}),
        ("lookup", "Look up a pet by its id.", "id", ID, {("pet",)}),
        ("x", "", "id", ID | {"description": "ID of the pet to return"}, {("pet",)}),
        ("x", "", "id", ID | {"description": "The pet's unique id."}, {("pet",)}),
        ("x", "", "id", ID | {"title": "Pet ID"}, {("pet",)}),
        ("get_user", "", "id", ID | {"x-thing": "pets"}, {("pet",)}),
        ("get_pet_owner", "", "id", ID, set()),
        ("create_pet", "", "name", TEXT, set()),
        ("lookup", "", "id", ID, set()),
    ],
)
def test_a_parameter_asks_for_a_thing(
    name: str, description: str, parameter: str, schema: dict[str, Any], things: set[Any]
) -> None:
    spec = tool(name, None, description, **{parameter: schema})
    assert identity_of_parameter(spec, parameter).things == things


@pytest.mark.parametrize(
    ("giver", "pointer", "value", "taker", "parameter", "fits"),
    [
        ("get_order", "/pet_id", 3, "get_pet", "pet_id", True),
        ("get_order", "/pet_id", 3, "get_pet", "id", True),
        ("get_order", "/id", 3, "get_pet", "pet_id", False),
        ("get_order", "/id", 3, "get_order_items", "id", True),
        ("get_order", "/id", 3, "get_pet_owner", "id", False),
        ("get_order", "/id", 3, "list_lines", "order", True),
        ("get_order", "/number", "A-1", "get_order", "order_id", False),
        ("get_order", "/number", "A-1", "get_invoice", "order_number", True),
        ("get_order", "/customer/id", 3, "get_user", "user_id", False),
        ("get_order", "/customer/name", "Ada", "find", "customer", True),
        ("get_order", "/customer/name", "Ada", "find", "customer_id", False),
        ("get_order", "/customer/name", "Ada", "find_pet", "name", False),
        ("get_order", "/owner/id", 3, "get_user", "id", True),
        ("get_order", "/owner/login", "ada", "get_user", "username", True),
        ("get_order", "/items/0/id", 3, "get_order", "order_id", False),
        ("get_order", "/items/0/id", 3, "get_line", "order_item_id", True),
        ("get_order", "/id", 3, "factorial", "number", False),
    ],
)
def test_a_value_feeds_only_what_asks_for_its_thing(
    giver: str, pointer: str, value: Any, taker: str, parameter: str, fits: bool
) -> None:
    offered = identity_in_result(tool(giver, ORDER), pointer)
    taken = identity_of_parameter(tool(taker, **{parameter: {}}), parameter)
    assert offered is not None
    assert agrees(offered, taken, value) is fits


def test_a_bare_word_identifies_nothing_without_its_thing() -> None:
    mute = identity_of_parameter(tool("lookup", id=ID), "id")
    offered = identity_in_result(tool("search"), "/0/id", [{"id": 1}])
    assert offered is not None
    assert not agrees(offered, mute, 1)


def test_labels_in_a_text_have_the_things_of_their_tool() -> None:
    staff = tool("list_employees")
    named, bare = identity_in_text(staff, "Office ID"), identity_in_text(staff, "ID")
    assert named is not None
    assert bare is not None
    assert (named.called, bare.called) == ("office", "employee")


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("repos_list-for-user", ("repository",)),
        ("github_get_issue", ("issue",)),
        ("find_user_by_name", ("user",)),
        ("SearchMovies", ("movie",)),
        ("pulls.listReviews", ("review",)),
        ("get_order_details", ("order",)),
    ],
)
def test_names_of_tools_speak_of_things(name: str, given: tuple[str, ...]) -> None:
    spec = ToolSpec(name="t", description="", parameters={"type": "object"}, source="openapi", original_name=name)
    assert nouns_of_tool(spec).given == given


def test_batches_are_chosen_by_the_same_rule() -> None:
    user = traits_of(tool("get_user", obj("User", id=ID, username=TEXT), username=TEXT))
    order = traits_of(tool("get_order", obj("Order", id=ID, pet_id=ID), order_id=ID))
    pet = traits_of(tool("get_pet", obj("Pet", id=ID, name=TEXT), pet_id=ID))
    assert pet.takes.keys() & order.gives.keys()
    assert not pet.takes.keys() & user.gives.keys()
    assert not order.takes.keys() & pet.gives.keys()
    assert traits_of(tool("feed", pet=ID)).takes.keys() & pet.gives.keys()
