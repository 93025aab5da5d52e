package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.io.IOException;

/** Non-volatile storage: TPM 2.0 Library, Part 3, "Non-volatile Storage" (31). */
final class NvCommands {

    private static final int OWNER = 0x40000001;

    /** Every PC Client TPM takes at least 512 bytes at a time (TPM_PT_NV_BUFFER_MAX). */
    private static final int PIECE = 512;

    private final Channel channel;

    NvCommands(Channel channel) {
        this.channel = channel;
    }

    void define(NvPublic index) throws IOException {
        boolean platform = (index.attributes() & NvPublic.PLATFORMCREATE) != 0;
        Command command = new Command("TPM2_NV_DefineSpace", 0x12A).authorized(platform ? Tpm.PLATFORM : OWNER);
        command.parameters().u16be(0).sized16be(index.encode());
        channel.send(command);
    }

    void write(int index, Bytes data) throws IOException {
        for (int at = 0; at < data.size(); at += PIECE) {
            Command command = new Command("TPM2_NV_Write", 0x137)
                    .authorized(writer(index))
                    .handle(index);
            command.parameters()
                    .sized16be(data.slice(at, Math.min(at + PIECE, data.size())))
                    .u16be(at);
            channel.send(command);
        }
    }

    void writeLock(int index) throws IOException {
        channel.send(new Command("TPM2_NV_WriteLock", 0x138)
                .authorized(writer(index))
                .handle(index));
    }

    private int writer(int index) throws IOException {
        return (readPublic(index).attributes() & NvPublic.PPWRITE) != 0 ? Tpm.PLATFORM : OWNER;
    }

    Bytes read(int index) throws IOException {
        NvPublic area = readPublic(index);
        int reader = (area.attributes() & NvPublic.AUTHREAD) != 0 ? index : OWNER;
        ByteWriter all = new ByteWriter();
        while (all.size() < area.dataSize()) {
            int size = Math.min(PIECE, area.dataSize() - all.size());
            Command command =
                    new Command("TPM2_NV_Read", 0x14E).authorized(reader).handle(index);
            command.parameters().u16be(size).u16be(all.size());
            ByteReader out = channel.send(command);
            try {
                Bytes piece = out.sized16be("data");
                if (piece.size() != size) {
                    throw out.malformed("data", piece.size() + " bytes, " + size + " expected");
                }
                all.bytes(piece);
            } catch (MalformedException broken) {
                throw Channel.unreadable(command.name(), broken);
            }
        }
        return all.toBytes();
    }

    NvPublic readPublic(int index) throws IOException {
        ByteReader out = channel.send(new Command("TPM2_NV_ReadPublic", 0x169).handle(index));
        try {
            return NvPublic.read(out);
        } catch (MalformedException broken) {
            throw Channel.unreadable("TPM2_NV_ReadPublic", broken);
        }
    }
}
