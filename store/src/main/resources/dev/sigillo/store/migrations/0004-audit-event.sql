-- What was asked to change, and what came of it: two rows a request, which nothing changes or deletes.
CREATE TABLE audit_event (
    number         INTEGER PRIMARY KEY,
    at             BIGINT NOT NULL,
    caller         TEXT NOT NULL,
    caller_name    TEXT NOT NULL,
    action         TEXT NOT NULL,
    resource       TEXT NOT NULL,
    outcome        TEXT NOT NULL,
    http_status    INTEGER NOT NULL,
    code           TEXT NOT NULL,
    correlation_id TEXT NOT NULL
);
