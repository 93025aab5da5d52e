package dev.sigillo.uefi;

import static dev.sigillo.uefi.DevicePath.form;
import static dev.sigillo.uefi.DevicePath.hex;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;

/** Messaging device path nodes of networks, UEFI 10.3.4: MAC, IP, VLAN, URI, DNS, iSCSI, Wi-Fi, Bluetooth. */
final class NetworkNode {

    private static final int ETHERNET = 6;
    private static final int ADDRESS = 32;

    private NetworkNode() {}

    static String text(int subType, ByteReader in) throws MalformedException {
        return switch (subType) {
            case 11 -> mac(in);
            case 12 -> ipv4(in);
            case 13 -> ipv6(in);
            case 19 -> iscsi(in);
            case 20 -> "Vlan(" + in.u16le("Vlanid") + ")";
            case 24 -> "Uri(" + in.rest().utf8() + ")";
            case 27 -> "Bluetooth(" + in.bytes("Device Address", ETHERNET).hex() + ")";
            case 28 -> "Wi-Fi(" + DevicePath.string(in.rest()) + ")";
            case 30 ->
                "BluetoothLE(" + in.bytes("Device Address", ETHERNET).hex() + "," + hex(in.u8("Address Type")) + ")";
            case 31 -> dns(in);
            default -> "";
        };
    }

    private static String mac(ByteReader in) throws MalformedException {
        Bytes address = in.bytes("MAC Address", ADDRESS);
        int type = in.u8("IfType");
        return "MAC(" + address.slice(0, type <= 1 ? ETHERNET : ADDRESS).hex() + "," + hex(type) + ")";
    }

    private static String ipv4(ByteReader in) throws MalformedException {
        String local = v4(in, "Local IP Address");
        String remote = v4(in, "Remote IP Address");
        in.bytes("Local Port, Remote Port", 4);
        String protocol = protocol(in.u16le("Protocol"));
        String origin = in.u8("StaticIPAddress") == 0 ? "DHCP" : "Static";
        String more = in.remaining() >= 8 ? "," + v4(in, "GatewayIPAddress") + "," + v4(in, "Subnet Mask") : "";
        return form("IPv4", remote, protocol, origin, local + more);
    }

    private static String ipv6(ByteReader in) throws MalformedException {
        String local = v6(in, "Local IP Address");
        String remote = v6(in, "Remote IP Address");
        in.bytes("Local Port, Remote Port", 4);
        String protocol = protocol(in.u16le("Protocol"));
        String origin = switch (in.u8("IPAddress Origin")) {
            case 0 -> "Static";
            case 1 -> "StatelessAutoConfigure";
            default -> "StatefulAutoConfigure";
        };
        String more = in.remaining() >= 17 ? "," + hex(in.u8("Prefix Length")) + "," + v6(in, "Gateway") : "";
        return form("IPv6", remote, protocol, origin, local + more);
    }

    private static String protocol(int number) {
        return number == 6 ? "TCP" : number == 17 ? "UDP" : hex(number);
    }

    private static String v4(ByteReader in, String field) throws MalformedException {
        return v4(in.bytes(field, 4));
    }

    private static String v4(Bytes address) {
        return address.at(0) + "." + address.at(1) + "." + address.at(2) + "." + address.at(3);
    }

    private static String v6(ByteReader in, String field) throws MalformedException {
        return v6(in.bytes(field, 16));
    }

    private static String v6(Bytes address) {
        return appendV6(new StringBuilder(40), address).toString();
    }

    private static StringBuilder appendV6(StringBuilder out, Bytes address) {
        for (int i = 0; i < address.size(); i++) {
            int value = address.at(i);
            out.append(i > 0 && i % 2 == 0 ? ":" : "")
                    .append(Character.forDigit(value >> 4, 16))
                    .append(Character.forDigit(value & 0xF, 16));
        }
        return out;
    }

    private static String dns(ByteReader in) throws MalformedException {
        boolean six = in.u8("IsIPv6") != 0;
        StringBuilder servers = new StringBuilder("Dns(");
        for (int count = 0; in.remaining() >= 16; count++) {
            if (count >= DevicePath.SHOWN) {
                in.skip("DNS server address", 16);
                servers.append(count == DevicePath.SHOWN ? ",..." : "");
                continue;
            }
            servers.append(count == 0 ? "" : ",");
            Bytes address = in.bytes("DNS server address", 16);
            if (six) {
                appendV6(servers, address);
            } else {
                servers.append(v4(address));
            }
        }
        return servers.append(')').toString();
    }

    private static String iscsi(ByteReader in) throws MalformedException {
        String protocol = in.u16le("Protocol") == 0 ? "TCP" : "reserved";
        int options = in.u16le("Options");
        Bytes unit = in.bytes("LogicalUnitNumber", 8);
        int group = in.u16le("TargetPortalGroup");
        return form(
                "iSCSI",
                DevicePath.string(in.rest()),
                hex(group),
                "0x" + unit.hex(),
                (options & 2) != 0 ? "CRC32C" : "None",
                (options & 8) != 0 ? "CRC32C" : "None",
                (options & 0x0800) != 0 ? "None" : (options & 0x1000) != 0 ? "CHAP_UNI" : "CHAP_BI",
                protocol);
    }
}
