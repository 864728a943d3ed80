"""The API as outsiders find it in proto/.

Everything that clients meet (Inference) is explained down to the field. In the cluster's own services, which only
Octavo speaks, names may speak for themselves below the level of messages.
"""

from pathlib import Path

import pytest
from google.protobuf import descriptor_pb2
from grpc_tools import protoc

ROOT = Path(__file__).resolve().parents[2]
PROTO = ROOT / "proto"

CLIENT_API = "octavo/v1/inference.proto"

# Field numbers in descriptor.proto, of which source paths are made.
MESSAGE, ENUM, SERVICE = 4, 5, 6
FIELD, NESTED, NESTED_ENUM, ONEOF = 2, 3, 4, 8
VALUE, METHOD = 2, 2


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The descriptors of every file of ours, with their comments."""
    out = tmp_path_factory.mktemp("descriptors") / "set"
    names = sorted(str(path.relative_to(PROTO)) for path in PROTO.rglob("*.proto"))
    arguments = ["protoc", f"--proto_path={PROTO}", "--include_source_info", f"--descriptor_set_out={out}", *names]
    assert protoc.main(arguments) == 0
    parsed = descriptor_pb2.FileDescriptorSet.FromString(out.read_bytes())
    return [file for file in parsed.file if file.package.startswith("octavo.")]


def elements(file):
    """(places, name) of everything that a reader of the API meets, with where its comment may stand."""
    for index, service in enumerate(file.service):
        yield [(SERVICE, index)], service.name
        for number, method in enumerate(service.method):
            yield [(SERVICE, index, METHOD, number)], f"{service.name}.{method.name}"
    for index, message in enumerate(file.message_type):
        yield from message_elements((MESSAGE, index), message, message.name)
    for index, enum in enumerate(file.enum_type):
        yield from enum_elements((ENUM, index), enum, enum.name)


def message_elements(path, message, name):
    """A field that only marks presence may be explained at its oneof."""
    yield [path], name
    for index, field in enumerate(message.field):
        places = [(*path, FIELD, index)]
        if field.HasField("oneof_index"):
            places.append((*path, ONEOF, field.oneof_index))
        yield places, f"{name}.{field.name}"
    for index, nested in enumerate(message.nested_type):
        if not nested.options.map_entry:
            yield from message_elements((*path, NESTED, index), nested, f"{name}.{nested.name}")
    for index, enum in enumerate(message.enum_type):
        yield from enum_elements((*path, NESTED_ENUM, index), enum, f"{name}.{enum.name}")


def enum_elements(path, enum, name):
    yield [path], name
    for index, value in enumerate(enum.value):
        yield [(*path, VALUE, index)], f"{name}.{value.name}"


def commented(file):
    """The paths that carry a comment, before or beside."""
    return {
        tuple(location.path)
        for location in file.source_code_info.location
        if location.leading_comments.strip() or location.trailing_comments.strip()
    }


def must_explain(file, path, name):
    """A call's own request and response are explained at the call."""
    if name.endswith(("Request", "Response")):
        return False
    return file.name == CLIENT_API or path[0] == SERVICE or "." not in name


def test_everything_that_a_client_meets_is_explained(files):
    bare = []
    for file in files:
        explained = commented(file)
        bare += [
            f"{file.name}: {name}"
            for places, name in elements(file)
            if explained.isdisjoint(places) and must_explain(file, places[0], name)
        ]
    assert not bare, "no comment:\n" + "\n".join(bare)


def test_the_services_of_the_api_are_there(files):
    services = {f"{file.package}.{service.name}" for file in files for service in file.service}
    assert services >= {f"octavo.v1.{name}" for name in ("Inference", "Worker", "Registry", "Admin")}


def test_an_enum_starts_with_a_value_that_says_nothing(files):
    """A reader of an older version sees a new value as zero: zero must not mean something."""
    enums = [enum for file in files for enum in [*file.enum_type, *nested_enums(file.message_type)]]
    wrong = [enum.name for enum in enums if not enum.value[0].name.endswith("_UNSPECIFIED")]
    assert wrong == []


def nested_enums(messages):
    for message in messages:
        yield from message.enum_type
        yield from nested_enums(message.nested_type)
