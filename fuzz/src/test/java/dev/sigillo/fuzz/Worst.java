package dev.sigillo.fuzz;

import dev.sigillo.attest.HonestBoot;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.uefi.Guid;
import java.util.Collections;

/**
 * Inputs of a size asked for that make a parser work hardest: many tiny things, long lines, deep nests, huge counts. What
 * machines send costs at most four bytes a byte; these cost more, since the smallest thing becomes an object of its own,
 * but no more than their factor, and all of it under the parser's ceiling.
 */
enum Worst {
    AGILE_EVENTS_WITHOUT_PAYLOAD(Target.EVENT_LOG, 4) {
        @Override
        Bytes of(int size) {
            ByteWriter out = header("0b002000", 1);
            while (out.size() < size) {
                event(out, 1, "0b00" + "11".repeat(32));
            }
            return out.toBytes();
        }
    },
    AGILE_EVENTS_OF_SHA1(Target.EVENT_LOG, 6) {
        @Override
        Bytes of(int size) {
            ByteWriter out = header("04001400", 1);
            while (out.size() < size) {
                event(out, 1, "0400" + "11".repeat(20));
            }
            return out.toBytes();
        }
    },
    AGILE_EVENTS_OF_FIVE_BANKS(Target.EVENT_LOG, 6) {
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
    AGILE_EVENTS_OF_AN_UNKNOWN_BANK(Target.EVENT_LOG, 16) {
        @Override
        Bytes of(int size) {
            ByteWriter out = header("0b002000" + "99000100", 2);
            while (out.size() < size) {
                event(out, 2, "0b00" + "11".repeat(32) + "9900" + "01");
            }
            return out.toBytes();
        }
    },
    LEGACY_EVENTS_WITHOUT_PAYLOAD(Target.EVENT_LOG, 7) {
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
    ONE_LONG_EVENT(Target.EVENT_LOG, 4) {
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
    TINY_IMA_ENTRIES(Target.IMA_LIST, 16) {
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
    EMPTY_SIGNATURE_LISTS(Target.SIGNATURE_LISTS, 8) {
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
    SMALLEST_SIGNATURES(Target.SIGNATURE_LISTS, 5) {
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
    SBAT_LINES(Target.SBAT, 110) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("a,1\n".repeat(size / 4));
        }
    },
    SBAT_COMMAS(Target.SBAT, 48) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("a,1" + ",".repeat(size) + "\n");
        }
    },
    SBAT_EMPTY_LINES(Target.SBAT, 32) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("\n".repeat(size));
        }
    },
    DEVICE_PATH_NODES(Target.DEVICE_PATH, 64) {
        @Override
        Bytes of(int size) {
            return Bytes.concat(
                    Collections.nCopies(size / 4, Bytes.fromHex("05010400")).toArray(Bytes[]::new));
        }
    },
    DEVICE_PATH_TEXT(Target.DEVICE_PATH, 4) {
        @Override
        Bytes of(int size) {
            int most = Math.min(size, 60_000) & ~1;
            return new ByteWriter()
                    .u8(4)
                    .u8(4)
                    .u16le(most + 6)
                    .bytes(Bytes.fromHex("6100".repeat(most / 2)))
                    .u16le(0)
                    .toBytes();
        }
    },
    DEVICE_PATH_ENDS(Target.DEVICE_PATH, 48) {
        @Override
        Bytes of(int size) {
            return Bytes.concat(
                    Collections.nCopies(size / 4, Bytes.fromHex("7f010400")).toArray(Bytes[]::new));
        }
    },
    VARSTORE_OF_TINY_VARIABLES(Target.VARSTORE, 16) {
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
    VARSTORE_OF_DELETED_VARIABLES(Target.VARSTORE, 4) {
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
    GPT_ENTRIES(Target.GPT_DISK, 6) {
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
    PE_OF_MANY_SECTIONS(Target.PE_IMAGE, 6) {
        @Override
        Bytes of(int size) {
            byte[] image = Bytes.concat(Seeds.pe(), Bytes.zeros(size)).toByteArray();
            image[70] = (byte) Math.min(size / 40, 90);
            return Bytes.of(image);
        }
    },
    PE_WITH_A_LONG_TAIL(Target.PE_IMAGE, 4) {
        @Override
        Bytes of(int size) {
            return Bytes.concat(Seeds.pe(), Bytes.zeros(size));
        }
    },
    JSON_NEST(Target.MACHINE_EVIDENCE, 10) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("{\"a\":".repeat(size / 5));
        }
    },
    JSON_NUMBERS(Target.MACHINE_EVIDENCE, 12) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("{\"a\":[" + "0,".repeat(size / 2) + "0]}");
        }
    },
    JSON_STRING(Target.EVIDENCE, 8) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("{\"attest\":\"" + "QUFB".repeat(size / 4) + "\"}");
        }
    },
    MANIFEST_OF_EMPTY_OBJECTS(Target.MANIFEST, 4) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("{\"drivers\":[" + "{},".repeat(size / 3) + "{}]}");
        }
    },
    VERDICT_OF_EMPTY_OBJECTS(Target.VERDICT, 48) {
        @Override
        Bytes of(int size) {
            return Bytes.utf8("{\"findings\":[" + "{},".repeat(size / 3) + "{}]}");
        }
    };

    private final Target target;
    private final int factor;

    Worst(Target target, int factor) {
        this.target = target;
        this.factor = factor;
    }

    /** Bytes allocated for each byte of it, garbage included, with room for another Java runtime. */
    int factor() {
        return factor;
    }

    Target target() {
        return target;
    }

    /** Of about that many bytes. */
    abstract Bytes of(int size);

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
