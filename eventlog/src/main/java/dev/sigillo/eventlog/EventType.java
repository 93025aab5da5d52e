package dev.sigillo.eventlog;

/**
 * TCG_EVENTTYPE: TCG PC Client Platform Firmware Profile, 10.4.1. A type is not measured: it says what firmware claims
 * of an event, and decides nothing.
 */
public final class EventType {

    public static final int EV_PREBOOT_CERT = 0x0;
    public static final int EV_POST_CODE = 0x1;
    public static final int EV_NO_ACTION = 0x3;
    public static final int EV_SEPARATOR = 0x4;
    public static final int EV_ACTION = 0x5;
    public static final int EV_EVENT_TAG = 0x6;
    public static final int EV_S_CRTM_CONTENTS = 0x7;
    public static final int EV_S_CRTM_VERSION = 0x8;
    public static final int EV_CPU_MICROCODE = 0x9;
    public static final int EV_PLATFORM_CONFIG_FLAGS = 0xA;
    public static final int EV_TABLE_OF_DEVICES = 0xB;
    public static final int EV_COMPACT_HASH = 0xC;
    public static final int EV_IPL = 0xD;
    public static final int EV_IPL_PARTITION_DATA = 0xE;
    public static final int EV_NONHOST_CODE = 0xF;
    public static final int EV_NONHOST_CONFIG = 0x10;
    public static final int EV_NONHOST_INFO = 0x11;
    public static final int EV_OMIT_BOOT_DEVICE_EVENTS = 0x12;
    public static final int EV_POST_CODE2 = 0x13;
    public static final int EV_EFI_VARIABLE_DRIVER_CONFIG = 0x80000001;
    public static final int EV_EFI_VARIABLE_BOOT = 0x80000002;
    public static final int EV_EFI_BOOT_SERVICES_APPLICATION = 0x80000003;
    public static final int EV_EFI_BOOT_SERVICES_DRIVER = 0x80000004;
    public static final int EV_EFI_RUNTIME_SERVICES_DRIVER = 0x80000005;
    public static final int EV_EFI_GPT_EVENT = 0x80000006;
    public static final int EV_EFI_ACTION = 0x80000007;
    public static final int EV_EFI_PLATFORM_FIRMWARE_BLOB = 0x80000008;
    public static final int EV_EFI_HANDOFF_TABLES = 0x80000009;
    public static final int EV_EFI_PLATFORM_FIRMWARE_BLOB2 = 0x8000000A;
    public static final int EV_EFI_HANDOFF_TABLES2 = 0x8000000B;
    public static final int EV_EFI_VARIABLE_BOOT2 = 0x8000000C;
    public static final int EV_EFI_GPT_EVENT2 = 0x8000000D;
    public static final int EV_EFI_HCRTM_EVENT = 0x80000010;
    public static final int EV_EFI_VARIABLE_AUTHORITY = 0x800000E0;
    public static final int EV_EFI_SPDM_FIRMWARE_BLOB = 0x800000E1;
    public static final int EV_EFI_SPDM_FIRMWARE_CONFIG = 0x800000E2;
    public static final int EV_EFI_SPDM_DEVICE_POLICY = 0x800000E3;
    public static final int EV_EFI_SPDM_DEVICE_AUTHORITY = 0x800000E4;

    private EventType() {}

    /** The profile's name, or {@code 0x…} for a type that it does not list. */
    public static String name(int type) {
        return switch (type) {
            case EV_PREBOOT_CERT -> "EV_PREBOOT_CERT";
            case EV_POST_CODE -> "EV_POST_CODE";
            case EV_NO_ACTION -> "EV_NO_ACTION";
            case EV_SEPARATOR -> "EV_SEPARATOR";
            case EV_ACTION -> "EV_ACTION";
            case EV_EVENT_TAG -> "EV_EVENT_TAG";
            case EV_S_CRTM_CONTENTS -> "EV_S_CRTM_CONTENTS";
            case EV_S_CRTM_VERSION -> "EV_S_CRTM_VERSION";
            case EV_CPU_MICROCODE -> "EV_CPU_MICROCODE";
            case EV_PLATFORM_CONFIG_FLAGS -> "EV_PLATFORM_CONFIG_FLAGS";
            case EV_TABLE_OF_DEVICES -> "EV_TABLE_OF_DEVICES";
            case EV_COMPACT_HASH -> "EV_COMPACT_HASH";
            case EV_IPL -> "EV_IPL";
            case EV_IPL_PARTITION_DATA -> "EV_IPL_PARTITION_DATA";
            case EV_NONHOST_CODE -> "EV_NONHOST_CODE";
            case EV_NONHOST_CONFIG -> "EV_NONHOST_CONFIG";
            case EV_NONHOST_INFO -> "EV_NONHOST_INFO";
            case EV_OMIT_BOOT_DEVICE_EVENTS -> "EV_OMIT_BOOT_DEVICE_EVENTS";
            case EV_POST_CODE2 -> "EV_POST_CODE2";
            default -> efiName(type);
        };
    }

    private static String efiName(int type) {
        return switch (type) {
            case EV_EFI_VARIABLE_DRIVER_CONFIG -> "EV_EFI_VARIABLE_DRIVER_CONFIG";
            case EV_EFI_VARIABLE_BOOT -> "EV_EFI_VARIABLE_BOOT";
            case EV_EFI_BOOT_SERVICES_APPLICATION -> "EV_EFI_BOOT_SERVICES_APPLICATION";
            case EV_EFI_BOOT_SERVICES_DRIVER -> "EV_EFI_BOOT_SERVICES_DRIVER";
            case EV_EFI_RUNTIME_SERVICES_DRIVER -> "EV_EFI_RUNTIME_SERVICES_DRIVER";
            case EV_EFI_GPT_EVENT -> "EV_EFI_GPT_EVENT";
            case EV_EFI_ACTION -> "EV_EFI_ACTION";
            case EV_EFI_PLATFORM_FIRMWARE_BLOB -> "EV_EFI_PLATFORM_FIRMWARE_BLOB";
            case EV_EFI_HANDOFF_TABLES -> "EV_EFI_HANDOFF_TABLES";
            case EV_EFI_PLATFORM_FIRMWARE_BLOB2 -> "EV_EFI_PLATFORM_FIRMWARE_BLOB2";
            case EV_EFI_HANDOFF_TABLES2 -> "EV_EFI_HANDOFF_TABLES2";
            case EV_EFI_VARIABLE_BOOT2 -> "EV_EFI_VARIABLE_BOOT2";
            case EV_EFI_GPT_EVENT2 -> "EV_EFI_GPT_EVENT2";
            case EV_EFI_HCRTM_EVENT -> "EV_EFI_HCRTM_EVENT";
            case EV_EFI_VARIABLE_AUTHORITY -> "EV_EFI_VARIABLE_AUTHORITY";
            case EV_EFI_SPDM_FIRMWARE_BLOB -> "EV_EFI_SPDM_FIRMWARE_BLOB";
            case EV_EFI_SPDM_FIRMWARE_CONFIG -> "EV_EFI_SPDM_FIRMWARE_CONFIG";
            case EV_EFI_SPDM_DEVICE_POLICY -> "EV_EFI_SPDM_DEVICE_POLICY";
            case EV_EFI_SPDM_DEVICE_AUTHORITY -> "EV_EFI_SPDM_DEVICE_AUTHORITY";
            default -> "0x" + Integer.toHexString(type);
        };
    }
}
