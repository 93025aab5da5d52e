package dev.sigillo.enrolment;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.store.Store;

/**
 * The logs of a node's request: whole, or by the SHA-256 of what was sent before and is kept. Whoever names a digest has
 * said no less than who sends the bytes.
 */
final class SentLogs {
    private static final int MAX_LOG = 1 << 20;

    private final Store store;

    SentLogs(Store store) {
        this.store = store;
    }

    /** {@code eventLog}, or {@code eventLogSha256} in its place. */
    Bytes eventLog(Fields fields) throws EnrolmentRefused {
        return fields.has("eventLogSha256") ? kept(fields, "eventLogSha256") : fields.bytesOrNone("eventLog", MAX_LOG);
    }

    /** {@code imaList}, which goes on where the list of {@code imaListSha256} ends, if that is there. */
    Bytes imaList(Fields fields) throws EnrolmentRefused {
        Bytes rest = fields.bytesOrNone("imaList", MAX_LOG);
        if (!fields.has("imaListSha256")) {
            return rest;
        }
        Bytes before = kept(fields, "imaListSha256");
        if (before.size() + rest.size() > MAX_LOG) {
            throw EnrolmentRefused.malformed("field imaList has " + rest.size() + " bytes after " + before.size()
                    + "; at most " + MAX_LOG + " are allowed together");
        }
        return Bytes.concat(before, rest);
    }

    private Bytes kept(Fields fields, String name) throws EnrolmentRefused {
        return store.evidence()
                .find(fields.sha256(name))
                .filter(bytes -> bytes.length <= MAX_LOG)
                .map(Bytes::of)
                .orElseThrow(() -> EnrolmentRefused.outOfTurn(
                        "the log of field " + name + " is not known here; ask for a new challenge and send it whole"));
    }
}
