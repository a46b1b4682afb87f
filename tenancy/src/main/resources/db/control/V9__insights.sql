-- What the busiest tenants' requests were like, as one process has measured it in five minutes. A process writes totals, so writing them
-- again changes nothing; all processes' rows together are what an operator is told. Kept for a day and a little.
CREATE TABLE tenant_activity (
    tenant     uuid        NOT NULL,
    slot       timestamptz NOT NULL,
    instance   uuid        NOT NULL,
    counts     bigint[]    NOT NULL,
    latency    bigint[]    NOT NULL,
    statements jsonb       NOT NULL,
    PRIMARY KEY (tenant, slot, instance)
) WITH (fillfactor = 70);

CREATE INDEX tenant_activity_slot ON tenant_activity (slot);
