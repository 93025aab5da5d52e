package dev.sigillo.uefi;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.List;

/**
 * EFI_DEVICE_PATH_PROTOCOL as text: UEFI 10.6, "Device Path Display Format". Nodes without a form of their own show type,
 * subtype and bytes, as {@code Path(3,99,00ff)}.
 */
public final class DevicePath {

    private static final int END = 0x7F;
    /** Bytes that are shown of what has no form, addresses that are shown of a list; "..." stands for the rest. */
    static final int SHOWN = 64;

    /** Nodes in a path, or in several that stand together; real ones have under ten, behind docks and hubs twenty. */
    public static final int MAX_NODES = 100;

    /** Bytes in a path. The longest node in use, a signed URI, has one or two thousand. */
    public static final int MAX_SIZE = 16 << 10;

    private DevicePath() {}

    /**
     * Text such as {@code PciRoot(0x0)/Pci(0x1,0x0)/HD(1,GPT,…)/\EFI\BOOT\BOOTX64.EFI}. Several paths are joined by commas.
     *
     * @throws MalformedException if a node does not fit, or there are more than {@link #MAX_NODES} or {@link #MAX_SIZE} bytes
     */
    public static String text(Bytes path) throws MalformedException {
        if (path.size() > MAX_SIZE) {
            throw new MalformedException("device path", 0, path.size() + " bytes, at most " + MAX_SIZE + " expected");
        }
        ByteReader in = new ByteReader(path);
        StringBuilder text = new StringBuilder();
        boolean inPath = false;
        boolean several = false;
        int nodes = 0;
        while (in.remaining() > 0) {
            int type = in.u8("Type");
            int subType = in.u8("SubType");
            int length = in.u16le("Length");
            if (length < 4) {
                throw in.malformed("Length", length + " is less than the node's own header of 4");
            }
            if (++nodes > MAX_NODES) {
                throw in.malformed("device path", "more than " + MAX_NODES + " nodes");
            }
            ByteReader node = in.view("device path node", length - 4);
            if (type == END) {
                several |= inPath;
                inPath = false;
                continue;
            }
            text.append(inPath ? "/" : several ? "," : "").append(node(type, subType, node));
            inPath = true;
        }
        return text.toString();
    }

    /** The file of the last node that names one; empty if none does. */
    public static String file(Bytes path) throws MalformedException {
        String text = text(path);
        return text.contains("\\") ? text.substring(text.lastIndexOf('/') + 1) : "";
    }

    private static String node(int type, int subType, ByteReader in) throws MalformedException {
        Bytes all = in.peek();
        String text = switch (type) {
            case 1 -> HardwareNode.text(subType, in);
            case 2 -> AcpiNode.text(subType, in);
            case 3 -> MessagingNode.text(subType, in);
            case 4 -> MediaNode.text(subType, in);
            case 5 -> MediaNode.bbs(subType, in);
            default -> "";
        };
        return text.isEmpty() ? "Path(" + type + "," + subType + bytes(all) + ")" : text;
    }

    /** What follows the fixed fields of a vendor's node: a comma and the bytes, or nothing. */
    static String bytes(Bytes data) {
        if (data.isEmpty()) {
            return "";
        }
        return "," + (data.size() <= SHOWN ? data.hex() : data.slice(0, SHOWN).hex() + "...");
    }

    /** {@code Name(part,part)}; a path may have many nodes, and a format string costs ten times as much. */
    static String form(String name, Object... parts) {
        int size = name.length() + 2;
        for (Object part : parts) {
            size += 1 + (part instanceof String known ? known.length() : 0);
        }
        StringBuilder text = new StringBuilder(size).append(name).append('(');
        for (int i = 0; i < parts.length; i++) {
            text.append(i == 0 ? "" : ",").append(parts[i]);
        }
        return text.append(')').toString();
    }

    static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    /** Texts up to their zeros, the last to the end where firmware leaves the zero out; no more than so many. */
    static List<String> strings(Bytes data, int most) {
        List<String> strings = new ArrayList<>();
        int from = 0;
        for (int at = 0; at <= data.size() && from < data.size() && strings.size() < most; at++) {
            if (at == data.size() || data.at(at) == 0) {
                strings.add(data.slice(from, at).utf8());
                from = at + 1;
            }
        }
        return strings;
    }

    /** Text without the zeros in it and at its end. */
    static String string(Bytes data) {
        return data.filter(c -> c != 0).utf8();
    }
}
