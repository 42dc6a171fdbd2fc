"""Everything that the generated module of the streams takes from the runtime beyond what all generated modules take."""

from __future__ import annotations

from typing import Literal, TypeAlias

from .behaviour import Errors
from .channels import (
    AskingRule,
    BookRule,
    ChannelRule,
    ChecksumRule,
    HeartbeatRule,
    ListenKeyRule,
    LoginRule,
    MarkRule,
    Match,
    MessageKind,
    ParameterRule,
    RequestRule,
    StreamRules,
    SubscriptionRule,
)
from .livebook import LiveBook
from .recipe import Claim, Part, Placement, Recipe
from .streambase import BaseStreams
from .subscription import Subscription

Overflow: TypeAlias = Literal["drop_oldest", "fail"]
"""What happens when more messages wait than a subscription holds."""

__all__ = [
    "AskingRule",
    "BaseStreams",
    "BookRule",
    "ChannelRule",
    "ChecksumRule",
    "Claim",
    "Errors",
    "HeartbeatRule",
    "ListenKeyRule",
    "LiveBook",
    "LoginRule",
    "MarkRule",
    "Match",
    "MessageKind",
    "Overflow",
    "ParameterRule",
    "Part",
    "Placement",
    "Recipe",
    "RequestRule",
    "StreamRules",
    "Subscription",
    "SubscriptionRule",
]
