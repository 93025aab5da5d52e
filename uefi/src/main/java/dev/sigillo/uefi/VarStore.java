package dev.sigillo.uefi;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The variables in an EDK2 flash file (OVMF_VARS*.fd): a firmware volume of type EFI_SYSTEM_NV_DATA_FV that holds one
 * VARIABLE_STORE_HEADER and AUTHENTICATED_VARIABLE_HEADERs (MdeModulePkg, AuthenticatedVariableFormat.h). Read only.
 *
 * @param variables the live ones, in the order of the file
 */
public record VarStore(List<StoredVariable> variables) {

    private static final Guid NV_DATA = Guid.of("fff12b8d-7696-4c8b-a985-2747075b4f50");
    private static final Guid AUTHENTICATED = Guid.of("aaf32c78-947b-439a-a180-2e144ec37792");
    private static final long VOLUME_SIGNATURE = 0x4856465FL; // _FVH
    private static final int STORE_HEADER = 28;
    private static final int START_ID = 0x55AA;
    private static final int ADDED = 0x3F;
    private static final int IN_DELETED_TRANSITION = 0x3E;

    /** Live variables in a store: a virtual machine has some dozens, a server some hundreds. */
    public static final int MAX_VARIABLES = 8192;

    /** What two copies of a variable have in common; ordered, so that names which collide cost no more than others. */
    private record Key(Guid vendor, String name) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int names = name.compareTo(other.name);
            return names != 0 ? names : vendor.compareTo(other.vendor);
        }
    }

    public VarStore {
        variables = List.copyOf(variables);
    }

    /** @throws MalformedException if it is no such volume, or a variable does not fit it */
    public static VarStore parse(Bytes file) throws MalformedException {
        ByteReader in = new ByteReader(file);
        in.bytes("ZeroVector", 16);
        Guid fileSystem = Guid.read(in, "FileSystemGuid");
        long volume = in.u64le("FvLength");
        long signature = in.u32le("Signature");
        in.u32le("Attributes");
        int headerLength = in.u16le("HeaderLength");
        if (!fileSystem.equals(NV_DATA) || signature != VOLUME_SIGNATURE) {
            throw new MalformedException("FileSystemGuid", 16, "no EFI_SYSTEM_NV_DATA_FV but " + fileSystem);
        }
        if (volume < headerLength || volume > file.size()) {
            throw new MalformedException("FvLength", 32, volume + " of a file of " + file.size() + " bytes");
        }
        in = new ByteReader(file);
        in.bytes("EFI_FIRMWARE_VOLUME_HEADER", headerLength);
        Guid format = Guid.read(in, "VARIABLE_STORE_HEADER.Signature");
        long size = in.u32le("VARIABLE_STORE_HEADER.Size");
        if (!format.equals(AUTHENTICATED) || size < STORE_HEADER) {
            throw in.malformed("VARIABLE_STORE_HEADER", "format " + format + ", size " + size);
        }
        in.bytes("VARIABLE_STORE_HEADER.Format, State, Reserved", 8);
        return new VarStore(read(in.view("variable store", size - STORE_HEADER)));
    }

    private static List<StoredVariable> read(ByteReader in) throws MalformedException {
        Map<Key, StoredVariable> live = new LinkedHashMap<>();
        Map<Key, StoredVariable> leaving = new LinkedHashMap<>();
        int first = in.offset();
        while (in.remaining() >= 2 && in.u16le("StartId") == START_ID) {
            int state = in.u8("State");
            in.u8("Reserved");
            int attributes = (int) in.u32le("Attributes");
            in.skip("MonotonicCount, TimeStamp, PubKeyIndex", 28);
            long nameSize = in.u32le("NameSize");
            long dataSize = in.u32le("DataSize");
            Guid vendor = Guid.read(in, "VendorGuid");
            ByteReader name = in.view("Name", nameSize);
            Bytes data = in.bytes("Data", dataSize);
            int pad = -(in.offset() - first) & 3;
            in.skip("padding", Math.min(pad, in.remaining()));
            if (state != ADDED && state != IN_DELETED_TRANSITION) {
                continue;
            }
            if (live.size() + leaving.size() == MAX_VARIABLES) {
                throw in.malformed("variable store", "more than " + MAX_VARIABLES + " live variables");
            }
            String variable = Utf16.terminated(name, "Name");
            name.requireEnd("Name");
            StoredVariable read = new StoredVariable(vendor, variable, attributes, data);
            if ((state == ADDED ? live : leaving).putIfAbsent(new Key(vendor, variable), read) != null
                    && state == ADDED) {
                // EDK2 never leaves two, and takes the first: whoever wrote a second wants readers to differ.
                throw in.malformed("Name", "two live copies of " + variable + " of " + vendor);
            }
        }
        // A write cut short leaves the old copy "in deleted transition"; EDK2 takes it if the new one is not there.
        leaving.forEach(live::putIfAbsent);
        return new ArrayList<>(live.values());
    }

    public Optional<StoredVariable> find(Guid vendor, String name) {
        return variables.stream()
                .filter(variable ->
                        variable.vendor().equals(vendor) && variable.name().equals(name))
                .findFirst();
    }

    /**
     * Whether the next boot has Secure Boot on. The SecureBoot variable itself is volatile; EDK2's AuthVariableLib sets
     * it to 1 iff a PK is enrolled and SecureBootEnable, where it exists, is 1.
     */
    public boolean secureBoot() {
        boolean userMode = find(Guid.GLOBAL_VARIABLE, "PK")
                .filter(pk -> !pk.data().isEmpty())
                .isPresent();
        return userMode
                && find(Guid.SECURE_BOOT_ENABLE, "SecureBootEnable")
                        .map(enable -> enable.data().equals(Bytes.of((byte) 1)))
                        .orElse(true);
    }
}
