package dev.sigillo.inspect;

import dev.sigillo.attest.Certificates;
import dev.sigillo.attest.TrustDatabase;
import dev.sigillo.attest.TrustFiles;
import dev.sigillo.attest.TrustStore;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SignatureEntry;
import dev.sigillo.uefi.SignatureList;
import dev.sigillo.uefi.VarStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The lists of one machine, as far as they are known.
 *
 * @param store db, dbx, MOK and SBAT level; empty lists where they are not known
 * @param dbKnown whether db is this machine's; without it a good signature decides nothing
 * @param secureBoot whether Secure Boot is on; empty when nothing shows it
 * @param validationOff MokSBState: shim was told to let everything run, and the kernel to take Secure Boot for off
 * @param moduleKeys certificates that were given as built into the kernel
 */
record MachineTrust(
        TrustStore store,
        boolean dbKnown,
        Optional<Boolean> secureBoot,
        boolean validationOff,
        List<X509Certificate> moduleKeys) {
    private static final int MAX_VARSTORE = 64 << 20;
    private static final int MAX_LEVEL = 1 << 20;

    static MachineTrust read(TrustSources sources) throws UnusableException {
        TrustStore store = TrustStore.empty();
        boolean known = false;
        Optional<Boolean> secureBoot = Optional.empty();
        boolean validationOff = false;
        Optional<Path> efivarfs = sources.efivarfs().filter(Files::isDirectory);
        if (efivarfs.isPresent()) {
            store = read(efivarfs.get(), TrustFiles::efivarfs);
            known = !store.db().isEmpty();
            secureBoot = read(efivarfs.get(), MachineTrust::secureBoot);
            validationOff = read(efivarfs.get(), folder -> TrustFiles.isSet(folder, "MokSBStateRT"));
        }
        if (sources.varstore().isPresent()) {
            VarStore variables = read(sources.varstore().get(), MachineTrust::varstore);
            store = read(sources.varstore().get(), _ -> TrustStore.of(variables));
            known = true;
            secureBoot = Optional.of(variables.secureBoot());
            validationOff = TrustStore.isSet(variables, "MokSBState");
        }
        if (sources.db().isPresent()) {
            store = store.withDb(read(sources.db().get(), path -> TrustFiles.read(path, TrustDatabase.DB)));
            known = true;
        }
        if (sources.dbx().isPresent()) {
            store = store.withDbx(read(sources.dbx().get(), path -> TrustFiles.read(path, TrustDatabase.DBX)));
        }
        if (sources.mok().isPresent()) {
            store = store.withMok(read(sources.mok().get(), path -> TrustFiles.read(path, TrustDatabase.MOK_LIST)));
        }
        if (sources.sbatLevel().isPresent()) {
            store = store.withSbatLevel(
                    read(sources.sbatLevel().get(), path -> TrustFiles.sbatLevel(bytes(path, MAX_LEVEL))));
        }
        List<X509Certificate> keys = sources.moduleKeys().isPresent()
                ? certificates(read(sources.moduleKeys().get(), path -> TrustFiles.read(path, TrustDatabase.MOK_LIST)))
                : List.of();
        return new MachineTrust(store, known, secureBoot, validationOff, keys);
    }

    private static VarStore varstore(Path file) throws IOException, MalformedException {
        return VarStore.parse(bytes(file, MAX_VARSTORE));
    }

    /** Not by its size: a device has none, and may have no end. */
    private static Bytes bytes(Path file, int most) throws IOException, MalformedException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new MalformedException(file.toString(), 0, "more than " + most + " bytes");
            }
            return Bytes.of(bytes);
        }
    }

    private static Optional<Boolean> secureBoot(Path efivarfs) throws IOException {
        Path variable = efivarfs.resolve("SecureBoot-" + Guid.GLOBAL_VARIABLE);
        if (!Files.isRegularFile(variable)) {
            return Optional.empty();
        }
        byte[] value = Files.readAllBytes(variable); // four bytes of attributes, then 0 or 1
        return value.length == 5 ? Optional.of(value[4] == 1) : Optional.empty();
    }

    /** The certificates among the entries. */
    static List<X509Certificate> certificates(List<SignatureList> lists) {
        List<X509Certificate> certificates = new ArrayList<>();
        for (SignatureList list : lists) {
            for (SignatureEntry entry : list.entries()) {
                if (list.type().equals(SignatureList.X509)) {
                    Certificates.read(entry.data()).ifPresent(certificates::add);
                }
            }
        }
        return certificates;
    }

    private interface Reader<T> {
        T read(Path path) throws IOException, MalformedException;
    }

    private static <T> T read(Path path, Reader<T> reader) throws UnusableException {
        try {
            return reader.read(path);
        } catch (MalformedException malformed) {
            throw new UnusableException(
                    path + " is unusable: " + malformed.field() + ": " + malformed.detail(), malformed);
        } catch (java.nio.file.NoSuchFileException absent) {
            throw new UnusableException("There is no file or folder " + path, absent);
        } catch (IOException unreadable) {
            throw new UnusableException(path + " cannot be read: " + Walk.why(unreadable), unreadable);
        }
    }
}
