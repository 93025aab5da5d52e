package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The revoked x64 boot images that are known by name; {@link #source} says from where. */
public final class RevokedImages {

    private static final int COLUMNS = 7;

    private final String source;
    private final Map<String, RevokedImage> byDigest;

    private RevokedImages(String source, Map<String, RevokedImage> byDigest) {
        this.source = source;
        this.byDigest = Collections.unmodifiableMap(byDigest);
    }

    /** Those that came with this library. */
    public static RevokedImages known() {
        return Shipped.IMAGES;
    }

    /** Where the list is from, and its date. */
    public String source() {
        return source;
    }

    /** The revocation of the image with this Authenticode digest; only SHA-256 is known. */
    public Optional<RevokedImage> find(Digest authenticode) {
        return authenticode.algorithm() == HashAlgorithm.SHA256
                ? Optional.ofNullable(byDigest.get(authenticode.hex()))
                : Optional.empty();
    }

    /** All of them, in the order of the list. */
    public Collection<RevokedImage> all() {
        return byDigest.values();
    }

    private static final class Shipped {
        static final RevokedImages IMAGES = read();

        private static RevokedImages read() {
            try (InputStream in = Objects.requireNonNull(RevokedImages.class.getResourceAsStream("dbx-x64.tsv"));
                    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                String source = Objects.requireNonNull(lines.readLine()).replaceFirst("^# *", "");
                lines.readLine(); // the headings
                Map<String, RevokedImage> found = new LinkedHashMap<>();
                lines.lines().forEach(line -> {
                    String[] column = line.split("\t", COLUMNS);
                    found.put(
                            column[0],
                            new RevokedImage(
                                    column[0],
                                    column[1].equals("yes"),
                                    column[2],
                                    column[3],
                                    column[4],
                                    column[5],
                                    column[6]));
                });
                return new RevokedImages(source, found);
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
    }
}
