package dev.sigillo.tpm;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;

/**
 * One command under construction: TPM 2.0 Library, Part 1, "Command/Response Structure" (18): u16 tag, u32 size, u32
 * code, handles, authorization area when there is one, parameters.
 */
final class Command {

    private static final int NO_SESSIONS = 0x8001;
    private static final int SESSIONS = 0x8002;
    private static final int PASSWORD = 0x40000009;
    private static final int CONTINUE_SESSION = 1;

    private final String name;
    private final int code;
    private final ByteWriter handles = new ByteWriter();
    private final ByteWriter authorizations = new ByteWriter();
    private final ByteWriter parameters = new ByteWriter();

    Command(String name, int code) {
        this.name = name;
        this.code = code;
    }

    String name() {
        return name;
    }

    boolean hasSessions() {
        return authorizations.size() > 0;
    }

    @CanIgnoreReturnValue
    Command handle(int handle) {
        handles.u32be(handle & 0xFFFFFFFFL);
        return this;
    }

    /** A handle that is authorized by its empty password. */
    @CanIgnoreReturnValue
    Command authorized(int handle) {
        authorization(PASSWORD, 0);
        return handle(handle);
    }

    /** A handle that is authorized by a policy session, which stays open. */
    @CanIgnoreReturnValue
    Command authorizedBy(int session, int handle) {
        authorization(session, CONTINUE_SESSION);
        return handle(handle);
    }

    private void authorization(int session, int attributes) {
        authorizations.u32be(session & 0xFFFFFFFFL).u16be(0).u8(attributes).u16be(0);
    }

    ByteWriter parameters() {
        return parameters;
    }

    Bytes encode() {
        ByteWriter body = new ByteWriter().bytes(handles.toBytes());
        if (hasSessions()) {
            body.u32be(authorizations.size()).bytes(authorizations.toBytes());
        }
        body.bytes(parameters.toBytes());
        return new ByteWriter()
                .u16be(hasSessions() ? SESSIONS : NO_SESSIONS)
                .u32be(10 + body.size())
                .u32be(code)
                .bytes(body.toBytes())
                .toBytes();
    }
}
