CREATE TABLE blueprint_version (
    blueprint text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    files jsonb NOT NULL,
    checksum text NOT NULL,
    catalog jsonb NOT NULL,
    relations integer NOT NULL,
    routines integer NOT NULL,
    warnings jsonb NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now(),
    published_by text NOT NULL,
    PRIMARY KEY (blueprint, version)
);
COMMENT ON TABLE blueprint_version IS 'Published versions; a row never changes';
