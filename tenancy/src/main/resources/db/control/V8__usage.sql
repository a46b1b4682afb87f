-- What tenants use: what is counted and sampled, and what is projected from that and from the events of their rows.

-- Some operations are of the installation and of no tenant.
ALTER TABLE operation ALTER COLUMN tenant DROP NOT NULL, ALTER COLUMN slug DROP NOT NULL;
ALTER TABLE operation ADD CHECK ((tenant IS NULL) = (slug IS NULL));

-- How often a tenant's API was called on a day, as one process counts it. A process writes totals, so writing them again
-- changes nothing.
CREATE TABLE request_count (
    tenant   uuid        NOT NULL,
    day      date        NOT NULL,
    instance uuid        NOT NULL,
    requests bigint      NOT NULL,
    refused  bigint      NOT NULL,
    failed   bigint      NOT NULL,
    last_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant, day, instance)
);

-- What a tenant's house took on disk: the most of a day, and the last that was seen of it.
CREATE TABLE storage_sample (
    tenant     uuid        NOT NULL,
    day        date        NOT NULL,
    most_bytes bigint      NOT NULL,
    last_bytes bigint      NOT NULL,
    last_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant, day)
);

-- When a shard was last sampled: of all instances one does it.
CREATE TABLE storage_round (
    shard    text        PRIMARY KEY,
    begun_at timestamptz NOT NULL
);

-- Which generation of a projection is read, and which one is being built beside it by which operation.
CREATE TABLE projection (
    name       text   PRIMARY KEY,
    generation bigint NOT NULL,
    rebuilding bigint CHECK (rebuilding <> generation),
    operation  uuid,
    result     jsonb,
    CHECK (rebuilding IS NULL OR operation IS NOT NULL)
);

-- No generation has a number again: what an interrupted rebuild left is nobody's.
CREATE SEQUENCE projection_generation START 2;

INSERT INTO projection (name, generation) VALUES ('usage', 1), ('fleet', 1);

CREATE TABLE usage_day (
    generation    bigint NOT NULL,
    day           date   NOT NULL,
    tenant        uuid   NOT NULL,
    requests      bigint NOT NULL DEFAULT 0,
    refused       bigint NOT NULL DEFAULT 0,
    failed        bigint NOT NULL DEFAULT 0,
    inserted      bigint NOT NULL DEFAULT 0,
    updated       bigint NOT NULL DEFAULT 0,
    deleted       bigint NOT NULL DEFAULT 0,
    storage_bytes bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (generation, day, tenant)
);

-- One tenant's days, for its bill and its view.
CREATE INDEX usage_day_of_tenant ON usage_day (generation, tenant, day);

CREATE TABLE fleet_tenant (
    generation    bigint NOT NULL,
    tenant        uuid   NOT NULL,
    inserted      bigint NOT NULL DEFAULT 0,
    deleted       bigint NOT NULL DEFAULT 0,
    storage_bytes bigint NOT NULL DEFAULT 0,
    sampled_at    timestamptz,
    last_write    timestamptz,
    last_request  timestamptz,
    PRIMARY KEY (generation, tenant)
);
