-- One row a cause for as long as it lasts. Alerts outlive the machines and clusters that they tell of: no reference.
CREATE TABLE alert (
    name           TEXT PRIMARY KEY,
    number         INTEGER NOT NULL UNIQUE,
    cluster_id     TEXT NOT NULL,
    resource_group TEXT NOT NULL,
    group_key      TEXT NOT NULL,
    location       TEXT NOT NULL,
    pool           TEXT NOT NULL,
    machine_id     TEXT NOT NULL,
    node_name      TEXT NOT NULL,
    kind           TEXT NOT NULL,
    component      TEXT NOT NULL,
    status         TEXT NOT NULL,
    description    TEXT NOT NULL,
    expected       TEXT NOT NULL,
    was            TEXT NOT NULL,
    place          TEXT NOT NULL,
    evidence       TEXT,
    remediation    TEXT NOT NULL,
    times          BIGINT NOT NULL,
    first_at       BIGINT NOT NULL,
    last_at        BIGINT NOT NULL,
    ended_at       BIGINT,
    ended_why      TEXT NOT NULL
);
CREATE UNIQUE INDEX alert_open ON alert (cluster_id, machine_id, kind, component) WHERE ended_at IS NULL;
CREATE INDEX alert_machine ON alert (machine_id);
CREATE INDEX alert_group ON alert (group_key, number);
CREATE INDEX alert_ended ON alert (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX alert_evidence ON alert (evidence) WHERE evidence IS NOT NULL;

-- What somebody is to be told, in the transaction of the alert itself; gone once there is a delivery for each destination.
CREATE TABLE alert_change (
    number INTEGER PRIMARY KEY,
    alert  TEXT NOT NULL,
    kind   TEXT NOT NULL,
    status TEXT NOT NULL,
    at     BIGINT NOT NULL
);

-- What one destination is to be told. The body is kept as it was first written: each try sends the same.
CREATE TABLE delivery (
    id          TEXT PRIMARY KEY,
    number      INTEGER NOT NULL UNIQUE,
    alert       TEXT NOT NULL,
    destination TEXT NOT NULL,
    body        TEXT NOT NULL,
    state       TEXT NOT NULL,
    tries       INTEGER NOT NULL,
    error       TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    next_at     BIGINT NOT NULL,
    ended_at    BIGINT
);
CREATE INDEX delivery_due ON delivery (next_at) WHERE state = 'PENDING';
CREATE INDEX delivery_ended ON delivery (ended_at) WHERE ended_at IS NOT NULL;
