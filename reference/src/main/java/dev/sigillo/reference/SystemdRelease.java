package dev.sigillo.reference;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pe.PeImage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which release of systemd-boot or systemd-stub an image is: both carry it in section {@code .sdmagic}, {@code "####
 * LoaderInfo: systemd-stub 257.13-1~deb13u1 ####"}. Only releases are predicted whose measurements were compared with
 * what a machine's firmware logged.
 */
enum SystemdRelease {
    /** Debian 12. The stub leaves space before a command line; the loader passes the image's own line and measures it. */
    V252,
    /** Debian 13. The stub measures .uname and .sbat and adds os-release to the initrd; the loader measures loader.conf. */
    V257;

    private static final Pattern MAGIC = Pattern.compile("#### LoaderInfo: (systemd-(?:boot|stub)) ([0-9]{1,6})\\b.*");

    /**
     * @param what "systemd-boot" or "systemd-stub"
     * @throws UnpredictableException if it is neither, or a release that is not known
     */
    static SystemdRelease of(PeImage image, String what) throws MalformedException, UnpredictableException {
        String magic = image.section(".sdmagic").orElse(Bytes.empty()).utf8();
        Matcher matcher = MAGIC.matcher(magic.replace("\0", "").strip());
        if (!matcher.matches() || !matcher.group(1).equals(what)) {
            throw new UnpredictableException("no " + what + ": section .sdmagic does not say \"LoaderInfo: " + what
                    + " VERSION\"; name the image that the firmware starts");
        }
        return switch (matcher.group(2)) {
            case "252" -> V252;
            case "257" -> V257;
            default ->
                throw new UnpredictableException(what + " " + matcher.group(2)
                        + ": what it measures is known for 252 and 257; for another take PCR 9, 11 and 12 of the log of"
                        + " a good boot");
        };
    }
}
