package dev.sigillo.uefi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.testkit.ForAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("UEFI 10.6: device paths as text")
class DevicePathTest {

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', textBlock = """
                    01010600031f                                                             | Pci(0x1f,0x3)
                    0102050007                                                               | PcCard(0x7)
                    010318000b00000000008200000000000000900000000000                         | MemoryMapped(0xb,0x820000,0x900000)
                    01041400d2d22b8e0f0e1e439d1f9c6ec01df6a4                                 | VenHw(8e2bd2d2-0e0f-431e-9d1f-9c6ec01df6a4)
                    01050800 03000000                                                        | Ctrl(0x3)
                    02010c00d041030a00000000                                                 | PciRoot(0x0)
                    02010c00d041080a01000000                                                 | PcieRoot(0x1)
                    02010c00d041040600000000                                                 | Floppy(0x0)
                    02010c00d041020b05000000                                                 | Acpi(PNP0B02,0x5)
                    020216 00 d041080a 00000000 d041030a 004130 0000                         | AcpiEx(PNP0A08,PNP0A03,0x0,,,A0)
                    02030800 00010180                                                        | AcpiAdr(0x80010100)
                    030108000101 0000                                                        | Ata(Secondary,Slave,0x0)
                    0302080001000000                                                         | Scsi(0x1,0x0)
                    030506000201                                                             | USB(0x2,0x1)
                    030b2500525400123456 0000000000000000000000000000000000000000000000000000 01 | MAC(525400123456,0x1)
                    030c1b00c0a80002c0a80001000000000600 00c0a800feffffff00                  | IPv4(192.168.0.1,TCP,DHCP,192.168.0.2,192.168.0.254,255.255.255.0)
                    030e130000000000 00c2010000000000 08 01 01                               | Uart(115200,8,N,1)
                    030a1400 5347c1e0bef9d211 9a0c0090273fc14d                               | VenPcAnsi()
                    03120a000200ffff0000                                                     | Sata(0x2,0xffff,0x0)
                    0317100001000000 0025385b71b05f33                                        | NVMe(0x1,33-5F-B0-71-5B-38-25-00)
                    03141200 6400                                                            | Vlan(100)
                    03180d00687474703a2f2f78                                                 | Uri(http://x)
                    031a050000                                                               | SD(0x0)
                    04012a00010000000008000000000000 00a00f0000000000 a8435183 6bd0be41914404 3abeec04ea 0202 | HD(1,GPT,835143a8-d06b-41be-9144-043abeec04ea,0x800,0xfa000)
                    04012a00010000000008000000000000 00a00f0000000000 78563412 000000000000000000000000 0101 | HD(1,MBR,0x12345678,0x800,0xfa000)
                    0402180001000000 1400000000000000 a000000000000000                       | CDROM(0x1,0x14,0xa0)
                    04041000 5c004500460049005c000000                                        | \\EFI\\
                    04040c00 5c00450046004900                                                | \\EFI
                    04061400 9391e4 2c 8c68 0d42 8e3a 0e77 6aa0 ed10                         | FvFile(2ce49193-688c-420d-8e3a-0e776aa0ed10)
                    0408180000000000 0010000000000000 ff1f000000000000                       | Offset(0x1000,0x1fff)
                    04081400 0010000000000000 ff1f000000000000                               | Offset(0x1000,0x1fff)
                    050112000200 0000 6469736b 2030 3100 0000                                | BBS(Harddrive,disk 01,0x0)
                    0363070000ff01                                                           | Path(3,99,00ff01)
                    """)
    void nodes(String hex, String text) throws Exception {
        String node = hex.replace(" ", "");
        // The length is what the node has, so that the table shows fields alone.
        int size = node.length() / 2;
        Bytes bytes =
                Bytes.fromHex(node.substring(0, 4) + "%02x%02x".formatted(size & 0xFF, size >> 8) + node.substring(8));
        assertThat(DevicePath.text(bytes)).isEqualTo(text.replace("\\\\", "\\"));
        assertThat(DevicePath.text(Bytes.concat(bytes, Bytes.fromHex("7fff0400"))))
                .isEqualTo(text.replace("\\\\", "\\"));
    }

    @Test
    @DisplayName("Nodes are joined by slashes, instances and paths by commas; the file is the last node's")
    void joined() throws Exception {
        Bytes path = Bytes.fromHex(
                "02010c00d041030a00000000" + "010106000003" + "7f010400" + "04040c005c00450046004900" + "7fff0400");
        assertThat(DevicePath.text(path)).isEqualTo("PciRoot(0x0)/Pci(0x3,0x0),\\EFI");
        assertThat(DevicePath.file(Bytes.fromHex("010106000003" + "04040c005c00450046004900")))
                .isEqualTo("\\EFI");
        assertThat(DevicePath.text(Bytes.empty())).isEmpty();
    }

    @Test
    @DisplayName("A length below 4, beyond the end, or too short for the node, and 101 nodes: refused")
    void refused() {
        for (String hex : new String[] {"01010300", "0101ff00", "010105000f", "04012a0001", "0404"}) {
            assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> DevicePath.text(Bytes.fromHex(hex)));
        }
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> DevicePath.text(Bytes.fromHex("01630400".repeat(1001))))
                .withMessageContaining("100 nodes");
    }

    @Test
    @DisplayName("Hostile nodes of every type end in text or in the one exception")
    void hostile() {
        ForAll.seeds(4000, random -> {
            byte[] node = new byte[random.nextInt(4, 80)];
            random.nextBytes(node);
            node[0] = (byte) random.nextInt(7);
            node[1] = (byte) random.nextInt(40);
            node[2] = (byte) node.length;
            node[3] = 0;
            try {
                assertThat(DevicePath.text(Bytes.of(node))).isNotEmpty();
            } catch (MalformedException expected) {
                assertThat(expected).hasMessageContaining("offset");
            }
        });
    }
}
