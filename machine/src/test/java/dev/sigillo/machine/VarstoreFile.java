package dev.sigillo.machine;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.VarStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** An EDK2 flash file that is edited as a program edits it that owns the file: without asking the firmware. */
final class VarstoreFile {
    private static final int FIRST = 72 + 28;
    private static final int HEADER = 60;
    private static final int START_ID = 0x55AA;
    private static final byte ADDED = 0x3F;
    private static final byte DELETED = 0x3C;

    private final byte[] file;

    VarstoreFile(byte[] file) {
        this.file = file.clone();
    }

    /** A store of src/test/resources/varstores. */
    static VarstoreFile of(String machine, String name) {
        String path = "/varstores/" + machine + "/" + name + ".fd.gz";
        try (InputStream in =
                new GZIPInputStream(Objects.requireNonNull(VarstoreFile.class.getResourceAsStream(path), path))) {
            return new VarstoreFile(in.readAllBytes());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    byte[] bytes() {
        return file.clone();
    }

    VarStore parsed() throws MalformedException {
        return VarStore.parse(Bytes.of(file));
    }

    /** Marks the variable's live copy as deleted. */
    VarstoreFile without(String name) {
        VarstoreFile edited = new VarstoreFile(file);
        for (int at = FIRST; edited.startsAt(at); at = edited.next(at)) {
            if (edited.file[at + 2] == ADDED && edited.nameAt(at).equals(name)) {
                edited.file[at + 2] = DELETED;
            }
        }
        return edited;
    }

    /** In place of what there was of that name. */
    VarstoreFile with(String vendor, String name, int attributes, Bytes data) {
        return without(name).copy(vendor, name, attributes, data);
    }

    /** One more, whatever there is already. */
    VarstoreFile copy(String vendor, String name, int attributes, Bytes data) {
        VarstoreFile edited = new VarstoreFile(file);
        int at = FIRST;
        while (edited.startsAt(at)) {
            at = edited.next(at);
        }
        byte[] text = (name + "\0").getBytes(StandardCharsets.UTF_16LE);
        ByteBuffer out = edited.buffer();
        out.position(at);
        out.putShort((short) START_ID)
                .put(ADDED)
                .put((byte) 0)
                .putInt(attributes)
                .put(new byte[28]);
        out.putInt(text.length)
                .putInt(data.size())
                .put(Guid.of(vendor).toBytes().toByteArray());
        out.put(text).put(data.toByteArray());
        return edited;
    }

    private boolean startsAt(int at) {
        return (buffer().getShort(at) & 0xFFFF) == START_ID;
    }

    private int next(int at) {
        int end = at + HEADER + buffer().getInt(at + 36) + buffer().getInt(at + 40);
        return end + 3 & ~3;
    }

    private String nameAt(int at) {
        return new String(file, at + HEADER, buffer().getInt(at + 36) - 2, StandardCharsets.UTF_16LE);
    }

    private ByteBuffer buffer() {
        return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    }
}
