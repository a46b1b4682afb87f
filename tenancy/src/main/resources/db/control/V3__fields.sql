-- Columns that tenants have added to their own houses. What is wanted is written before the house is altered, and what was
-- done after: a row that is not active is finished by whoever asks next, or by the sweep.
CREATE TABLE tenant_field (
    tenant       uuid        NOT NULL REFERENCES tenant,
    relation     text        NOT NULL,
    name         text        NOT NULL CHECK (name ~ '^x_[a-z0-9_]{1,60}$'),
    type         text        NOT NULL,
    nullable     boolean     NOT NULL,
    default_json text,
    comment      text,
    state        text        NOT NULL CHECK (state IN ('adding', 'active', 'dropping')),
    actor        text        NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, relation, name)
);

-- The sweep asks for what is unfinished; this is nearly always empty.
CREATE INDEX tenant_field_unfinished ON tenant_field (tenant) WHERE state <> 'active';

-- Who may change a tenant's columns: one instance, one request at a time.
CREATE TABLE tenant_field_lease (
    tenant uuid        PRIMARY KEY REFERENCES tenant,
    owner  uuid        NOT NULL,
    until  timestamptz NOT NULL
);
