-- Commands that run in a cluster. Content is emptied at the end: it may hold anything that its user attached.
CREATE TABLE command (
    id          TEXT PRIMARY KEY,
    cluster_id  TEXT NOT NULL REFERENCES cluster (id),
    content     TEXT NOT NULL,
    state       TEXT NOT NULL,
    reason      TEXT NOT NULL,
    exit_code   INTEGER,
    logs        TEXT NOT NULL,
    removed     INTEGER NOT NULL,
    accepted_at BIGINT NOT NULL,
    started_at  BIGINT,
    finished_at BIGINT
);
CREATE INDEX command_cluster ON command (cluster_id);
CREATE INDEX command_left ON command (cluster_id) WHERE removed = 0;
