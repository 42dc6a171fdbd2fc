"""Everything that the package says it has is there, in both clients. Run with pytest."""

import asyncio

from openxapi_hostile import AsyncClient, Client
from openxapi_hostile.catalogue import OPERATIONS, PACKAGE, TYPES, VERSION, codec, operation

NOWHERE = "http://127.0.0.1:9"


def test_the_package_knows_its_name_and_version():
    assert (PACKAGE, VERSION) == ("openxapi-hostile", "1.2.3")
    assert (len(OPERATIONS), len(TYPES)) == (5, 15)


def test_every_operation_has_a_method_in_both_clients():
    async def made():
        return AsyncClient(base_url=NOWHERE)

    clients = (Client(base_url=NOWHERE), asyncio.run(made()))
    for operation_id, entry in OPERATIONS.items():
        assert operation(operation_id).id == operation_id
        for client in clients:
            for method in filter(None, (entry.method, entry.iterator)):
                assert callable(getattr(getattr(client, entry.group), method))


def test_every_type_can_be_read_and_written():
    for name in TYPES:
        found = codec(name)
        assert callable(found.read_)
        assert callable(found.write_)
