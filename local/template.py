"""Reads `template.yaml`: what is wired there is what runs here."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from local.intrinsics import UNRESOLVED, Scope, resolve
from local.processes import LocalError

_DEFAULT_TIMEOUT = 3  # seconds, Lambda's own
_DEFAULT_MEMORY = 128  # MB, Lambda's own


@dataclass(frozen=True)
class Route:
    """An HTTP API route. `method` is upper case or ANY; `path` holds `{name}` and `{name+}` segments."""

    method: str
    path: str
    public: bool

    @property
    def key(self) -> str:
        """API Gateway's name for the route, e.g. `GET /events/{eventId}`."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, kw_only=True)
class Function:
    """An AWS::Serverless::Function. `timeout` in seconds, `memory` in MB.

    `environment` holds the variables whose values are known here; those that name a resource of the cloud are
    left to the local stack. `database_role` is who it signs in as where it is deployed, by the secret that it is told
    of there; None for the owner, and without a database. `triggers` are its event sources as the template gives them, by their logical ids.
    """

    name: str
    folder: Path
    handler: str
    timeout: float
    memory: int
    environment: Mapping[str, str]
    database_role: str | None = None
    triggers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()

    @property
    def short_name(self) -> str:
        """The name of its folder: `recommend` for RecommendFunction."""
        return self.folder.name


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms (`!Ref X` is `{"Ref": "X"}`)."""


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    match node:
        case yaml.ScalarNode():
            value = loader.construct_scalar(node)
        case yaml.SequenceNode():
            value = loader.construct_sequence(node, deep=True)
        case yaml.MappingNode():
            value = loader.construct_mapping(node, deep=True)
        case _:
            raise LocalError(f"The template holds a !{suffix} that can't be read.")
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_form)


def read_template(path: Path, parameters: Mapping[str, str] | None = None) -> dict[str, Function]:
    """The functions of the template at `path`, by logical id. `parameters` override its defaults."""
    document = read_document(path)
    scope = Scope.of(document, parameters or {})
    roles = _Roles.of(document)
    shared = document.get("Globals", {}).get("Function", {})
    return {
        name: _function(name, _merged(shared, resource.get("Properties", {})), scope, path.parent, roles)
        for name, resource in document.get("Resources", {}).items()
        if resource.get("Type") == "AWS::Serverless::Function" and scope.holds(resource.get("Condition"))
    }


def read_document(path: Path) -> dict[str, Any]:
    """The template at `path` with its functions as `{"Fn::…": …}`. Raises LocalError."""
    try:
        document: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - safe, with tags
    except (OSError, yaml.YAMLError) as error:
        raise LocalError(f"{path.name} can't be read: {error}") from error
    return document


def _merged(shared: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """SAM's rule for Globals: a function's own value wins; maps are merged."""
    merged = {**shared, **own}
    for name, value in shared.items():
        if isinstance(value, Mapping) and isinstance(own.get(name), Mapping):
            merged[name] = _merged(value, own[name])
    return merged


@dataclass(frozen=True)
class _Roles:
    """The roles of the database, by the logical ids of the secrets that they sign in with."""

    by_secret: Mapping[str, str]
    deployed: Scope

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "_Roles":
        by_secret = dict(_users_of_secrets(document.get("Resources", {})))
        scope = Scope.of(document, {"Stage": "dev"})
        return cls(by_secret, replace(scope, resources=frozenset(by_secret)))

    def of_function(self, variables: Mapping[str, Any]) -> str | None:
        """Who a function signs in as where it is deployed."""
        secret = resolve(variables.get("DB_SECRET_ARN"), self.deployed)
        return self.by_secret.get(secret) if isinstance(secret, str) else None


def _users_of_secrets(resources: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, resource in resources.items():
        made = resource.get("Properties", {}).get("GenerateSecretString", {})
        if resource.get("Type") == "AWS::SecretsManager::Secret" and made.get("GenerateStringKey") == "password":
            yield name, str(json.loads(made["SecretStringTemplate"])["username"])


def _function(name: str, properties: Mapping[str, Any], scope: Scope, root: Path, roles: _Roles) -> Function:
    known = {key: resolve(value, scope) for key, value in properties.items() if key not in ("Environment", "Events")}
    given = properties.get("Environment", {}).get("Variables", {})
    variables = resolve(given, scope)
    triggers = properties.get("Events", {})
    return Function(
        name=name,
        folder=root / str(known["CodeUri"]),
        handler=str(known["Handler"]),
        timeout=float(known.get("Timeout", _DEFAULT_TIMEOUT)),
        memory=int(known.get("MemorySize", _DEFAULT_MEMORY)),
        environment={key: _text(value) for key, value in variables.items() if value is not UNRESOLVED},
        database_role=roles.of_function(given),
        triggers={key: resolve(value, scope) for key, value in triggers.items()},
        routes=tuple(_route(event["Properties"]) for event in triggers.values() if event["Type"] == "HttpApi"),
    )


def _text(value: object) -> str:
    """A variable's value as CloudFormation writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _route(properties: Mapping[str, Any]) -> Route:
    return Route(
        method=str(properties.get("Method", "ANY")).upper(),
        path=str(properties.get("Path", "$default")),
        public=properties.get("Auth", {}).get("Authorizer") == "NONE",
    )
