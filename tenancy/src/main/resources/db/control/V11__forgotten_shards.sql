-- A shard that is forgotten keeps its row: tenants that are no more still name it. Registering it again brings it back.
ALTER TABLE shard ADD COLUMN forgotten_at timestamptz;
