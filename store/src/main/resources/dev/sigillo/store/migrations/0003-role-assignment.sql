-- Who may do what where. Both keys are empty for the subscription, cluster_key alone for a resource group.
CREATE TABLE role_assignment (
    name         TEXT PRIMARY KEY,
    group_key    TEXT NOT NULL,
    cluster_key  TEXT NOT NULL,
    group_name   TEXT NOT NULL,
    cluster_name TEXT NOT NULL,
    role_id      TEXT NOT NULL,
    principal_id TEXT NOT NULL REFERENCES principal (client_id),
    created_by   TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    UNIQUE (group_key, cluster_key, role_id, principal_id)
);

CREATE INDEX role_assignment_principal ON role_assignment (principal_id);
