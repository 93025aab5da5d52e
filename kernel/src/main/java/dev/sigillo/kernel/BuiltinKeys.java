package dev.sigillo.kernel;

import dev.sigillo.bytes.Bytes;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * The certificates that were built into a kernel: certs/system_certificates.S lays them end to end, 8-byte aligned, and
 * behind them their size and the size of the first, as 64-bit integers. revocation_certificates.S does the same without
 * the second size. A certificate that lies elsewhere (wireless regulatory keys, for one) is in no keyring for modules.
 *
 * @param trusted of the keyring .builtin_trusted_keys, the build's own key first if it signed its modules
 * @param revoked of the keyring .blacklist
 * @param found whether a list of trusted keys was found; an empty one cannot be told from none
 */
public record BuiltinKeys(List<X509Certificate> trusted, List<X509Certificate> revoked, boolean found) {
    private static final int MAX_CERTIFICATES = 64;
    private static final int MAX_RUNS = 32;
    /** What looks like a certificate and is none costs time. */
    private static final int MAX_ATTEMPTS = 4096;

    private static final int SMALLEST = 128;
    /** CONFIG_SYSTEM_EXTRA_CERTIFICATE_SIZE: room for one more certificate between the list and its size. */
    private static final int EXTRA = 64 << 10;

    public BuiltinKeys {
        trusted = List.copyOf(trusted);
        revoked = List.copyOf(revoked);
    }

    /** Where certificates lie end to end: {@code ends.get(i)} is the end of the i-th. */
    private record Run(int start, List<Integer> ends) {
        long size(int count) {
            return ends.get(count - 1) - (long) start;
        }
    }

    /** Looks through a kernel that is not compressed. */
    static BuiltinKeys find(Bytes vmlinux) {
        List<X509Certificate> trusted = List.of();
        List<X509Certificate> revoked = List.of();
        int runs = 0;
        int attempts = 0;
        int at = 0;
        while (at + SMALLEST < vmlinux.size() && runs < MAX_RUNS && attempts < MAX_ATTEMPTS) {
            int size = certificateSize(vmlinux, at);
            if (size == 0) {
                at += 8;
                continue;
            }
            attempts++;
            if (certificates(vmlinux, new Run(at, List.of(at + size)), 1).isEmpty()) {
                at += 8;
                continue;
            }
            runs++;
            Run run = run(vmlinux, at);
            int listed = listed(vmlinux, run, true);
            if (listed > 0 && trusted.isEmpty()) {
                trusted = certificates(vmlinux, run, listed);
            } else if (listed == 0) {
                int others = listed(vmlinux, run, false);
                if (others > 0) {
                    revoked = certificates(vmlinux, run, others);
                }
            }
            at = (run.ends().getLast() + 7) & ~7;
        }
        return new BuiltinKeys(trusted, revoked, !trusted.isEmpty());
    }

    private static Run run(Bytes vmlinux, int start) {
        List<Integer> ends = new ArrayList<>();
        int at = start;
        while (ends.size() < MAX_CERTIFICATES) {
            int size = certificateSize(vmlinux, at);
            if (size == 0) {
                break;
            }
            at += size;
            ends.add(at);
        }
        return new Run(start, ends);
    }

    /** The size of what looks like an X.509 certificate: SEQUENCE { SEQUENCE { [0] { INTEGER 2 … }}}; 0 for what does not. */
    private static int certificateSize(Bytes in, int at) {
        if (at + SMALLEST > in.size() || in.at(at) != 0x30 || in.at(at + 1) != 0x82) {
            return 0;
        }
        int size = (in.at(at + 2) << 8 | in.at(at + 3)) + 4;
        boolean certificate = in.at(at + 4) == 0x30
                && in.at(at + 5) == 0x82
                && in.at(at + 8) == 0xA0
                && in.at(at + 9) == 3
                && in.at(at + 10) == 2;
        return certificate && size >= SMALLEST && size <= in.size() - at ? size : 0;
    }

    /** How many of the run are counted by a size behind it; 0 when none is. */
    private static int listed(Bytes in, Run run, boolean withFirst) {
        for (int count = run.ends().size(); count > 0; count--) {
            int end = run.ends().get(count - 1);
            int last = (int) Math.min(in.size() - 16L, end + (withFirst ? EXTRA : 8L));
            for (int at = (end + 7) & ~7; at <= last; at += 8) {
                if (word(in, at) == run.size(count)) {
                    long first = word(in, at + 8);
                    if (!withFirst
                            || first == run.size(1)
                            || first == 0 && count == run.ends().size()) {
                        return count;
                    }
                }
            }
        }
        return 0;
    }

    private static long word(Bytes in, int at) {
        long value = 0;
        for (int i = 7; i >= 0; i--) {
            value = value << 8 | in.at(at + i);
        }
        return value;
    }

    private static List<X509Certificate> certificates(Bytes in, Run run, int count) {
        List<X509Certificate> certificates = new ArrayList<>();
        int start = run.start();
        for (int end : run.ends().subList(0, count)) {
            try {
                certificates.add((X509Certificate) CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(in.slice(start, end).toByteArray())));
            } catch (CertificateException unreadable) {
                // The kernel too passes over one that it cannot read ("Problem loading in-kernel X.509 certificate").
            }
            start = end;
        }
        return certificates;
    }
}
