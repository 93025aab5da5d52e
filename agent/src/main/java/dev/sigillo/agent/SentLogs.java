package dev.sigillo.agent;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import java.io.IOException;

/**
 * The logs that go with a quote, and how much of them the server has: what it has taken once is named by its digest from
 * then on. The event log stays as it is for a whole boot; IMA's list only grows.
 */
final class SentLogs {

    private final BootRecords records;
    private Bytes eventLog = Bytes.empty();
    private Bytes imaList = Bytes.empty();
    private Bytes sentEventLog = Bytes.empty();
    private Bytes sentImaList = Bytes.empty();

    SentLogs(BootRecords records) {
        this.records = records;
    }

    /** To be called after the quote: IMA's list must reach at least as far as the quoted PCR 10. */
    Json.Obj whole(Json.Obj body) throws IOException {
        read();
        return body.with("eventLog", eventLog.base64()).with("imaList", imaList.base64());
    }

    /** As {@link #whole}, by digests where the server has taken the same, or the same so far. */
    Json.Obj known(Json.Obj body) throws IOException {
        read();
        Json.Obj with = !sentEventLog.isEmpty() && eventLog.equals(sentEventLog)
                ? body.with("eventLogSha256", hex(eventLog))
                : body.with("eventLog", eventLog.base64());
        return !sentImaList.isEmpty() && imaList.startsWith(sentImaList)
                ? with.with("imaListSha256", hex(sentImaList))
                        .with(
                                "imaList",
                                imaList.slice(sentImaList.size(), imaList.size())
                                        .base64())
                : with.with("imaList", imaList.base64());
    }

    /** The server has taken what was last given. */
    void accepted() {
        sentEventLog = eventLog;
        sentImaList = imaList;
    }

    private void read() throws IOException {
        imaList = records.imaList();
        eventLog = records.eventLog();
    }

    private static String hex(Bytes bytes) {
        return Digest.sha256(bytes.toByteArray()).hex();
    }
}
