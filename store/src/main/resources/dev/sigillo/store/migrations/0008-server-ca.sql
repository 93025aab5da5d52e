-- By which authority a machine checks the server; empty for one that was started when there had been only one.
ALTER TABLE machine ADD COLUMN server_ca_sha256 TEXT NOT NULL DEFAULT '';
