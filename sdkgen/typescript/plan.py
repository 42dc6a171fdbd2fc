"""What every generated module is written from: the API, the options, and what both decide for all modules together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sdkgen.behaviour import message_recipe
from sdkgen.signing.recipe import managed_parameters
from sdkgen.typescript.declarations import Directions, directions
from sdkgen.typescript.names import Names, allotted
from sdkgen.typescript.walk import object_behind

if TYPE_CHECKING:
    from sdkgen.api.model import Api, Operation, Parameter
    from sdkgen.source import SdkOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One package, decided and not yet written."""

    api: Api
    options: SdkOptions
    names: Names
    ways: Directions

    @property
    def base_url(self) -> str | None:
        """Where the client calls unless told otherwise."""
        return self.options.base_url if self.options.base_url is not None else next(iter(self.api.servers), None)

    def parameters(self, operation: Operation) -> tuple[Parameter, ...]:
        """The parameters that a caller passes: those that the signer fills are not among them."""
        managed = managed_parameters(self.options.recipe, operation)
        return tuple(each for each in operation.parameters if (each.location, each.wire_name) not in managed)

    def needs_body(self, operation: Operation) -> bool:
        """Whether a caller must pass a body: a required one whose fields are all optional is sent as ``{}`` by itself."""
        body = operation.body
        if body is None or not body.contents or not body.required:
            return False
        declared = object_behind(self.api, body.contents[0].type)
        return declared is None or any(self.ways.required(declared.name, field) for field in declared.fields)

    def needs_arguments(self, operation: Operation) -> bool:
        """Whether a caller must pass anything at all."""
        return any(parameter.required for parameter in self.parameters(operation)) or self.needs_body(operation)


def plan(api: Api, options: SdkOptions) -> Plan:
    """Decide names, modules and directions."""
    return Plan(api=api, options=options, names=allotted(api), ways=directions(api, options.recipe, message_recipe(options.behaviour)))
