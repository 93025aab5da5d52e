-- Times are milliseconds since 1970 (BIGINT); flags are 0 or 1; *_key columns hold the lower-case form of a name.
CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE principal (
    client_id    TEXT PRIMARY KEY,
    display_name TEXT NOT NULL,
    secret_hash  TEXT NOT NULL,
    created_at   BIGINT NOT NULL
);

CREATE TABLE resource_group (
    name_key           TEXT PRIMARY KEY,
    name               TEXT NOT NULL,
    location           TEXT NOT NULL,
    tags               TEXT NOT NULL,
    provisioning_state TEXT NOT NULL,
    deleting           INTEGER NOT NULL,
    etag               BIGINT NOT NULL,
    created_at         BIGINT NOT NULL
);

CREATE TABLE cluster (
    id                 TEXT PRIMARY KEY,
    short_id           TEXT NOT NULL UNIQUE,
    number             INTEGER NOT NULL UNIQUE,
    group_key          TEXT NOT NULL REFERENCES resource_group (name_key),
    name_key           TEXT NOT NULL,
    resource_group     TEXT NOT NULL,
    name               TEXT NOT NULL,
    location           TEXT NOT NULL,
    body               TEXT NOT NULL,
    provisioning_state TEXT NOT NULL,
    deleting           INTEGER NOT NULL,
    etag               BIGINT NOT NULL,
    created_at         BIGINT NOT NULL,
    UNIQUE (group_key, name_key)
);

CREATE TABLE pool (
    cluster_id         TEXT NOT NULL REFERENCES cluster (id),
    name               TEXT NOT NULL,
    body               TEXT NOT NULL,
    provisioning_state TEXT NOT NULL,
    deleting           INTEGER NOT NULL,
    etag               BIGINT NOT NULL,
    created_at         BIGINT NOT NULL,
    PRIMARY KEY (cluster_id, name)
);

CREATE TABLE machine (
    machine_id    TEXT PRIMARY KEY,
    cluster_id    TEXT NOT NULL REFERENCES cluster (id),
    pool          TEXT NOT NULL,
    node_name     TEXT NOT NULL,
    address       TEXT NOT NULL,
    pod_cidr      TEXT NOT NULL,
    phase         TEXT NOT NULL,
    image_version TEXT NOT NULL,
    secure_boot   INTEGER NOT NULL,
    vtpm          INTEGER NOT NULL,
    attempt       INTEGER NOT NULL,
    config_sha256 TEXT,
    firmware_sha256 TEXT,
    reference     TEXT,
    failure_code  TEXT,
    failure       TEXT,
    etag          BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    started_at    BIGINT,
    admitted_at   BIGINT,
    lease_until   BIGINT,
    UNIQUE (cluster_id, node_name),
    UNIQUE (cluster_id, address),
    UNIQUE (cluster_id, pod_cidr)
);

CREATE TABLE operation (
    id            TEXT PRIMARY KEY,
    cluster_id    TEXT NOT NULL,
    resource_id   TEXT NOT NULL,
    kind          TEXT NOT NULL,
    location      TEXT NOT NULL,
    status        TEXT NOT NULL,
    error_code    TEXT,
    error_message TEXT,
    error_target  TEXT,
    started_at    BIGINT NOT NULL,
    finished_at   BIGINT
);
CREATE INDEX operation_resource ON operation (resource_id);
CREATE INDEX operation_open ON operation (cluster_id) WHERE finished_at IS NULL;

CREATE TABLE evidence (
    sha256     TEXT PRIMARY KEY,
    content    BLOB NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE verdict (
    machine_id TEXT NOT NULL,
    number     INTEGER NOT NULL,
    at         BIGINT NOT NULL,
    passing    INTEGER NOT NULL,
    json       TEXT NOT NULL,
    evidence   TEXT,
    PRIMARY KEY (machine_id, number)
);
CREATE INDEX verdict_evidence ON verdict (evidence);

-- Reference manifests that machines were started under, by the SHA-256 of their JSON.
CREATE TABLE reference (
    sha256     TEXT PRIMARY KEY,
    json       TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE nonce (
    value      TEXT PRIMARY KEY,
    machine_id TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE join_token (
    hash       TEXT PRIMARY KEY,
    machine_id TEXT NOT NULL,
    key_sha256 TEXT,
    expires_at BIGINT NOT NULL
);

CREATE TABLE enrolled_key (
    machine_id       TEXT PRIMARY KEY,
    ek_public        TEXT NOT NULL,
    ak_public        TEXT NOT NULL,
    ak_name          TEXT NOT NULL,
    qualified_signer TEXT,
    last_clock       TEXT,
    enrolled_at      BIGINT NOT NULL
);
