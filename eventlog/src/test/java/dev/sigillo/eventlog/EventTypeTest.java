package dev.sigillo.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("PFP 10.4.1: TCG_EVENTTYPE")
class EventTypeTest {

    /** Table 27 of the profile: number and name. */
    private static final String PROFILE = """
            00000000 EV_PREBOOT_CERT
            00000001 EV_POST_CODE
            00000003 EV_NO_ACTION
            00000004 EV_SEPARATOR
            00000005 EV_ACTION
            00000006 EV_EVENT_TAG
            00000007 EV_S_CRTM_CONTENTS
            00000008 EV_S_CRTM_VERSION
            00000009 EV_CPU_MICROCODE
            0000000A EV_PLATFORM_CONFIG_FLAGS
            0000000B EV_TABLE_OF_DEVICES
            0000000C EV_COMPACT_HASH
            0000000D EV_IPL
            0000000E EV_IPL_PARTITION_DATA
            0000000F EV_NONHOST_CODE
            00000010 EV_NONHOST_CONFIG
            00000011 EV_NONHOST_INFO
            00000012 EV_OMIT_BOOT_DEVICE_EVENTS
            00000013 EV_POST_CODE2
            80000001 EV_EFI_VARIABLE_DRIVER_CONFIG
            80000002 EV_EFI_VARIABLE_BOOT
            80000003 EV_EFI_BOOT_SERVICES_APPLICATION
            80000004 EV_EFI_BOOT_SERVICES_DRIVER
            80000005 EV_EFI_RUNTIME_SERVICES_DRIVER
            80000006 EV_EFI_GPT_EVENT
            80000007 EV_EFI_ACTION
            80000008 EV_EFI_PLATFORM_FIRMWARE_BLOB
            80000009 EV_EFI_HANDOFF_TABLES
            8000000A EV_EFI_PLATFORM_FIRMWARE_BLOB2
            8000000B EV_EFI_HANDOFF_TABLES2
            8000000C EV_EFI_VARIABLE_BOOT2
            8000000D EV_EFI_GPT_EVENT2
            80000010 EV_EFI_HCRTM_EVENT
            800000E0 EV_EFI_VARIABLE_AUTHORITY
            800000E1 EV_EFI_SPDM_FIRMWARE_BLOB
            800000E2 EV_EFI_SPDM_FIRMWARE_CONFIG
            800000E3 EV_EFI_SPDM_DEVICE_POLICY
            800000E4 EV_EFI_SPDM_DEVICE_AUTHORITY
            """;

    private static Stream<String[]> profile() {
        return PROFILE.lines().map(line -> line.split(" "));
    }

    @Test
    @DisplayName("Each number has the profile's name, and no constant of ours is missing from it")
    void names() {
        profile()
                .forEach(row -> assertThat(EventType.name(Integer.parseUnsignedInt(row[0], 16)))
                        .isEqualTo(row[1]));
        assertThat(Arrays.stream(EventType.class.getFields())
                        .filter(field -> Modifier.isStatic(field.getModifiers()))
                        .map(java.lang.reflect.Field::getName))
                .containsExactlyInAnyOrderElementsOf(
                        profile().map(row -> row[1]).toList());
    }

    @Test
    @DisplayName("A number that the profile does not list is shown as it is")
    void unlisted() {
        assertThat(EventType.name(2)).isEqualTo("0x2");
        assertThat(EventType.name(0x14)).isEqualTo("0x14");
        assertThat(EventType.name(0x8000000E)).isEqualTo("0x8000000e");
        assertThat(EventType.name(-1)).isEqualTo("0xffffffff");
    }
}
