package dev.sigillo.attest;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SbatEntry;
import dev.sigillo.uefi.SignatureFile;
import dev.sigillo.uefi.SignatureList;
import dev.sigillo.uefi.VarStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads signature databases from where people keep them. A file may be a certificate (DER, or PEM with one or more), an
 * EFI_SIGNATURE_LIST file, a signed update (EFI_VARIABLE_AUTHENTICATION_2, whose signature is not verified), a variable
 * from efivarfs, an EDK2 varstore, or text whose lines begin with a SHA-256. A folder may be efivarfs itself, or hold
 * certificates and lists. At most
 * {@value #MOST_BYTES} bytes of a file or folder are read, and {@value #MOST_FILES} files.
 */
public final class TrustFiles {

    private static final int MOST_BYTES = 16 << 20;
    private static final int MOST_FILES = 1000;
    private static final Guid NOBODY = Guid.of("00000000-0000-0000-0000-000000000000");
    private static final Pattern CERTIFICATE_NAME = Pattern.compile("(?i).*\\.(pem|crt|cer|der|cert|esl|auth)");
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PEM_BEGIN = "-----BEGIN " + CERTIFICATE + "-----";

    private TrustFiles() {}

    /**
     * The lists of a file or folder.
     *
     * @param database which variable to take where the path is a varstore or efivarfs
     * @throws MalformedException naming the file that is of no such form
     * @throws IOException if something cannot be read
     */
    public static List<SignatureList> read(Path path, TrustDatabase database) throws IOException, MalformedException {
        if (!Files.isDirectory(path)) {
            return parse(bytes(path), database);
        }
        List<Path> variables = variables(path, database);
        if (!variables.isEmpty()) {
            List<SignatureList> lists = new ArrayList<>();
            for (Path variable : variables) {
                lists.addAll(SignatureList.parseAll(SignatureFile.variable(bytes(variable))));
            }
            return lists;
        }
        return folder(path, database);
    }

    private static List<SignatureList> folder(Path path, TrustDatabase database)
            throws IOException, MalformedException {
        List<Path> files;
        try (Stream<Path> all = Files.list(path)) {
            files = all.filter(Files::isRegularFile)
                    .filter(file -> CERTIFICATE_NAME
                            .matcher(file.getFileName().toString())
                            .matches())
                    .sorted()
                    .limit(MOST_FILES + 1L)
                    .toList();
        }
        if (files.isEmpty() || files.size() > MOST_FILES) {
            throw new MalformedException(
                    path.toString(),
                    0,
                    files.isEmpty()
                            ? "no certificate in it (.pem, .crt, .cer, .der, .cert, .esl or .auth)"
                            : "more than " + MOST_FILES + " files");
        }
        List<SignatureList> lists = new ArrayList<>();
        long total = 0;
        for (Path file : files) {
            try {
                Bytes content = bytes(file);
                total += content.size();
                if (total > MOST_BYTES) {
                    throw new MalformedException("folder", 0, "more than " + MOST_BYTES + " bytes up to here");
                }
                lists.addAll(parse(content, database));
            } catch (MalformedException malformed) {
                throw new MalformedException(
                        file.getFileName() + ": " + malformed.field(), malformed.offset(), malformed.detail());
            }
        }
        return lists;
    }

    /**
     * The lists in one file's bytes, whatever form they have.
     *
     * @param database which variable to take where the bytes are a varstore
     */
    public static List<SignatureList> parse(Bytes file, TrustDatabase database) throws MalformedException {
        String start = file.slice(0, Math.min(file.size(), 256)).utf8();
        boolean text =
                !start.isBlank() && start.lines().findFirst().orElse("").chars().allMatch(TrustFiles::isText);
        if (text) {
            String all = file.utf8();
            return all.contains(PEM_BEGIN) ? pem(file) : hashes(all); // text before the first certificate is common
        }
        if (isVarstore(file)) {
            TrustStore store = TrustStore.of(VarStore.parse(file));
            return switch (database) {
                case DBX -> store.dbx();
                case MOK_LIST -> store.mok();
                case MOK_LIST_X -> store.mokx();
                case DB, VENDOR, VENDOR_DBX, SBAT_LEVEL, PUBLISHED_KEYS -> store.db();
            };
        }
        if (file.size() > 1 && file.at(0) == 0x30 && (file.at(1) & 0x80) != 0) {
            requireCertificateSize(file);
            if (Certificates.read(file).isEmpty()) {
                throw new MalformedException("certificate", 0, "DER, but no X.509 certificate");
            }
            return List.of(SignatureList.certificate(NOBODY, file));
        }
        return SignatureFile.parse(file);
    }

    private static List<SignatureList> pem(Bytes file) throws MalformedException {
        List<SignatureList> lists = new ArrayList<>();
        for (Pem.Block block : Pem.read(file, MOST_FILES)) {
            if (!block.label().equals(CERTIFICATE)) {
                continue; // a key beside its certificate is no entry
            }
            requireCertificateSize(block.der());
            if (Certificates.read(block.der()).isEmpty()) {
                throw new MalformedException("PEM", 0, "no X.509 certificate between BEGIN and END");
            }
            lists.add(SignatureList.certificate(NOBODY, block.der()));
        }
        return lists;
    }

    private static void requireCertificateSize(Bytes der) throws MalformedException {
        if (der.size() > Certificates.MAX_SIZE) {
            throw new MalformedException(
                    "certificate", 0, der.size() + " bytes, at most " + Certificates.MAX_SIZE + " expected");
        }
    }

    private static List<SignatureList> hashes(String text) throws MalformedException {
        List<Bytes> digests = new ArrayList<>();
        byte[] digest = new byte[HashAlgorithm.SHA256.size()];
        int end;
        for (int start = 0; start < text.length(); start = end + 1) {
            end = lineEnd(text, start);
            int from = start;
            while (from < end && Character.isWhitespace(text.charAt(from))) {
                from++;
            }
            if (isHash(text, from, end, digest)) {
                digests.add(Bytes.of(digest));
            } else if (!digests.isEmpty() && from < end) {
                throw new MalformedException("text", start, "line " + (digests.size() + 1) + " is no SHA-256");
            }
        }
        if (digests.isEmpty()) {
            throw new MalformedException(
                    "file", 0, "neither certificate, signature list, signed update, varstore nor SHA-256 hashes");
        }
        return List.of(SignatureList.hashes(NOBODY, digests));
    }

    private static int lineEnd(String text, int start) {
        int end = start;
        while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
            end++;
        }
        return end;
    }

    /** A digest in hexadecimal, then nothing or a name behind white space, comma or semicolon. */
    private static boolean isHash(String text, int from, int end, byte[] digest) {
        int digits = 2 * digest.length;
        if (end - from < digits || (end - from > digits && !isBetween(text.charAt(from + digits)))) {
            return false;
        }
        for (int i = 0; i < digest.length; i++) {
            int high = hexDigit(text.charAt(from + 2 * i));
            int low = hexDigit(text.charAt(from + 2 * i + 1));
            if (high < 0 || low < 0) {
                return false;
            }
            digest[i] = (byte) (high << 4 | low);
        }
        return true;
    }

    private static boolean isBetween(char c) {
        return Character.isWhitespace(c) || c == ',' || c == ';';
    }

    private static int hexDigit(char c) {
        return c <= 'f' ? Character.digit(c, 16) : -1;
    }

    private static boolean isVarstore(Bytes file) {
        return file.size() > 44 && file.slice(40, 44).equals(Bytes.utf8("_FVH"));
    }

    /** An SBAT level as CSV text, as efivarfs has SbatLevelRT, or in a varstore. */
    public static List<SbatEntry> sbatLevel(Bytes file) throws MalformedException {
        if (isVarstore(file)) {
            return TrustStore.of(VarStore.parse(file)).sbatLevel();
        }
        ByteReader in = new ByteReader(file);
        boolean attributes = file.size() > 4 && in.u32le("Attributes") < 0x100;
        List<SbatEntry> level = SbatEntry.parse(attributes ? in.rest() : file);
        if (level.isEmpty() || !level.getFirst().component().equals("sbat")) {
            throw new MalformedException("SBAT level", 0, "its first line must be like sbat,1,2025021800");
        }
        return level;
    }

    /** Everything that a running machine's efivarfs shows. */
    public static TrustStore efivarfs(Path folder) throws IOException, MalformedException {
        Optional<Path> level =
                Optional.of(folder.resolve("SbatLevelRT-" + Guid.SHIM_LOCK)).filter(Files::isRegularFile);
        TrustStore store = TrustStore.empty()
                .withDb(variable(folder, TrustDatabase.DB))
                .withDbx(variable(folder, TrustDatabase.DBX))
                .withMok(variable(folder, TrustDatabase.MOK_LIST))
                .withMokx(variable(folder, TrustDatabase.MOK_LIST_X));
        if (isSet(folder, "MokDBStateRT")) {
            store = store.withShimIgnoringDb();
        }
        return level.isPresent() ? store.withSbatLevel(sbatLevel(bytes(level.get()))) : store;
    }

    /** Whether one of shim's states is 1 on a running machine, {@code MokSBStateRT} for example. */
    public static boolean isSet(Path efivarfs, String state) throws IOException, MalformedException {
        Path file = efivarfs.resolve(state + "-" + Guid.SHIM_LOCK);
        return Files.isRegularFile(file) && TrustStore.isSet(SignatureFile.variable(bytes(file)));
    }

    private static List<SignatureList> variable(Path folder, TrustDatabase database)
            throws IOException, MalformedException {
        return variables(folder, database).isEmpty() ? List.of() : read(folder, database);
    }

    /** shim splits a long list: MokListRT, MokListRT1, MokListRT2 and so on. */
    private static List<Path> variables(Path folder, TrustDatabase database) {
        String name = name(database);
        Guid vendor = name.startsWith("Mok") ? Guid.SHIM_LOCK : Guid.IMAGE_SECURITY_DATABASE;
        List<Path> found = new ArrayList<>();
        for (int part = 0; !name.isEmpty() && part < MOST_FILES; part++) {
            Path file = folder.resolve(name + (part == 0 ? "" : part) + "-" + vendor);
            if (!Files.isRegularFile(file)) {
                break;
            }
            found.add(file);
        }
        return found;
    }

    private static String name(TrustDatabase database) {
        return switch (database) {
            case DB -> "db";
            case DBX -> "dbx";
            case MOK_LIST -> "MokListRT";
            case MOK_LIST_X -> "MokListXRT";
            case VENDOR, VENDOR_DBX, SBAT_LEVEL, PUBLISHED_KEYS -> "";
        };
    }

    private static boolean isText(int character) {
        return character == '\t' || (character >= ' ' && character != 0x7F && character != 0xFFFD);
    }

    private static Bytes bytes(Path file) throws IOException, MalformedException {
        boolean ofShell = file.equals(Path.of("/dev/stdin")) || file.startsWith("/dev/fd") || file.startsWith("/proc");
        if (Files.exists(file) && !Files.isRegularFile(file) && !ofShell) {
            throw new IOException("it is a named pipe, socket or device, from which nothing may ever come");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new MalformedException(file.getFileName().toString(), 0, "more than " + MOST_BYTES + " bytes");
            }
            return Bytes.of(bytes);
        }
    }
}
