"""The revisions make what the models describe, on SQLite and on PostgreSQL."""

from __future__ import annotations

import subprocess
import sys

import pytest
from alembic import command
from sqlalchemy import delete, insert, inspect, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

import migrations
from offre_bailleurs.database import make_engine, now
from offre_bailleurs.models import AuditEvent, Declaration, Organisation, PortalSession, PortalUser
from tests.services.chat.servers import ROOT


def test_the_revisions_make_what_the_models_describe(url: str) -> None:
    migrations.check(url)


def test_upgrading_again_changes_nothing(url: str) -> None:
    migrations.upgrade(url)
    migrations.check(url)


def test_two_upgrades_at_the_same_time_are_one(url: str) -> None:
    command.downgrade(migrations.config(url), "base")
    upgrade = "import sys, migrations; migrations.upgrade(sys.argv[1])"
    upgrades = [subprocess.Popen([sys.executable, "-c", upgrade, url], cwd=ROOT) for _ in range(2)]
    assert [process.wait(60) for process in upgrades] == [0, 0]
    migrations.check(url)


def test_downgrading_leaves_nothing(url: str) -> None:
    command.downgrade(migrations.config(url), "base")
    engine = make_engine(url)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()
    migrations.upgrade(url)


def test_what_was_audited_can_be_neither_changed_nor_deleted(url: str) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(insert(AuditEvent).values(at=now(), action="tested", subject="test:1", detail={}))
    for change in (update(AuditEvent).values(action="forged"), delete(AuditEvent)):
        with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
            connection.execute(change)
    engine.dispose()


_BEFORE_ACCESS = """
INSERT INTO campaign (id, year, opens_on) VALUES (1, 2026, '2026-07-01');
INSERT INTO organisation (id, name) VALUES (1, 'LES OLIVIERS');
INSERT INTO account (id, profile, name, departement, user_number, contact_channel, email, organisation_id) VALUES
    (1, 'organisation', 'LES OLIVIERS', NULL, '35900007090001', 'email', 'A@x.fr', 1),
    (2, 'landlord', 'Basile', '35', '35900007090002', 'letter', NULL, NULL);
INSERT INTO portal_user (id, account_id, login, password_hash, first_name, last_name, state, is_administrator,
    is_authorisation_manager) VALUES
    (1, 1, 'olive', 'hash', 'Olive', 'Ramure', 'active', true, false),
    (2, 1, 'felix', 'hash', 'Félix', 'Lot', 'active', false, false),
    (3, 2, 'basile', 'hash', 'Basile', 'Tard', 'never_connected', false, false);
INSERT INTO dwelling (id, account_id, street, postcode, city, departement, dwelling_type) VALUES
    (1, 1, '1 rue A', '35000', 'Rennes', '35', 'private');
INSERT INTO tenancy (id, account_id, dwelling_id, tenant_first_name, tenant_last_name, started_on, co_tenant_count)
    VALUES (1, 1, 1, 'Zoé', 'Petit', '2020-01-01', 1);
INSERT INTO declaration (id, tenancy_id, campaign_id, state, situation, july_rent_cents, unusual_rent_confirmed,
    reference, submitted_at, submitted_by_id, updated_at, updated_by_id) VALUES
    (1, 1, 1, 'transmitted', 'still_tenant', 65000, false,
    'OB-2026-000001', '2026-07-10 10:00:00', 1, '2026-07-10 10:00:00', 1);
INSERT INTO audit_event (id, at, actor_id, action, subject, detail) VALUES
    (1, '2026-07-10 10:00:00', 1, 'declaration.transmitted', 'declaration:1', '{}');
INSERT INTO portal_session (token_hash, portal_user_id, created_at, expires_at) VALUES
    ('hash', 1, '2026-07-10 10:00:00', '2026-07-10 18:00:00');
"""
"""Somebody of every kind, as revision 0001 knew them."""


def test_opening_access_to_everybody_loses_nothing_of_who_was_there(url: str) -> None:
    command.downgrade(migrations.config(url), "base")
    command.upgrade(migrations.config(url), "0001")
    engine = make_engine(url)
    with engine.begin() as connection:
        for statement in filter(str.strip, _BEFORE_ACCESS.split(";")):
            connection.exec_driver_sql(statement)
    migrations.upgrade(url)
    with Session(engine) as session:
        users = session.scalars(select(PortalUser).order_by(PortalUser.id)).all()
        assert [user.email for user in users] == ["a@x.fr", None, None]
        assert [user.password_hash for user in users] == ["hash", "hash", None]  # the last one's was temporary
        assert session.get_one(Declaration, 1).submitted_by_name == "Olive Ramure"
        assert session.get_one(Organisation, 1).convention_name == "LES OLIVIERS"
        assert [event.account_id for event in session.scalars(select(AuditEvent))] == [1]
        assert session.scalars(select(PortalSession.must_choose_password)).all() == [False]
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.execute(delete(AuditEvent))
    engine.dispose()
    command.downgrade(migrations.config(url), "0001")
    migrations.upgrade(url)
    migrations.check(url)
