"""Other names for what others refer to: types, messages, channels and groups."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from sdkgen.api.model import AliasType, Discriminator, EnumType, ObjectType, Operation, Reference, UnionType
from sdkgen.api.stream_model import Channel, Message, Request

if TYPE_CHECKING:
    from sdkgen.api.model import Api, Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Renaming:
    """Old names and new ones."""

    types: dict[Name, Name]
    groups: dict[Name, Name]
    messages: dict[Name, Name]
    channels: dict[Name, Name]

    def changes(self) -> bool:
        """Whether any name is another one now."""
        return any(old != new for table in (self.types, self.groups, self.messages, self.channels) for old, new in table.items())


def renamed(api: Api, names: Renaming) -> Api:
    """The API with those names wherever one is declared or referred to; its types in order of their new names."""
    if not names.changes():
        return api
    types = sorted((_rewritten(declared, names) for declared in api.types), key=lambda declared: declared.name.words)
    return replace(
        api,
        types=tuple(types),
        operations=_rewritten(api.operations, names),
        channels=_rewritten(api.channels, names),
        messages=_rewritten(api.messages, names),
        requests=_rewritten(api.requests, names),
    )


def _rewritten(value: Any, names: Renaming) -> Any:
    if isinstance(value, tuple):
        items = tuple(_rewritten(item, names) for item in value)
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if not is_dataclass(value) or isinstance(value, type):
        return value
    if isinstance(value, Reference):
        return Reference(name=names.types[value.name]) if names.types[value.name] != value.name else value
    changes = {field.name: inner for field in fields(value) if (inner := _rewritten(old := getattr(value, field.name), names)) is not old}
    own = _own_names(value, names)
    return replace(value, **changes, **own) if changes or own else value


def _own_names(value: Any, names: Renaming) -> dict[str, Any]:
    """The names that a thing has or refers to, under its fields' names."""
    own: dict[str, Any] = {}
    match value:
        case ObjectType() | EnumType() | UnionType() | AliasType():
            own = {"name": names.types[value.name]}
        case Discriminator():
            own = {"mapping": tuple((text, names.types[name]) for text, name in value.mapping)}
        case Operation():
            own = {"group": names.groups[value.group]}
        case Message():
            own = {"name": names.messages[value.name]}
        case Channel():
            heard, said = (tuple(names.messages[name] for name in each) for each in (value.heard, value.said))
            own = {"name": names.channels[value.name], "heard": heard, "said": said}
        case Request():
            replies = tuple(names.messages[name] for name in value.replies)
            own = {"channel": names.channels[value.channel], "reply_channel": names.channels[value.reply_channel]}
            own |= {"message": names.messages[value.message], "replies": replies}
        case _:
            pass
    return own
