"""Bronze: SDKs generate from the description, build, pass strict type checks and lose nothing."""

from __future__ import annotations

from certification.levels.rule import LevelRules, OnFail, Rule, Scope
from certification.model import Level, Severity

BRONZE = LevelRules(
    level=Level.BRONZE,
    promise="builds: SDKs generate from the description, build, pass strict type checks and lose nothing",
    rules=(
        Rule(check="description.description_is_accepted", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="description.every_operation_is_read", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="description.every_field_is_read", scope=Scope.ALL, severity=Severity.HIGH),
        Rule(check="description.references_resolve", scope=Scope.ALL, severity=Severity.LOW, on_fail=OnFail.WARN),
        Rule(check="description.description_needs_no_repair", scope=Scope.ALL, severity=Severity.LOW, on_fail=OnFail.WARN),
        Rule(check="description.examples_agree_with_their_schemas", scope=Scope.ALL, severity=Severity.LOW, on_fail=OnFail.WARN),
        Rule(check="builds.everything_is_generated", scope=Scope.SDK, severity=Severity.HIGH),
        Rule(check="builds.enough_is_offered", scope=Scope.SDK, severity=Severity.LOW),
        Rule(check="builds.packages_build", scope=Scope.SDK, severity=Severity.HIGH),
        Rule(check="builds.packages_install", scope=Scope.SDK, severity=Severity.HIGH),
        Rule(check="builds.strict_type_checks_pass", scope=Scope.SDK, severity=Severity.MEDIUM),
        Rule(check="values.documented_examples_survive", scope=Scope.SDK, severity=Severity.HIGH),
        Rule(check="values.generated_values_survive", scope=Scope.SDK, severity=Severity.HIGH),
        Rule(check="values.what_is_unknown_is_kept", scope=Scope.SDK, severity=Severity.MEDIUM),
        Rule(check="values.numbers_stay_exact", scope=Scope.SDK, severity=Severity.CRITICAL),
        Rule(check="hygiene.a_licence_is_named", scope=Scope.SDK, severity=Severity.LOW, on_fail=OnFail.WARN),
        Rule(check="hygiene.types_are_shipped", scope=Scope.SDK, severity=Severity.LOW, on_fail=OnFail.WARN),
        Rule(check="hygiene.dependencies_are_bounded", scope=Scope.SDK, severity=Severity.LOW, on_fail=OnFail.WARN),
        Rule(check="hygiene.packages_stay_small", scope=Scope.SDK, severity=Severity.LOW, on_fail=OnFail.WARN),
        Rule(check="hygiene.imports_are_quick", scope=Scope.SDK, severity=Severity.LOW, on_fail=OnFail.WARN),
        Rule(check="hygiene.dependencies_have_no_known_vulnerabilities", scope=Scope.SDK, severity=Severity.MEDIUM, on_fail=OnFail.WARN),
    ),
)
