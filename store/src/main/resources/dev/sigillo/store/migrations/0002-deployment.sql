-- Deployments of templates: what was asked for, and which operations carry it out.
CREATE TABLE deployment (
    group_key  TEXT NOT NULL REFERENCES resource_group (name_key),
    name_key   TEXT NOT NULL,
    name       TEXT NOT NULL,
    body       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (group_key, name_key)
);
