package dev.sigillo.agent;

import dev.sigillo.bytes.Bytes;
import java.security.GeneralSecurityException;
import java.util.Base64;

/** RFC 7468 text around DER. */
final class Pem {

    private Pem() {}

    static String write(String label, Bytes der) {
        String base64 = der.base64();
        StringBuilder out = new StringBuilder("-----BEGIN ").append(label).append("-----\n");
        for (int i = 0; i < base64.length(); i += 64) {
            out.append(base64, i, Math.min(i + 64, base64.length())).append('\n');
        }
        return out.append("-----END ").append(label).append("-----\n").toString();
    }

    /** @throws GeneralSecurityException if the text has no such block, or one that is not Base64 */
    static Bytes first(String label, String pem) throws GeneralSecurityException {
        String begin = "-----BEGIN " + label + "-----";
        int start = pem.indexOf(begin);
        int end = pem.indexOf("-----END " + label + "-----", start < 0 ? 0 : start + begin.length());
        if (start < 0 || end < 0) {
            throw new GeneralSecurityException(
                    "no PEM block \"" + label + "\" in a text of " + pem.length() + " characters");
        }
        try {
            return Bytes.of(Base64.getMimeDecoder().decode(pem.substring(start + begin.length(), end)));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("the PEM block \"" + label + "\" is not Base64", e);
        }
    }
}
