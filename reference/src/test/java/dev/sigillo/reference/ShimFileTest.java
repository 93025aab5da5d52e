package dev.sigillo.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.attest.ShimFile;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.testkit.ForAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ShimFileTest {

    private static final Bytes CERTIFICATE = Bytes.utf8("DER of the vendor's certificate");
    private static final Bytes REVOCATIONS = Bytes.utf8("signature lists of what the vendor revokes");
    private static final String LEVEL = "sbat,1,2025021800\nshim,4\ngrub,5\n";

    private static Bytes shim() throws MalformedException {
        return ForgedPe.checked(ForgedPe.shim(CERTIFICATE, REVOCATIONS, LEVEL));
    }

    @Test
    @DisplayName("shim's vendor certificate, its revocations and the level that it sets by itself are read")
    void parse() throws Exception {
        assertThat(ShimFile.parse(shim())).isEqualTo(new ShimFile(CERTIFICATE, REVOCATIONS, Bytes.utf8(LEVEL)));
    }

    @Test
    @DisplayName("A signature at the end of the file changes nothing")
    void signed() throws Exception {
        Bytes signed =
                ForgedPe.checked(ForgedPe.shim(CERTIFICATE, REVOCATIONS, LEVEL).signed(ForgedSigner.root("CN=signer")));

        assertThat(ShimFile.parse(signed)).isEqualTo(ShimFile.parse(shim()));
    }

    @Test
    @DisplayName("A section whose name only ends like the wanted one is another")
    void similarName() throws Exception {
        Bytes shim = ForgedPe.checked(new ForgedPe()
                .section(".not.vendor_cert", Bytes.utf8("something else that is long enough"))
                .section(".vendor_cert", ForgedPe.vendor(CERTIFICATE, REVOCATIONS))
                .section(".sbatlevel", ForgedPe.levels(LEVEL, LEVEL)));

        assertThat(ShimFile.parse(shim).vendorCertificate()).isEqualTo(CERTIFICATE);
    }

    @Test
    @DisplayName("A shim without one of the sections is refused by the section's name")
    void missing() throws Exception {
        Bytes noVendor = ForgedPe.checked(new ForgedPe().section(".sbatlevel", ForgedPe.levels(LEVEL, LEVEL)));
        Bytes noLevel =
                ForgedPe.checked(new ForgedPe().section(".vendor_cert", ForgedPe.vendor(CERTIFICATE, REVOCATIONS)));

        assertThatThrownBy(() -> ShimFile.parse(noVendor))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(".vendor_cert");
        assertThatThrownBy(() -> ShimFile.parse(noLevel))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(".sbatlevel");
    }

    @Test
    @DisplayName("Sizes and offsets that leave their section are refused")
    void offsets() throws Exception {
        Bytes longVendor = ForgedPe.checked(new ForgedPe()
                .section(
                        ".vendor_cert",
                        new ByteWriter()
                                .u32le(17)
                                .u32le(0)
                                .u32le(16)
                                .u32le(16)
                                .u8(0)
                                .toBytes())
                .section(".sbatlevel", ForgedPe.levels(LEVEL, LEVEL)));
        Bytes farLevel = ForgedPe.checked(new ForgedPe()
                .section(".vendor_cert", ForgedPe.vendor(CERTIFICATE, REVOCATIONS))
                .section(
                        ".sbatlevel",
                        new ByteWriter().u32le(0).u32le(0xFFFFFFF0L).u32le(8).toBytes()));
        Bytes newVersion = ForgedPe.checked(new ForgedPe()
                .section(".vendor_cert", ForgedPe.vendor(CERTIFICATE, REVOCATIONS))
                .section(
                        ".sbatlevel",
                        new ByteWriter().u32le(1).u32le(8).u32le(8).toBytes()));

        assertThatThrownBy(() -> ShimFile.parse(longVendor)).hasMessageContaining("vendor_authorized");
        assertThatThrownBy(() -> ShimFile.parse(farLevel)).hasMessageContaining("previous");
        assertThatThrownBy(() -> ShimFile.parse(newVersion)).hasMessageContaining("version");
    }

    @Test
    @DisplayName("Hostile bytes give a MalformedException or a shim, nothing else")
    void hostile() throws Exception {
        Bytes honest = shim();
        ForAll.seeds(2000, random -> {
            byte[] bytes = honest.toByteArray();
            for (int i = random.nextInt(6); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                ShimFile.parse(Bytes.of(bytes));
            } catch (MalformedException refused) {
                assertThat(refused.offset()).isNotNegative();
            }
        });
    }
}
