package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.MalformedException;
import java.io.IOException;
import java.io.InterruptedIOException;

/** Sends commands, checks the response's frame, repeats what the TPM asks to repeat. */
final class Channel {

    private static final int YIELDED = 0x908;
    private static final int TESTING = 0x90A;
    private static final int RETRY = 0x922;
    private static final int TRIES = 100;
    private static final long PAUSE_MILLIS = 20;

    private final TpmTransport transport;

    Channel(TpmTransport transport) {
        this.transport = transport;
    }

    /** The response's parameters. */
    ByteReader send(Command command) throws IOException {
        try {
            return parameters(command, successful(command));
        } catch (MalformedException broken) {
            throw unreadable(command.name(), broken);
        }
    }

    /** A response that starts with a handle. */
    Reply sendForHandle(Command command) throws IOException {
        try {
            ByteReader in = successful(command);
            int handle = (int) in.u32be("responseHandle");
            return new Reply(handle, parameters(command, in));
        } catch (MalformedException broken) {
            throw unreadable(command.name(), broken);
        }
    }

    record Reply(int handle, ByteReader parameters) {}

    void close() throws IOException {
        transport.close();
    }

    static IOException unreadable(String command, MalformedException broken) {
        return new IOException(command + " was answered with bytes that do not parse: " + broken.getMessage(), broken);
    }

    private static ByteReader parameters(Command command, ByteReader in) throws MalformedException {
        return command.hasSessions() ? in.view("parameters", in.u32be("parameterSize")) : in;
    }

    private ByteReader successful(Command command) throws IOException, MalformedException {
        for (int attempt = 1; ; attempt++) {
            ByteReader in = new ByteReader(transport.transmit(command.encode()));
            in.u16be("tag");
            long size = in.u32be("responseSize");
            if (size != in.offset() + in.remaining()) {
                throw in.malformed("responseSize", size + ", the response has " + (in.offset() + in.remaining()));
            }
            int code = (int) in.u32be("responseCode");
            if (code == 0) {
                return in;
            }
            boolean again = code == RETRY || code == TESTING || code == YIELDED;
            if (!again || attempt == TRIES) {
                throw new TpmException(command.name(), code);
            }
            pause();
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            InterruptedIOException end = new InterruptedIOException("interrupted while the TPM was busy");
            end.initCause(stopped);
            throw end;
        }
    }
}
