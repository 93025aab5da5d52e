-- Beside service principals: users of this home, and identities that an outside issuer vouches for.
ALTER TABLE principal ADD COLUMN kind TEXT NOT NULL DEFAULT 'SERVICE_PRINCIPAL';
ALTER TABLE principal ADD COLUMN issuer TEXT NOT NULL DEFAULT '';
ALTER TABLE principal ADD COLUMN subject TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX principal_subject ON principal (issuer, subject) WHERE issuer <> '';

-- One row a login. The token that counts and the one before it, as SHA-256.
CREATE TABLE refresh_token (
    family        TEXT PRIMARY KEY,
    hash          TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    principal_id  TEXT NOT NULL REFERENCES principal (client_id),
    application   TEXT NOT NULL,
    scope         TEXT NOT NULL,
    began_at      BIGINT NOT NULL,
    rotated_at    BIGINT NOT NULL
);
CREATE INDEX refresh_token_principal ON refresh_token (principal_id);
