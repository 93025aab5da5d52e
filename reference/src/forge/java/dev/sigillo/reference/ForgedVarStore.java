package dev.sigillo.reference;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.StoredVariable;
import dev.sigillo.uefi.VarStore;
import java.nio.charset.StandardCharsets;

/** Writes EDK2 flash files: a firmware volume with one variable store, as small as its variables. */
public final class ForgedVarStore {

    private static final Guid NV_DATA = Guid.of("fff12b8d-7696-4c8b-a985-2747075b4f50");
    private static final Guid AUTHENTICATED = Guid.of("aaf32c78-947b-439a-a180-2e144ec37792");
    private static final int VOLUME_HEADER = 72;
    private static final int STORE_HEADER = 28;

    private ForgedVarStore() {}

    public static Bytes file(VarStore store) {
        ByteWriter variables = new ByteWriter();
        for (StoredVariable variable : store.variables()) {
            Bytes name = Bytes.of((variable.name() + "\0").getBytes(StandardCharsets.UTF_16LE));
            variables
                    .u16le(0x55AA)
                    .u8(0x3F)
                    .u8(0)
                    .u32le(variable.attributes())
                    .bytes(Bytes.zeros(28))
                    .u32le(name.size())
                    .u32le(variable.data().size())
                    .bytes(variable.vendor().toBytes())
                    .bytes(name)
                    .bytes(variable.data());
            variables.bytes(Bytes.zeros(-variables.size() & 3));
        }
        variables.u32le(0xFFFFFFFFL);
        int size = STORE_HEADER + variables.size();
        return new ByteWriter()
                .bytes(Bytes.zeros(16))
                .bytes(NV_DATA.toBytes())
                .u64le(VOLUME_HEADER + size)
                .bytes(Bytes.utf8("_FVH"))
                .u32le(0)
                .u16le(VOLUME_HEADER)
                .bytes(Bytes.zeros(VOLUME_HEADER - 50))
                .bytes(AUTHENTICATED.toBytes())
                .u32le(size)
                .bytes(Bytes.zeros(8))
                .bytes(variables.toBytes())
                .toBytes();
    }
}
