-- Until when the last verdict counts; NULL for a machine that has none since verdicts are leases: its certificate's end does.
ALTER TABLE machine ADD COLUMN trust_until BIGINT;
-- Since when its trust is withdrawn; NULL while it is not.
ALTER TABLE machine ADD COLUMN withdrawn_at BIGINT;
-- SHA-256 of the kubelet key that the node's present certificate is for.
ALTER TABLE enrolled_key ADD COLUMN kubelet_key TEXT;
-- Logs are evidence of their own, kept once by content; evidence of before holds its logs in itself.
ALTER TABLE verdict ADD COLUMN event_log TEXT;
ALTER TABLE verdict ADD COLUMN ima_list TEXT;
CREATE INDEX verdict_event_log ON verdict (event_log);
CREATE INDEX verdict_ima_list ON verdict (ima_list);
