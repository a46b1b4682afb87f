-- What consumers of events have taken, and what they could not take.

-- The last number of each stream of events that had its effect; written in the transaction of the effect.
CREATE TABLE inbox (
    consumer  text    NOT NULL,
    topic     text    NOT NULL,
    partition integer NOT NULL,
    stream    text    NOT NULL,
    number    bigint  NOT NULL CHECK (number >= 0),
    PRIMARY KEY (consumer, topic, partition, stream)
);

CREATE TABLE dead_letter (
    id        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    consumer  text        NOT NULL,
    topic     text        NOT NULL,
    partition integer     NOT NULL,
    "offset"  bigint      NOT NULL,
    key       text,
    headers   text[]      NOT NULL,
    value     bytea       NOT NULL,
    reason    text        NOT NULL CHECK (reason IN ('failed', 'unreadable', 'behind')),
    error     text        NOT NULL,
    tries     integer     NOT NULL,
    died_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (consumer, topic, partition, "offset")
);

-- Each batch is asked whether one of its keys is parked; keys may be longer than an index takes.
CREATE INDEX dead_letter_by_key ON dead_letter (consumer, md5(key), id);
