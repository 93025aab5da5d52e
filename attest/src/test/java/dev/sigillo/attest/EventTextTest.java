package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.testkit.ForAll;
import dev.sigillo.uefi.Guid;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("PFP 10.2: what an event says, in one printable line")
class EventTextTest {

    private static final Guid GUID = Guid.of("8868e871-e4f1-11d3-bc22-0080c73c8881");

    private static Event event(int type, Bytes payload, Bytes measured) {
        return new Event(
                0, 0, type, Map.of(HashAlgorithm.SHA256, Digest.of(HashAlgorithm.SHA256, measured)), Map.of(), payload);
    }

    private static String text(int type, Bytes payload) {
        return EventText.of(event(type, payload, payload));
    }

    private static Bytes utf16(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.UTF_16LE));
    }

    @Test
    @DisplayName("EV_NO_ACTION: locality and the three forms of SP800-155")
    void noAction() {
        int type = EventType.EV_NO_ACTION;
        assertThat(text(type, Bytes.utf8("StartupLocality\0\3"))).isEqualTo("StartupLocality 3");
        Bytes first = new ByteWriter()
                .bytes(Bytes.utf8("SP800-155 Event\0"))
                .u32le(11129)
                .bytes(GUID.toBytes())
                .toBytes();
        assertThat(text(type, first)).isEqualTo("SP800-155: reference manifest " + GUID + " of vendor 11129");
        ByteWriter names = new ByteWriter().u32le(11129).bytes(GUID.toBytes());
        for (String name : new String[] {"Google, Inc.", "GCE", "1", "Google"}) {
            names.u8(name.length() + 1).bytes(Bytes.utf8(name + "\0"));
        }
        names.u32le(11129).u8(2).bytes(Bytes.utf8("2\0"));
        Bytes second = Bytes.concat(Bytes.utf8("SP800-155 Event2"), names.toBytes());
        assertThat(text(type, second)).endsWith("for Google, Inc. GCE 1 Google 2");
        Bytes third = new ByteWriter()
                .bytes(Bytes.utf8("SP800-155 Event3"))
                .bytes(names.toBytes())
                .u32le(1)
                .u32le(10)
                .bytes(Bytes.utf8("https://x\0"))
                .u32le(0)
                .u32le(0)
                .toBytes();
        assertThat(text(type, third)).endsWith(", manifest at https://x");
        assertThat(text(type, Bytes.utf8("short"))).isEqualTo("unmeasured: short");
    }

    @Test
    @DisplayName("Firmware blobs, handoff tables, versions, SPDM measurements, H-CRTM")
    void firmware() {
        Bytes range = new ByteWriter().u64le(0x820000).u64le(0xe0000).toBytes();
        assertThat(text(EventType.EV_EFI_PLATFORM_FIRMWARE_BLOB, range))
                .isEqualTo("firmware at 0x820000, 917504 bytes");
        Bytes named = Bytes.concat(Bytes.utf8("\4PEI\0"), range);
        assertThat(text(EventType.EV_EFI_PLATFORM_FIRMWARE_BLOB2, named))
                .isEqualTo("firmware PEI at 0x820000, 917504 bytes");
        Bytes table = new ByteWriter().u64le(1).bytes(GUID.toBytes()).u64le(99).toBytes();
        assertThat(text(EventType.EV_EFI_HANDOFF_TABLES, table)).isEqualTo("handoff tables: ACPI 2.0");
        assertThat(text(EventType.EV_EFI_HANDOFF_TABLES2, Bytes.concat(Bytes.utf8("\2T\0"), table)))
                .isEqualTo("handoff tables T: ACPI 2.0");
        assertThat(text(EventType.EV_S_CRTM_VERSION, utf16("1.2\0"))).isEqualTo("firmware version 1.2");
        assertThat(text(EventType.EV_S_CRTM_VERSION, GUID.toBytes())).isEqualTo("firmware version " + GUID);
        assertThat(text(EventType.EV_EFI_HCRTM_EVENT, Bytes.utf8("HCRTM"))).isEqualTo("HCRTM");
        Bytes spdm = new ByteWriter()
                .bytes(Bytes.utf8("SPDM Device Sec\0"))
                .u16le(1)
                .u16le(28)
                .u32le(1)
                .u32le(1)
                .toBytes();
        assertThat(text(EventType.EV_EFI_SPDM_FIRMWARE_BLOB, spdm))
                .isEqualTo("device measurement by SPDM, version 1, PCI device");
        assertThat(text(EventType.EV_EFI_SPDM_FIRMWARE_BLOB, Bytes.utf8("what")))
                .contains("not of its type's form");
    }

    @Test
    @DisplayName("Tags of the kernel's EFI stub, systemd's UTF-16 text, unknown tags by their number")
    void tags() {
        Bytes initrd = new ByteWriter()
                .u32le(0x8F3B22ECL)
                .u32le(13)
                .bytes(Bytes.utf8("Linux initrd\0"))
                .toBytes();
        assertThat(text(EventType.EV_EVENT_TAG, initrd)).isEqualTo("Linux EFI stub: Linux initrd");
        Bytes windows = new ByteWriter()
                .u32le(0x40010001L)
                .u32le(2)
                .bytes(Bytes.fromHex("ff01"))
                .toBytes();
        assertThat(text(EventType.EV_EVENT_TAG, windows)).isEqualTo("tag 0x40010001: ff01");
        assertThat(text(EventType.EV_IPL, utf16("root=/dev/sda\0"))).isEqualTo("root=/dev/sda");
    }

    @Test
    @DisplayName("Nothing acts on a terminal, and it ends somewhere")
    void printable() {
        String text = text(EventType.EV_IPL, Bytes.utf8("\033[31m\u202e" + "x".repeat(9000)));
        assertThat(text).doesNotContain("\033").hasSizeLessThan(3000);
        assertThat(text.chars()).allMatch(c -> c >= ' ' && (c <= '~' || c == '…'));
    }

    @Test
    @DisplayName("Rule 21: bound, claimed and mismatching payloads of each class")
    void trust() {
        Bytes text = Bytes.utf8("set x=1");
        Bytes grub = Bytes.utf8("grub_cmd: set x=1\0");
        assertThat(Binding.of(event(EventType.EV_IPL, grub, text)).trust()).isEqualTo(Binding.Trust.BOUND);
        Bytes rhel = Bytes.utf8("grub_cmd set x=1\0");
        assertThat(Binding.of(event(EventType.EV_IPL, rhel, Bytes.utf8("set x=1\0")))
                        .trust())
                .isEqualTo(Binding.Trust.BOUND);
        assertThat(Binding.of(event(EventType.EV_IPL, grub, Bytes.utf8("other")))
                        .trust())
                .isEqualTo(Binding.Trust.CLAIMED);
        assertThat(Binding.of(event(EventType.EV_SEPARATOR, Bytes.zeros(4), text))
                        .trust())
                .isEqualTo(Binding.Trust.MISMATCH);
        Event stub = event(EventType.EV_IPL, utf16(".linux\0"), Bytes.utf8(".linux\0"));
        assertThat(Binding.of(stub).bytes()).isEqualTo(Bytes.utf8(".linux\0"));
        Map<HashAlgorithm, Digest> two = Map.of(
                HashAlgorithm.SHA256, Digest.of(HashAlgorithm.SHA256, text),
                HashAlgorithm.SHA1, Digest.zero(HashAlgorithm.SHA1));
        Event split = new Event(0, 8, EventType.EV_IPL, two, Map.of(), grub);
        assertThat(Binding.of(split).trust()).as("banks that disagree").isEqualTo(Binding.Trust.MISMATCH);
        assertThat(Binding.of(split, HashAlgorithm.SHA256).trust()).isEqualTo(Binding.Trust.BOUND);
    }

    @Tag("broad")
    @Test
    @DisplayName("Hostile payloads of every type give text")
    void hostile() {
        int[] types = {
            EventType.EV_NO_ACTION,
            EventType.EV_EVENT_TAG,
            EventType.EV_IPL,
            EventType.EV_S_CRTM_VERSION,
            EventType.EV_EFI_VARIABLE_DRIVER_CONFIG,
            EventType.EV_EFI_VARIABLE_BOOT,
            EventType.EV_EFI_GPT_EVENT,
            EventType.EV_EFI_BOOT_SERVICES_DRIVER,
            EventType.EV_EFI_HANDOFF_TABLES2,
            EventType.EV_POST_CODE,
            EventType.EV_EFI_PLATFORM_FIRMWARE_BLOB2,
            EventType.EV_EFI_SPDM_FIRMWARE_CONFIG,
            0x40e
        };
        ForAll.seeds(3000, random -> {
            byte[] payload = new byte[random.nextInt(200)];
            random.nextBytes(payload);
            if (random.nextBoolean()) {
                for (int i = 0; i < payload.length; i++) {
                    payload[i] &= 7;
                }
            }
            int type = types[random.nextInt(types.length)];
            assertThat(text(type, Bytes.of(payload))).isNotNull();
            assertThat(Binding.of(event(type, Bytes.of(payload), Bytes.empty())))
                    .isNotNull();
        });
    }
}
