-- The control database: who the tenants are, where they live, and what is being done to them.
-- Runs once in the control database, never in a tenant's schema.

CREATE TABLE shard (
    name          text        PRIMARY KEY,
    host          text        NOT NULL,
    port          integer     NOT NULL,
    database      text        NOT NULL,
    region        text        NOT NULL,
    weight        integer     NOT NULL CHECK (weight >= 0),
    draining      boolean     NOT NULL,
    lanes         integer     NOT NULL CHECK (lanes > 0),
    labels        jsonb       NOT NULL,
    registered_by text        NOT NULL,
    registered_at timestamptz NOT NULL DEFAULT now(),
    changed_by    text        NOT NULL,
    changed_at    timestamptz NOT NULL DEFAULT now()
);

-- A house's row is written before anything of it exists on the shard, and deleted after everything is gone,
-- so that whatever a crash leaves behind can be found from here.
CREATE TABLE house (
    id         text        PRIMARY KEY,
    shard      text        NOT NULL REFERENCES shard,
    blueprint  text        NOT NULL,
    version    integer     NOT NULL,
    lanes      integer[]   NOT NULL,
    state      text        NOT NULL CHECK (state IN ('building', 'ready', 'taken', 'removing')),
    tenant     uuid        CHECK (tenant IS NOT NULL OR state <> 'taken'),
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Onboarding claims the oldest ready house of a shard and version; the warm pool counts them.
CREATE INDEX house_ready ON house (shard, blueprint, version, created_at) WHERE state = 'ready';
-- The sweeper asks for what is unfinished; this is nearly always empty.
CREATE INDEX house_unfinished ON house (state, created_at) WHERE state IN ('building', 'removing');
CREATE UNIQUE INDEX house_of_tenant ON house (tenant) WHERE tenant IS NOT NULL AND state <> 'removing';

-- A projection of tenant_event: every change of a row here is an event there, in the same transaction.
CREATE TABLE tenant (
    id                uuid        PRIMARY KEY,
    slug              text        COLLATE "C" NOT NULL,
    name              text        NOT NULL,
    state             text        NOT NULL CHECK (state IN
        ('provisioning', 'active', 'suspended', 'offboarding', 'archived', 'erased', 'failed')),
    plan              text        NOT NULL,
    region            text,
    blueprint         text        NOT NULL,
    blueprint_version integer     NOT NULL,
    shard             text        REFERENCES shard,
    house             text        REFERENCES house,
    labels            jsonb       NOT NULL,
    flags             text[]      NOT NULL DEFAULT '{}',
    version           integer     NOT NULL,
    created_at        timestamptz NOT NULL DEFAULT now(),
    activated_at      timestamptz,
    changed_in        xid8        NOT NULL
);

-- One slug, one living tenant. A failed onboarding and an erasure free the slug.
CREATE UNIQUE INDEX tenant_living_slug ON tenant (slug) WHERE state NOT IN ('failed', 'erased');
CREATE INDEX tenant_slug ON tenant (slug, created_at);
-- Counting a shard's tenants for placement reads this and not the table.
CREATE INDEX tenant_by_shard ON tenant (shard) WHERE state NOT IN ('failed', 'erased');
-- Every instance asks for what changed since its last look.
CREATE INDEX tenant_changed ON tenant (changed_in);

CREATE FUNCTION mark_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_in := pg_current_xact_id();
    RETURN NEW;
END
$$;

CREATE TRIGGER tenant_mark_changed BEFORE INSERT OR UPDATE ON tenant
    FOR EACH ROW EXECUTE FUNCTION mark_changed();

-- The truth about tenants' lives.
CREATE TABLE tenant_event (
    tenant   uuid        NOT NULL REFERENCES tenant,
    sequence integer     NOT NULL CHECK (sequence > 0),
    type     text        NOT NULL CHECK (type <> ''),
    actor    text        NOT NULL CHECK (actor <> ''),
    reason   text,
    at       timestamptz NOT NULL DEFAULT now(),
    data     jsonb       NOT NULL,
    PRIMARY KEY (tenant, sequence)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events never change' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER tenant_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON tenant_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- API keys by their SHA-256; a key in clear is never stored.
CREATE TABLE api_key (
    hash       text        PRIMARY KEY CHECK (hash ~ '^[0-9a-f]{64}$'),
    tenant     uuid        NOT NULL REFERENCES tenant,
    class      text        NOT NULL CHECK (class IN ('anon', 'service_role')),
    last_four  text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
);

CREATE INDEX api_key_valid ON api_key (tenant) WHERE revoked_at IS NULL;

CREATE TABLE operation (
    id              uuid        PRIMARY KEY,
    type            text        NOT NULL,
    tenant          uuid        NOT NULL REFERENCES tenant,
    slug            text        NOT NULL,
    state           text        NOT NULL CHECK (state IN
        ('queued', 'running', 'succeeded', 'failed', 'compensated', 'cancelled')),
    compensating    boolean     NOT NULL DEFAULT false,
    input           jsonb       NOT NULL,
    result          jsonb       NOT NULL DEFAULT '{}',
    error           text,
    actor           text        NOT NULL,
    idempotency_key text,
    request         text,
    lease_owner     uuid,
    lease_until     timestamptz,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);

-- An operator's Idempotency-Key stands for one operation, for good.
CREATE UNIQUE INDEX operation_idempotency ON operation (actor, idempotency_key) WHERE idempotency_key IS NOT NULL;
-- Runners look for what nobody holds.
CREATE INDEX operation_unfinished ON operation (lease_until) WHERE state IN ('queued', 'running');
CREATE INDEX operation_of_tenant ON operation (tenant, id);
CREATE INDEX operation_of_slug ON operation (slug, id);

CREATE TABLE operation_step (
    operation  uuid    NOT NULL REFERENCES operation,
    position   integer NOT NULL,
    name       text    NOT NULL,
    state      text    NOT NULL,
    attempts   integer NOT NULL DEFAULT 0,
    started_at timestamptz,
    ended_at   timestamptz,
    error      text,
    PRIMARY KEY (operation, position)
);
