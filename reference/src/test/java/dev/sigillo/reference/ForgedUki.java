package dev.sigillo.reference;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;

/** Unified kernel images and systemd-boot as their releases write them, small. */
final class ForgedUki {

    static final String COMMAND_LINE = "console=ttyS0 quiet";
    private static final String SBAT = "sbat,1,SBAT Version,sbat,1,x\nsystemd-stub,1,y,y,257,z\n";

    /** The names that the stub's code looks for. */
    private static final String KNOWN_TO_252 = ".linux\0.osrel\0.cmdline\0.initrd\0.splash\0.dtb\0.pcrsig\0.pcrpkey\0";

    private static final String KNOWN_TO_257 = KNOWN_TO_252 + ".uname\0.sbat\0.ucode\0.profile\0";

    private ForgedUki() {}

    static ForgedPe stub(String release) {
        return new ForgedPe()
                .section(".text", Bytes.utf8(release.startsWith("252") ? KNOWN_TO_252 : KNOWN_TO_257))
                .section(".sbat", Bytes.utf8(SBAT))
                .section(".sdmagic", Bytes.utf8("#### LoaderInfo: systemd-stub " + release + " ####"));
    }

    static ForgedPe uki(String release, String kernel) {
        return stub(release)
                .section(".osrel", Bytes.utf8("ID=test\n"))
                .section(".cmdline", Bytes.utf8(COMMAND_LINE))
                .section(".uname", Bytes.utf8("6.12"))
                .section(".initrd", Bytes.utf8("an initrd"))
                .section(".linux", linux(kernel));
    }

    /** A kernel is a PE image itself. */
    static Bytes linux(String text) {
        return new ForgedPe().section(".text", Bytes.utf8(text)).toBytes();
    }

    static ForgedPe systemdBoot(String release) {
        return new ForgedPe()
                .section(".text", Bytes.utf8("code of the loader"))
                .section(".sbat", Bytes.utf8("sbat,1,SBAT Version,sbat,1,x\nsystemd-boot,1,y,y,257,z\n"))
                .section(".sdmagic", Bytes.utf8("#### LoaderInfo: systemd-boot " + release + " ####"));
    }

    static Bytes signed(ForgedPe image, ForgedSigner by) throws MalformedException {
        return ForgedPe.checked(image.signed(by));
    }
}
