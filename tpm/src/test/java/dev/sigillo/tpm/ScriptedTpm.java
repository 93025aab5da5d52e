package dev.sigillo.tpm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** A TPM that knows what it will be asked, to the byte, and what to answer: TPM 2.0 Library, Part 3, tables of each command. */
final class ScriptedTpm implements TpmTransport {

    /** The area that authorizes one handle with its empty password (Part 1, 18.5), with its size in front. */
    static final String PASSWORD = "00000009 40000009 0000 00 0000";

    private record Step(Bytes command, Bytes response) {}

    private final Deque<Step> steps = new ArrayDeque<>();
    private boolean closed;

    /** @param body code and what follows: u16 tag and u32 size are put in front, the tag by {@code tag} */
    @CanIgnoreReturnValue
    ScriptedTpm asked(String tag, String body, Bytes response) {
        Bytes rest = hex(body);
        Bytes command = new ByteWriter()
                .bytes(hex(tag))
                .u32be(6 + rest.size())
                .bytes(rest)
                .toBytes();
        steps.add(new Step(command, response));
        return this;
    }

    /** A command without an authorization area. */
    @CanIgnoreReturnValue
    ScriptedTpm plain(String body, Bytes response) {
        return asked("8001", body, response);
    }

    /** A command with one. */
    @CanIgnoreReturnValue
    ScriptedTpm authorized(String body, Bytes response) {
        return asked("8002", body, response);
    }

    static Bytes hex(String text) {
        return Bytes.fromHex(text.replace(" ", ""));
    }

    private static Bytes response(int tag, int code, Bytes body) {
        return new ByteWriter()
                .u16be(tag)
                .u32be(10 + body.size())
                .u32be(code)
                .bytes(body)
                .toBytes();
    }

    /** Success of a command without an authorization area. */
    static Bytes success(Bytes parameters) {
        return response(0x8001, 0, parameters);
    }

    /** Success of a command with one: parameters with their size in front, then the TPM's own area. */
    static Bytes authorizedSuccess(Bytes handles, Bytes parameters) {
        return response(
                0x8002,
                0,
                new ByteWriter()
                        .bytes(handles)
                        .u32be(parameters.size())
                        .bytes(parameters)
                        .bytes(hex("0000 01 0000"))
                        .toBytes());
    }

    static Bytes authorizedSuccess(Bytes parameters) {
        return authorizedSuccess(Bytes.empty(), parameters);
    }

    /** TPM_RC, and nothing else. */
    static Bytes refusal(int code) {
        return response(0x8001, code, Bytes.empty());
    }

    static Bytes sized(Bytes value) {
        return new ByteWriter().sized16be(value).toBytes();
    }

    @Override
    public Bytes transmit(Bytes command) throws IOException {
        Step step = steps.poll();
        assertThat(step).as("nothing more was to be asked than %s", command).isNotNull();
        assertThat(command.hex()).isEqualTo(step.command().hex());
        return step.response();
    }

    /** All that was to be asked was asked. */
    void finished() {
        assertThat(steps).isEmpty();
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
    }
}
