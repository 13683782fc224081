"""Databases as Aurora's master user owns them, and who signs in to them."""

import secrets
from typing import LiteralString
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg.sql import SQL, Identifier

MASTER: LiteralString = "shopevents"


def as_role(dsn: str, role: str, password: str = "") -> str:
    """The same database for another user."""
    parts = urlsplit(dsn)
    user = f"{role}:{password}" if password else role
    return urlunsplit(parts._replace(netloc=f"{user}@{parts.netloc.rpartition('@')[2]}"))


def make_database(server: str) -> str:
    """The URL of a new database by its owner, who may make roles and is no superuser: Aurora's master user."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as admin:
        if admin.execute("SELECT FROM pg_roles WHERE rolname = %s", (MASTER,)).rowcount == 0:
            admin.execute(SQL("CREATE ROLE {} LOGIN CREATEROLE CREATEDB").format(Identifier(MASTER)))
        admin.execute(SQL("CREATE DATABASE {} OWNER {}").format(Identifier(name), Identifier(MASTER)))
    url = f"{server.removesuffix('/postgres')}/{name}"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("CREATE EXTENSION vector")
    return as_role(url, MASTER)
