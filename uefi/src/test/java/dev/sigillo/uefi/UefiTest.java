package dev.sigillo.uefi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.testkit.ForAll;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class UefiTest {

    private static final Guid OWNER = Guid.of("77fa9abd-0359-4d32-bd60-28f4e78f784b");

    private interface Parser {
        void parse(Bytes bytes) throws MalformedException;
    }

    private static Bytes random(RandomGenerator random, int most) {
        byte[] bytes = new byte[random.nextInt(most + 1)];
        random.nextBytes(bytes);
        return Bytes.of(bytes);
    }

    private static Bytes mutated(RandomGenerator random, Bytes valid) {
        byte[] bytes = valid.toByteArray();
        for (int i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return Bytes.of(bytes).slice(0, bytes.length - random.nextInt(Math.min(4, bytes.length + 1)));
    }

    private static Bytes store(int enabled, int state) {
        ByteWriter variables = new ByteWriter();
        variable(variables, Guid.GLOBAL_VARIABLE, "PK", Bytes.utf8("key"), 0x3F);
        variable(variables, Guid.SECURE_BOOT_ENABLE, "SecureBootEnable", Bytes.of((byte) enabled), state);
        return store(variables.toBytes());
    }

    private static Bytes store(Bytes body) {
        ByteWriter out = new ByteWriter().bytes(Bytes.zeros(16));
        Guid.of("fff12b8d-7696-4c8b-a985-2747075b4f50").write(out);
        out.u64le(0x1000).u32le(0x4856465F).u32le(0).u16le(72).bytes(Bytes.zeros(22));
        Guid.of("aaf32c78-947b-439a-a180-2e144ec37792").write(out);
        out.u32le(0x800).u16le(0xFE5A).u16le(0).u32le(0).bytes(body);
        while (out.size() < 0x1000) {
            out.u8(0xFF);
        }
        return out.toBytes();
    }

    private static void variable(ByteWriter out, Guid vendor, String name, Bytes data, int state) {
        Bytes text = Utf16.bytes(name + "\0");
        out.u16le(0x55AA).u8(state).u8(0).u32le(7).bytes(Bytes.zeros(28));
        out.u32le(text.size()).u32le(data.size());
        vendor.write(out);
        out.bytes(text).bytes(data);
        while (out.size() % 4 != 0) {
            out.u8(0xFF);
        }
    }

    @Test
    @DisplayName("EDK2 varstore: SecureBootEnable 0 turns Secure Boot off although a PK is enrolled")
    void switchedOff() throws Exception {
        assertThat(VarStore.parse(store(1, 0x3F)).secureBoot()).isTrue();
        assertThat(VarStore.parse(store(0, 0x3F)).secureBoot()).isFalse();
    }

    @Test
    @DisplayName("EDK2 varstore: a deleted variable is not there, one in deleted transition is")
    void deleted() throws Exception {
        assertThat(VarStore.parse(store(0, 0x3D)).find(Guid.SECURE_BOOT_ENABLE, "SecureBootEnable"))
                .isEmpty();
        assertThat(VarStore.parse(store(0, 0x3E)).secureBoot()).isFalse();
    }

    @Test
    @DisplayName(
            "EDK2 varstore: two live copies of a variable are refused, since firmware and reader may take different ones")
    void twice() {
        ByteWriter variables = new ByteWriter();
        variable(variables, Guid.IMAGE_SECURITY_DATABASE, "db", Bytes.utf8("evil"), 0x3F);
        variable(variables, Guid.IMAGE_SECURITY_DATABASE, "db", Bytes.utf8("good"), 0x3F);
        assertThatThrownBy(() -> VarStore.parse(store(variables.toBytes())))
                .hasMessageContaining("two live copies of db");
    }

    @Test
    @DisplayName("UEFI_VARIABLE_DATA: encode and parse are inverse; a trailing byte is refused")
    void variableData() throws Exception {
        VariableData variable = new VariableData(OWNER, "MokListRT", Bytes.utf8("data"));

        assertThat(VariableData.parse(variable.encode())).isEqualTo(variable);
        assertThatThrownBy(() -> VariableData.parse(Bytes.concat(variable.encode(), Bytes.zeros(1))))
                .hasMessageContaining("trailing");
    }

    @Test
    @DisplayName("EFI_SIGNATURE_LIST: sizes that do not divide, or overflow, are refused")
    void signatureSizes() {
        Bytes list = SignatureList.hashes(OWNER, List.of(Bytes.zeros(32), Bytes.zeros(32)))
                .encode();
        for (long size : new long[] {0, 16, 47, 49, 0xFFFFFFFFL}) {
            byte[] changed = list.toByteArray();
            new ByteWriter().u32le(size).toBytes().copyTo(changed, 24);
            assertThatThrownBy(() -> SignatureList.parseAll(Bytes.of(changed)))
                    .as("SignatureSize %d", size)
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    @DisplayName("EFI_SIGNATURE_LIST: one that says that the key is kept elsewhere is a list like others")
    void externalManagement() throws Exception {
        Bytes list = new SignatureList(
                        SignatureList.EXTERNAL_MANAGEMENT,
                        Bytes.empty(),
                        List.of(new SignatureEntry(OWNER, Bytes.zeros(1))))
                .encode();
        Bytes hashes = SignatureList.hashes(OWNER, List.of(Bytes.zeros(32))).encode();
        assertThat(SignatureList.parseAll(Bytes.concat(list, hashes)))
                .extracting(SignatureList::type)
                .containsExactly(SignatureList.EXTERNAL_MANAGEMENT, SignatureList.SHA256);
    }

    @Test
    @DisplayName("SBAT: component, generation and fields; no generation is refused")
    void sbat() throws Exception {
        assertThat(SbatEntry.parse(Bytes.utf8("sbat,1,2025021800\nshim,4\ngrub,5\n\0\0")))
                .extracting(SbatEntry::component, SbatEntry::generation)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("sbat", 1),
                        org.assertj.core.groups.Tuple.tuple("shim", 4),
                        org.assertj.core.groups.Tuple.tuple("grub", 5));
        assertThatThrownBy(() -> SbatEntry.parse(Bytes.utf8("shim,zero"))).hasMessageContaining("generation");
    }

    @Test
    @DisplayName("Device paths read as UEFI writes them")
    void devicePath() throws Exception {
        Bytes path = new ByteWriter()
                .bytes(Bytes.fromHex("02010c00d041030a00000000")) // PciRoot(0x0)
                .bytes(Bytes.fromHex("010106000103")) // Pci(3,1)
                .bytes(Bytes.fromHex("04040a00"))
                .bytes(Utf16.bytes("\\E\0"))
                .bytes(Bytes.fromHex("7fff0400"))
                .toBytes();

        assertThat(DevicePath.text(path)).isEqualTo("PciRoot(0x0)/Pci(0x3,0x1)/\\E");
    }

    @Test
    @DisplayName("UEFI_GPT_DATA: header, count, entries in use")
    void gpt() throws Exception {
        ByteWriter disk = new ByteWriter().bytes(Bytes.zeros(512)).bytes(Bytes.utf8("EFI PART"));
        disk.bytes(Bytes.zeros(64)).u64le(2).u32le(4).u32le(128).u32le(0).bytes(Bytes.zeros(420));
        disk.bytes(Bytes.zeros(128)).bytes(Bytes.utf8("x".repeat(128))).bytes(Bytes.zeros(256));
        GptEvent event = GptEvent.ofDisk(disk.toBytes());

        assertThat(event.entries()).containsExactly(Bytes.utf8("x".repeat(128)));
        assertThat(event.encode().size()).isEqualTo(92 + 8 + 128);
        assertThat(GptEvent.parse(event.encode())).isEqualTo(event);
    }

    @Test
    @DisplayName("Hostile bytes: every parser gives a value or a MalformedException")
    void hostile() {
        Bytes list = SignatureList.certificate(OWNER, Bytes.utf8("certificate")).encode();
        Bytes variable = new VariableData(OWNER, "db", list).encode();
        Bytes store = store(1, 0x3F);
        List<Parser> parsers = List.of(
                VariableData::parse,
                SignatureList::parseAll,
                VariableUpdate::parse,
                SbatEntry::parse,
                VarStore::parse,
                GptEvent::parse,
                GptEvent::ofDisk,
                LoadOption::parse,
                DevicePath::text);
        ForAll.seeds(500, random -> {
            for (Bytes input : List.of(
                    random(random, 200), mutated(random, list), mutated(random, variable), mutated(random, store))) {
                for (Parser parser : parsers) {
                    try {
                        parser.parse(input);
                    } catch (MalformedException refused) {
                        assertThat(refused.offset()).isNotNegative();
                    }
                }
            }
        });
    }
}
