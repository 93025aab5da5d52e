-- A database of the first release, with a row in each table. Never changed: what users have is of this form.
CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
INSERT INTO setting VALUES('port','18443');
CREATE TABLE principal (
    client_id    TEXT PRIMARY KEY,
    display_name TEXT NOT NULL,
    secret_hash  TEXT NOT NULL,
    created_at   BIGINT NOT NULL
);
INSERT INTO principal VALUES('client-1','the first principal','not a hash',1795651200000);
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
INSERT INTO resource_group VALUES('demo','Demo','eastus','{"a":"b"}','Succeeded',0,1,1795651200000);
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
INSERT INTO cluster VALUES('/subscriptions/s/resourceGroups/Demo/providers/Microsoft.ContainerService/managedClusters/One','c1',1,'demo','one','Demo','One','eastus','{"location":"eastus"}','Succeeded',0,2,1795651200000);
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
INSERT INTO pool VALUES('/subscriptions/s/resourceGroups/Demo/providers/Microsoft.ContainerService/managedClusters/One','np1','{"count":1}','Succeeded',0,3,1795651200000);
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
INSERT INTO machine VALUES('m-1','/subscriptions/s/resourceGroups/Demo/providers/Microsoft.ContainerService/managedClusters/One','np1','aks-np1-0','10.224.0.4','10.244.1.0/24','READY','image-1',1,1,1,'aa','bb','cc',NULL,NULL,4,1795651200000,1795651201000,1795651202000,1795651800000);
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
INSERT INTO operation VALUES('o-1','/subscriptions/s/resourceGroups/Demo/providers/Microsoft.ContainerService/managedClusters/One','/subscriptions/s/resourceGroups/Demo/providers/Microsoft.ContainerService/managedClusters/One/agentPools/np1','CREATE','eastus','InProgress',NULL,NULL,NULL,1795651200000,NULL);
CREATE TABLE evidence (
    sha256     TEXT PRIMARY KEY,
    content    BLOB NOT NULL,
    created_at BIGINT NOT NULL
);
INSERT INTO evidence VALUES('dd',X'0102',1795651200000);
CREATE TABLE verdict (
    machine_id TEXT NOT NULL,
    number     INTEGER NOT NULL,
    at         BIGINT NOT NULL,
    passing    INTEGER NOT NULL,
    json       TEXT NOT NULL,
    evidence   TEXT,
    PRIMARY KEY (machine_id, number)
);
INSERT INTO verdict VALUES('m-1',1,1795651202000,1,'{"passing":true}','dd');
CREATE TABLE reference (
    sha256     TEXT PRIMARY KEY,
    json       TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
INSERT INTO reference VALUES('cc','{}',1795651200000);
CREATE TABLE nonce (
    value      TEXT PRIMARY KEY,
    machine_id TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
INSERT INTO nonce VALUES('n-1','m-1',1795651800000);
CREATE TABLE join_token (
    hash       TEXT PRIMARY KEY,
    machine_id TEXT NOT NULL,
    key_sha256 TEXT,
    expires_at BIGINT NOT NULL
);
INSERT INTO join_token VALUES('h-1','m-1',NULL,1795651800000);
CREATE TABLE enrolled_key (
    machine_id       TEXT PRIMARY KEY,
    ek_public        TEXT NOT NULL,
    ak_public        TEXT NOT NULL,
    ak_name          TEXT NOT NULL,
    qualified_signer TEXT,
    last_clock       TEXT,
    enrolled_at      BIGINT NOT NULL
);
INSERT INTO enrolled_key VALUES('m-1','ek','ak','name',NULL,NULL,1795651200000);
CREATE TABLE migration (number INTEGER PRIMARY KEY, file TEXT NOT NULL, sha256 TEXT NOT NULL);
INSERT INTO migration VALUES(1,'0001-first.sql','f05608f5c0c0c1c753ec300ed51521c4f6467e9c2a5c9cb5a5d41949914317fb');
CREATE INDEX operation_resource ON operation (resource_id);
CREATE INDEX operation_open ON operation (cluster_id) WHERE finished_at IS NULL;
CREATE INDEX verdict_evidence ON verdict (evidence);
