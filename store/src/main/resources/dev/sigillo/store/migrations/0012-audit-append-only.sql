-- The audit log grows at its end, and not by the program's good will alone: what would change a row, take one out or put
-- one in between fails, and all of its transaction with it.
-- Each BEGIN and END begins its line, so that what splits this file leaves a trigger whole.
CREATE TRIGGER audit_event_unchanged BEFORE UPDATE ON audit_event
BEGIN
    SELECT RAISE(ABORT, 'the audit log is appended to, no row of it is changed');
END;
CREATE TRIGGER audit_event_kept BEFORE DELETE ON audit_event
BEGIN
    SELECT RAISE(ABORT, 'the audit log is appended to, no row of it is deleted');
END;
-- Also against INSERT OR REPLACE, which deletes without asking the trigger above.
CREATE TRIGGER audit_event_at_its_end BEFORE INSERT ON audit_event
WHEN NEW.number IS NOT (SELECT COALESCE(MAX(number), 0) + 1 FROM audit_event)
BEGIN
    SELECT RAISE(ABORT, 'the audit log is appended to, a row comes after the last one');
END;
