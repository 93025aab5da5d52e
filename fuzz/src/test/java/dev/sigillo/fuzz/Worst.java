package dev.sigillo.fuzz;

import dev.sigillo.attest.Certificates;
import dev.sigillo.attest.HonestBoot;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.uefi.DevicePath;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SbatEntry;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Inputs of a size asked for that make a parser work hardest: many tiny things, long lines, deep nests, huge counts, as many
 * of each as its ceilings let through. Nearly each costs at most four bytes of memory a byte, as what machines send does.
 */
enum Worst {
    AGILE_EVENTS_WITHOUT_PAYLOAD(Target.EVENT_LOG) {
        @Override
        Bytes of(int size) {
            ByteWriter out = header("0b002000", 1);
            while (out.size() < size) {
                event(out, 1, "0b00" + "11".repeat(32));
            }
            return out.toBytes();
        }
    },
    AGILE_EVENTS_OF_SHA1(Target.EVENT_LOG) {
        @Override
        Bytes of(int size) {
            ByteWriter out = header("04001400", 1);
            while (out.size() < size) {
                event(out, 1, "0400" + "11".repeat(20));
            }
            return out.toBytes();
        }
    },
    AGILE_EVENTS_OF_FIVE_BANKS(Target.EVENT_LOG) {
        @Override
        Bytes of(int size) {
            ByteWriter out = header("04001400" + "0b002000" + "0c003000" + "0d004000" + "12002000", 5);
            while (out.size() < size) {
                event(
                        out,
                        5,
                        "0400" + "11".repeat(20) + "0b00" + "11".repeat(32) + "0c00" + "11".repeat(48) + "0d00"
                                + "11".repeat(64) + "1200" + "11".repeat(32));
            }
            return out.toBytes();
        }
    },
    AGILE_EVENTS_OF_AN_UNKNOWN_BANK(Target.EVENT_LOG) {
        @Override
        Bytes of(int size) {
            ByteWriter out = header("0b002000" + "99000100", 2);
            while (out.size() < size) {
                event(out, 2, "0b00" + "11".repeat(32) + "9900" + "01");
            }
            return out.toBytes();
        }
    },
    LEGACY_EVENTS_WITHOUT_PAYLOAD(Target.EVENT_LOG) {
        @Override
        Bytes of(int size) {
            ByteWriter out = new ByteWriter();
            while (out.size() < size) {
                out.u32le(1)
                        .u32le(EventType.EV_POST_CODE)
                        .bytes(Bytes.fromHex("11".repeat(20)))
                        .u32le(0);
            }
            return out.toBytes();
        }
    },
    AGILE_EVENTS_OF_AN_UNKNOWN_BANK_ALONE(Target.EVENT_LOG) {
        @Override
        Bytes of(int size) {
            ByteWriter out = header("99000100", 1);
            while (out.size() < size) {
                event(out, 1, "9900" + "01");
            }
            return out.toBytes();
        }
    },
    UNMEASURED_EVENTS(Target.EVENT_LOG) {
        @Override
        Bytes of(int size) {
            ByteWriter out = header("99000100", 1);
            while (out.size() < size) {
                out.u32le(1)
                        .u32le(EventType.EV_NO_ACTION)
                        .u32le(1)
                        .bytes(Bytes.fromHex("9900" + "01"))
                        .u32le(1)
                        .u8(7);
            }
            return out.toBytes();
        }
    },
    MANY_BOOTS(Target.EVENT_LOG) {
        @Override
        Bytes of(int size) {
            String table = IntStream.range(0, 16)
                    .mapToObj(i -> "%02x800100".formatted(i))
                    .collect(Collectors.joining());
            return Bytes.concat(
                    Collections.nCopies(64, header(table, 16).toBytes()).toArray(Bytes[]::new));
        }
    },
    REPLAY_OF_TINY_EVENTS(Target.REPLAY) {
        @Override
        Bytes of(int size) {
            return LEGACY_EVENTS_WITHOUT_PAYLOAD.of(size);
        }
    },
    ONE_LONG_EVENT(Target.EVENT_LOG) {
        @Override
        Bytes of(int size) {
            ByteWriter out = header("0b002000", 1);
            out.u32le(1)
                    .u32le(1)
                    .u32le(1)
                    .bytes(Bytes.fromHex("0b00" + "11".repeat(32)))
                    .u32le(size);
            return out.bytes(Bytes.zeros(size)).toBytes();
        }
    },
    TINY_IMA_ENTRIES(Target.IMA_LIST) {
        @Override
        Bytes of(int size) {
            Bytes data = new ByteWriter()
                    .u32le(9)
                    .bytes(Bytes.utf8("sha1:\0"))
                    .bytes(Bytes.utf8("abc"))
                    .u32le(2)
                    .bytes(Bytes.utf8("x\0"))
                    .toBytes();
            ByteWriter out = new ByteWriter();
            while (out.size() < size) {
                out.u32le(10).bytes(Bytes.fromHex("11".repeat(20))).u32le(6).bytes(Bytes.utf8("ima-ng"));
                out.u32le(data.size()).bytes(data);
            }
            return out.toBytes();
        }
    },
    OLDEST_IMA_ENTRIES(Target.IMA_LIST) {
        @Override
        Bytes of(int size) {
            ByteWriter out = new ByteWriter();
            while (out.size() < size) {
                out.u32le(10).bytes(Bytes.fromHex("11".repeat(20))).u32le(3).bytes(Bytes.utf8("ima"));
                out.bytes(Bytes.zeros(20)).u32le(0);
            }
            return out.toBytes();
        }
    },
    EMPTY_SIGNATURE_LISTS(Target.SIGNATURE_LISTS) {
        @Override
        Bytes of(int size) {
            ByteWriter out = new ByteWriter();
            while (out.size() < size) {
                HonestBoot.OWNER.write(out);
                out.u32le(28).u32le(0).u32le(48);
            }
            return out.toBytes();
        }
    },
    SMALLEST_SIGNATURES(Target.SIGNATURE_LISTS) {
        @Override
        Bytes of(int size) {
            int entries = size / 36;
            ByteWriter out = new ByteWriter();
            HonestBoot.OWNER.write(out);
            return out.u32le(28 + 36L * entries)
                    .u32le(0)
                    .u32le(36)
                    .bytes(Bytes.zeros(36 * entries))
                    .toBytes();
        }
    },
    SBAT_LINES(Target.SBAT) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("a,1\n".repeat(size / 4));
        }
    },
    SBAT_COMMAS(Target.SBAT) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("a,1" + ",".repeat(size) + "\n");
        }
    },
    SBAT_EMPTY_LINES(Target.SBAT) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("\n".repeat(size));
        }
    },
    SBAT_ROWS_AND_COLUMNS(Target.SBAT) {
        @Override
        Bytes of(int size) {
            int rows = SbatEntry.MAX_ENTRIES;
            return Bytes.utf8(("a,1" + ",x".repeat(SbatEntry.MAX_COLUMNS / rows - 2) + "\n").repeat(rows));
        }
    },
    DEVICE_PATH_NODES(Target.DEVICE_PATH) {
        @Override
        Bytes of(int size) {
            return repeated("010106000001", size);
        }
    },
    DEVICE_PATH_OF_ISCSI(Target.DEVICE_PATH) {
        @Override
        Bytes of(int size) {
            return repeated("03131300" + "00".repeat(14) + "41", Math.min(size, DevicePath.MAX_NODES * 19));
        }
    },
    DEVICE_PATH_OF_NAME_SERVERS(Target.DEVICE_PATH) {
        @Override
        Bytes of(int size) {
            int most = Math.min(size, DevicePath.MAX_SIZE - 1) - 5 & ~15;
            return new ByteWriter()
                    .u8(3)
                    .u8(31)
                    .u16le(most + 5)
                    .u8(1)
                    .bytes(Bytes.zeros(most))
                    .toBytes();
        }
    },
    DEVICE_PATH_OF_ADDRESSES(Target.DEVICE_PATH) {
        @Override
        Bytes of(int size) {
            int most = Math.min(size, DevicePath.MAX_SIZE - 1) - 4 & ~3;
            return node(2, 3, Bytes.fromHex("ff".repeat(most)));
        }
    },
    DEVICE_PATH_OF_A_LONG_URI(Target.DEVICE_PATH) {
        @Override
        Bytes of(int size) {
            int most = Math.min(size, DevicePath.MAX_SIZE - 1) - 4;
            return node(3, 24, Bytes.utf8("u".repeat(most)));
        }
    },
    DEVICE_PATH_OF_NO_TEXT(Target.DEVICE_PATH) {
        @Override
        Bytes of(int size) {
            int most = Math.min(size, DevicePath.MAX_SIZE - 1) - 4;
            return node(3, 24, Bytes.fromHex("ff".repeat(most)));
        }
    },
    DEVICE_PATH_OF_NAMES_AND_NO_TEXT(Target.DEVICE_PATH) {
        @Override
        Bytes of(int size) {
            Bytes name = new ByteWriter()
                    .u8(5)
                    .u8(1)
                    .u16le(60)
                    .bytes(Bytes.fromHex("ffffffff" + "ff00".repeat(26)))
                    .toBytes();
            return Bytes.concat(Collections.nCopies(DevicePath.MAX_NODES, name).toArray(Bytes[]::new));
        }
    },
    DEVICE_PATH_TEXT(Target.DEVICE_PATH) {
        @Override
        Bytes of(int size) {
            int most = Math.min(size, DevicePath.MAX_SIZE - 1) - 6 & ~1;
            return new ByteWriter()
                    .u8(4)
                    .u8(4)
                    .u16le(most + 6)
                    .bytes(Bytes.fromHex("004e".repeat(most / 2)))
                    .u16le(0)
                    .toBytes();
        }
    },
    DEVICE_PATH_ENDS(Target.DEVICE_PATH) {
        @Override
        Bytes of(int size) {
            return repeated("7f010400", size);
        }
    },
    VARIABLE_OF_A_LONG_NAME(Target.VARIABLE) {
        @Override
        Bytes of(int size) {
            ByteWriter out = new ByteWriter();
            Guid.GLOBAL_VARIABLE.write(out);
            return out.u64le(size / 2)
                    .u64le(0)
                    .bytes(Bytes.fromHex("004e".repeat(size / 2)))
                    .toBytes();
        }
    },
    LOAD_OPTION_OF_A_LONG_DESCRIPTION(Target.LOAD_OPTION) {
        @Override
        Bytes of(int size) {
            return new ByteWriter()
                    .u32le(1)
                    .u16le(0)
                    .bytes(Bytes.fromHex("004e".repeat(size / 2)))
                    .u16le(0)
                    .toBytes();
        }
    },
    VARSTORE_OF_TINY_VARIABLES(Target.VARSTORE, 6, 0) {
        @Override
        Bytes of(int size) {
            ByteWriter variables = new ByteWriter();
            for (int number = 0; variables.size() < size; number++) {
                variables
                        .u16le(0x55AA)
                        .u8(0x3F)
                        .u8(0)
                        .u32le(7)
                        .bytes(Bytes.zeros(28))
                        .u32le(6)
                        .u32le(2);
                Guid.GLOBAL_VARIABLE.write(variables);
                variables
                        .u16le(1 + number % 0x7FFF)
                        .u16le(1 + number / 0x7FFF)
                        .u16le(0)
                        .u16le(0);
            }
            return varstore(variables.toBytes());
        }
    },
    VARSTORE_OF_DELETED_VARIABLES(Target.VARSTORE) {
        @Override
        Bytes of(int size) {
            ByteWriter variables = new ByteWriter();
            while (variables.size() < size) {
                variables
                        .u16le(0x55AA)
                        .u8(0x3C)
                        .u8(0)
                        .u32le(7)
                        .bytes(Bytes.zeros(28))
                        .u32le(0)
                        .u32le(0);
                Guid.GLOBAL_VARIABLE.write(variables);
            }
            return varstore(variables.toBytes());
        }
    },
    GPT_ENTRIES(Target.GPT_DISK) {
        @Override
        Bytes of(int size) {
            byte[] header = new byte[92];
            System.arraycopy(Bytes.utf8("EFI PART").toByteArray(), 0, header, 0, 8);
            header[72] = 2;
            int entries = size / 128;
            header[80] = (byte) entries;
            header[81] = (byte) (entries >> 8);
            header[84] = (byte) 128;
            return new ByteWriter()
                    .bytes(Bytes.zeros(512))
                    .bytes(Bytes.of(header))
                    .bytes(Bytes.zeros(512 - 92))
                    .bytes(Bytes.fromHex("11".repeat(128 * entries)))
                    .toBytes();
        }
    },
    PE_OF_MANY_SECTIONS(Target.PE_IMAGE) {
        @Override
        Bytes of(int size) {
            byte[] image = Bytes.concat(Seeds.pe(), Bytes.zeros(size)).toByteArray();
            image[70] = (byte) Math.min(size / 40, 90);
            return Bytes.of(image);
        }
    },
    PE_OF_EMPTY_SECTIONS(Target.PE_IMAGE) {
        @Override
        Bytes of(int size) {
            byte[] image = Bytes.concat(Seeds.pe(), Bytes.zeros(8 << 10)).toByteArray();
            image[70] = 96; // NumberOfSections
            image[64 + 24 + 60] = 0; // SizeOfHeaders
            image[64 + 24 + 61] = 0x20;
            for (int section = 0; section < 96; section++) {
                int at = 64 + 24 + 240 + 40 * section;
                Arrays.fill(image, at, at + 40, (byte) 0);
                Arrays.fill(image, at, at + 8, (byte) 0xFF); // a name that is no UTF-8
                Arrays.fill(image, at + 8, at + 11, (byte) 0xFF); // far larger than the image, over each other
            }
            return Bytes.of(image);
        }
    },
    PE_OF_TINY_CERTIFICATES(Target.PE_IMAGE) {
        @Override
        Bytes of(int size) {
            Bytes entry = new ByteWriter()
                    .u32le(16)
                    .u16le(0x200)
                    .u16le(2)
                    .bytes(Bytes.zeros(8))
                    .toBytes();
            return signed(Bytes.concat(Collections.nCopies(16, entry).toArray(Bytes[]::new)));
        }
    },
    PE_OF_A_SIGNATURE_OF_NOTHING(Target.PE_IMAGE, 4, 512) {
        @Override
        Bytes of(int size) {
            return signature(repeated("3000", size & ~1));
        }
    },
    PE_OF_A_SIGNATURE_OF_MUCH(Target.PE_IMAGE, 4, 512) {
        @Override
        Bytes of(int size) {
            Bytes values = repeated("3000", 2 * Math.min(size / 2, 8000));
            int rest = Math.max(0, size - values.size());
            return signature(new ByteWriter()
                    .bytes(values)
                    .u8(4)
                    .u8(0x83)
                    .u8(rest >> 16)
                    .u16be(rest & 0xFFFF)
                    .bytes(Bytes.zeros(rest))
                    .toBytes());
        }
    },
    UKI_OF_EMPTY_PROFILES(Target.UKI, 4, 512) {
        @Override
        Bytes of(int size) {
            byte[] image = PE_OF_EMPTY_SECTIONS.of(size).toByteArray();
            for (int section = 0; section < 96; section++) {
                int at = 64 + 24 + 240 + 40 * section;
                Bytes.utf8(section == 0 ? ".linux\0\0" : section <= 48 ? ".profile" : ".unknown")
                        .copyTo(image, at);
                Arrays.fill(image, at + 8, at + 11, (byte) 0);
                image[at + 8] = 1;
            }
            return Bytes.of(image);
        }
    },
    PE_WITH_A_LONG_TAIL(Target.PE_IMAGE) {
        @Override
        Bytes of(int size) {
            return Bytes.concat(Seeds.pe(), Bytes.zeros(size));
        }
    },
    JSON_NEST(Target.MACHINE_EVIDENCE) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("{\"a\":".repeat(size / 5));
        }
    },
    JSON_NUMBERS(Target.MACHINE_EVIDENCE) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("{\"a\":[" + "0,".repeat(size / 2) + "0]}");
        }
    },
    JSON_STRING(Target.EVIDENCE) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("{\"attest\":\"" + "QUFB".repeat(size / 4) + "\"}");
        }
    },
    JSON_KEYS(Target.MACHINE_EVIDENCE) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8(keys(size / 8, "", "}"));
        }
    },
    JSON_OF_ALL_KEYS_IT_MAY_HAVE(Target.MACHINE_EVIDENCE) {
        @Override
        Bytes of(int size) {
            int count = Math.min(size / 8, 384 + size / 64);
            return Bytes.utf8(keys(count - 1, "", ",\"rest\":[" + "0,".repeat((size - 8 * count) / 2) + "0]}"));
        }
    },
    JSON_OF_THE_SAME_KEYS_IN_EACH_OTHER(Target.MACHINE_EVIDENCE) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8(keys(380, "", "," + "\"in\":").repeat(Math.max(1, size / 3000)) + "0"
                    + "}".repeat(Math.max(1, size / 3000)));
        }
    },
    JSON_OF_SHORT_OBJECTS(Target.MACHINE_EVIDENCE) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("{\"a\":[" + "{\"a\":0,\"b\":0,\"c\":0},".repeat(size / 20) + "0]}");
        }
    },
    JSON_LONG_NUMBER(Target.MACHINE_EVIDENCE) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("{\"a\":" + "1".repeat(size) + "}");
        }
    },
    JSON_LONG_KEY(Target.MACHINE_EVIDENCE) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("{\"" + "k".repeat(size) + "\":0}");
        }
    },
    JSON_LONG_KEYS(Target.MACHINE_EVIDENCE) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8(IntStream.range(0, size / 4000)
                    .mapToObj(i -> "\"\u20ac" + "k".repeat(3980) + i + "\":0")
                    .collect(Collectors.joining(",", "{", "}")));
        }
    },
    JSON_ESCAPES(Target.MACHINE_EVIDENCE) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8(
                    "{\"format\":\"sigillo-evidence-2\",\"quotes\":[],\"nonce\":\"" + "\\n".repeat(size / 2) + "\"}");
        }
    },
    JSON_EVENT_LOG(Target.EVIDENCE) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8(
                    "{\"format\":\"sigillo-evidence-1\",\"attest\":\"\",\"signature\":\"\",\"pcrs\":{},\"imaList\":\"\",\"eventLog\":\""
                            + "QUFB".repeat(size / 4) + "\"}");
        }
    },
    PCR_FILE_OF_EMPTY_BANKS(Target.PCR_FILE) {
        @Override
        Bytes of(int size) {
            return JSON_KEYS.of(size);
        }
    },
    PCR_FILE_OF_EMPTY_LINES(Target.PCR_FILE) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("\n".repeat(size));
        }
    },
    MESSAGE_OF_EMPTY_FIELDS(Target.MACHINE_EVIDENCE) {
        @Override
        Bytes of(int size) {
            return repeated("0a00", size);
        }
    },
    MESSAGE_OF_MANY_NUMBERS(Target.MACHINE_EVIDENCE) {
        @Override
        Bytes of(int size) {
            ByteWriter out = new ByteWriter().bytes(Bytes.fromHex("0a00"));
            for (int field = 16; out.size() < size; field = 16 + (field - 15) % 2000) {
                out.u8(field << 3 & 0x7F | 0x80).u8(field >> 4 & 0x7F).u8(1);
            }
            return out.toBytes();
        }
    },
    TRUST_FILE_OF_HASHES(Target.TRUST_FILE) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8(("ab".repeat(32) + "\n").repeat(size / 65));
        }
    },
    TRUST_FILE_OF_LINES(Target.TRUST_FILE) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("ab".repeat(32) + "\n".repeat(size));
        }
    },
    TRUST_FILE_OF_EMPTY_BLOCKS(Target.TRUST_FILE) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n".repeat(size / 54));
        }
    },
    KEY_OF_LONG_BLOCKS(Target.IMA_KEY, 4, 512) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8(
                    "-----BEGIN PUBLIC KEY-----\n" + "MAAA\n".repeat(size / 5) + "-----END PUBLIC KEY-----\n");
        }
    },
    CERTIFICATE_OF_NOTHING(Target.IMA_KEY, 4, 512) {
        @Override
        Bytes of(int size) {
            return sequence(repeated("3000", Math.min(size, Certificates.MAX_SIZE - 8) & ~1));
        }
    },
    GRUB_CONFIG_OF_SHORT_LINES(Target.GRUB_CONFIG) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("echo\n".repeat(size / 5));
        }
    },
    GRUB_CONFIG_OF_ONE_LINE(Target.GRUB_CONFIG) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("x".repeat(size));
        }
    },
    KERNEL_CONFIG_OF_SHORT_OPTIONS(Target.KERNEL_CONFIG) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8(IntStream.range(0, size / 14)
                    .mapToObj(i -> "CONFIG_" + Integer.toString(i, 36) + "=y\n")
                    .collect(Collectors.joining()));
        }
    },
    KERNEL_CONFIG_OF_EMPTY_LINES(Target.KERNEL_CONFIG) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("\n".repeat(size));
        }
    },
    TOKEN_OF_DOTS(Target.TOKEN) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8(".".repeat(size));
        }
    },
    TOKEN_OF_A_LONG_HEADER(Target.TOKEN) {
        @Override
        Bytes of(int size) {
            String header = "{\"alg\":\"ES256\",\"x5c\":[" + "{},".repeat(size / 4) + "{}]}";
            return Bytes.utf8(Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(Bytes.utf8(header).toByteArray()) + ".e30.AAAA");
        }
    },
    TOKEN_OF_A_LONG_PAYLOAD(Target.TOKEN) {
        @Override
        Bytes of(int size) {
            String token = ToolSeeds.TOKEN;
            int payload = token.indexOf('.') + 1;
            return Bytes.utf8(
                    token.substring(0, payload) + "QUFB".repeat(size / 4) + token.substring(token.lastIndexOf('.')));
        }
    },
    POLICY_OF_SHORT_ITEMS(Target.POLICY, 350, 0) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("- a\n".repeat(size / 4));
        }
    },
    POLICY_OF_SHORT_KEYS(Target.POLICY, 350, 0) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8(IntStream.range(0, size / 8)
                    .mapToObj(i -> Integer.toString(i, 36) + ": 1\n")
                    .collect(Collectors.joining()));
        }
    },
    QUOTE_OF_MANY_SELECTIONS(Target.ATTEST) {
        @Override
        Bytes of(int size) {
            ByteWriter out = new ByteWriter()
                    .u32be(0xFF544347L)
                    .u16be(0x8018)
                    .sized16be(Bytes.empty())
                    .sized16be(Bytes.empty())
                    .bytes(Bytes.zeros(25))
                    .u32be(16);
            for (int i = 0; i < 16; i++) {
                out.u16be(0x0B).u8(4).u32be(0xFFFFFFFFL);
            }
            return out.sized16be(Bytes.empty()).toBytes();
        }
    },
    MANIFEST_OF_EMPTY_REGISTERS(Target.MANIFEST) {
        @Override
        Bytes of(int size) {
            return manifest(
                    IntStream.range(0, 64)
                            .mapToObj("{\"pcr\":%d,\"events\":[]}"::formatted)
                            .collect(Collectors.joining(",")),
                    "");
        }
    },
    MANIFEST_OF_SHORT_EVENTS(Target.MANIFEST) {
        @Override
        Bytes of(int size) {
            String event =
                    "{\"type\":\"\",\"sha256\":\"" + "00".repeat(32) + "\",\"component\":\"\",\"origin\":\"FILE\"}";
            return manifest("{\"pcr\":1,\"events\":[" + (event + ",").repeat(size / 125) + event + "]}", "");
        }
    },
    MANIFEST_OF_SHORT_DRIVERS(Target.MANIFEST) {
        @Override
        Bytes of(int size) {
            String driver = "{\"name\":\"a\",\"path\":\"b\",\"sha256\":\"" + "00".repeat(32) + "\"}";
            return manifest("", (driver + ",").repeat(size / 100) + driver);
        }
    },
    VERDICT_OF_SHORT_FINDINGS(Target.VERDICT, 9, 0) {
        @Override
        Bytes of(int size) {
            String finding = "{\"check\":\"drivers\",\"component\":\"\",\"outcome\":\"held\"}";
            return Bytes.utf8(
                    "{\"format\":\"sigillo-verdict-1\",\"at\":\"2026-11-24T12:00:00Z\",\"machine\":\"\",\"findings\":["
                            + (finding + ",").repeat(size / 52) + finding + "]}");
        }
    },
    MANIFEST_OF_EMPTY_OBJECTS(Target.MANIFEST) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("{\"drivers\":[" + "{},".repeat(size / 3) + "{}]}");
        }
    },
    VERDICT_OF_EMPTY_OBJECTS(Target.VERDICT) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("{\"findings\":[" + "{},".repeat(size / 3) + "{}]}");
        }
    };

    private final Target target;
    private final int factor;
    private final int more;

    Worst(Target target) {
        this(target, 4, 0);
    }

    /**
     * For what costs more, and says so in docs/performance.md.
     *
     * @param more KiB, whatever the size
     */
    Worst(Target target, int factor, int more) {
        this.target = target;
        this.factor = factor;
        this.more = more;
    }

    /** The most bytes that it may cost, garbage included, beside what an empty input costs. */
    long most(int size) {
        return (long) factor * size + (more << 10);
    }

    /** Whether the 50 ms a mebibyte hold for it: not for YAML, which is written by whoever judges, not by what is judged. */
    boolean isTimed() {
        return target != Target.POLICY;
    }

    Target target() {
        return target;
    }

    /** Of about that many bytes. */
    abstract Bytes of(int size);

    /** An object of so many different keys. */
    private static String keys(int count, String before, String after) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"" + Integer.toString(i, 36) + "\":0")
                .collect(Collectors.joining(",", "{" + before, after));
    }

    /** One node of a device path. */
    private static Bytes node(int type, int subType, Bytes data) {
        return new ByteWriter()
                .u8(type)
                .u8(subType)
                .u16le(data.size() + 4)
                .bytes(data)
                .toBytes();
    }

    private static Bytes repeated(String hex, int size) {
        Bytes one = Bytes.fromHex(hex);
        return Bytes.concat(
                Collections.nCopies(Math.max(1, size / one.size()), one).toArray(Bytes[]::new));
    }

    /** The seed's image with a certificate table. */
    private static Bytes signed(Bytes certificates) {
        byte[] image = Bytes.concat(Seeds.pe(), certificates).toByteArray();
        int entry = 64 + 24 + 112 + 4 * 8;
        int start = image.length - certificates.size();
        for (int i = 0; i < 4; i++) {
            image[entry + i] = (byte) (start >> 8 * i);
            image[entry + 4 + i] = (byte) (certificates.size() >> 8 * i);
        }
        return Bytes.of(image);
    }

    /** The seed's image with one PKCS#7 entry, a SEQUENCE of that. */
    private static Bytes signature(Bytes inside) {
        Bytes der = sequence(inside);
        int padding = -der.size() & 7;
        return signed(new ByteWriter()
                .u32le(8 + der.size() + padding)
                .u16le(0x200)
                .u16le(2)
                .bytes(der)
                .bytes(Bytes.zeros(padding))
                .toBytes());
    }

    private static Bytes sequence(Bytes inside) {
        return new ByteWriter()
                .u8(0x30)
                .u8(0x83)
                .u8(inside.size() >> 16)
                .u16be(inside.size() & 0xFFFF)
                .bytes(inside)
                .toBytes();
    }

    private static Bytes manifest(String pcrs, String drivers) {
        return Bytes.utf8("{\"format\":\"sigillo-manifest-1\",\"image\":\"\",\"secureBoot\":true,\"vtpm\":true,"
                + "\"commandLine\":\"\",\"pcrs\":[" + pcrs + "],\"drivers\":[" + drivers + "]}");
    }

    private static ByteWriter header(String table, int algorithms) {
        Bytes specId = Bytes.concat(
                Bytes.utf8("Spec ID Event03\0"),
                Bytes.fromHex("0000000000020002"),
                new ByteWriter().u32le(algorithms).toBytes(),
                Bytes.fromHex(table),
                Bytes.zeros(1));
        return new ByteWriter()
                .u32le(0)
                .u32le(EventType.EV_NO_ACTION)
                .bytes(Bytes.zeros(20))
                .u32le(specId.size())
                .bytes(specId);
    }

    private static void event(ByteWriter out, int count, String digests) {
        out.u32le(1)
                .u32le(EventType.EV_POST_CODE)
                .u32le(count)
                .bytes(Bytes.fromHex(digests))
                .u32le(0);
    }

    private static Bytes varstore(Bytes variables) {
        ByteWriter out = new ByteWriter().bytes(Bytes.zeros(16));
        Guid.of("fff12b8d-7696-4c8b-a985-2747075b4f50").write(out);
        out.u64le(72 + 28 + variables.size()).u32le(0x4856465FL).u32le(0).u16le(72);
        out.bytes(Bytes.zeros(72 - out.size()));
        Guid.of("aaf32c78-947b-439a-a180-2e144ec37792").write(out);
        return out.u32le(28 + variables.size())
                .bytes(Bytes.zeros(8))
                .bytes(variables)
                .toBytes();
    }
}
