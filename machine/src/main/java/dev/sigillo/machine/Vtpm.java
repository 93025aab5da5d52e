package dev.sigillo.machine;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.pki.Pem;
import dev.sigillo.process.ChildId;
import dev.sigillo.process.ChildSpec;
import dev.sigillo.process.Children;
import dev.sigillo.process.Folders;
import dev.sigillo.process.Launch;
import dev.sigillo.tpm.NvPublic;
import dev.sigillo.tpm.SwtpmControl;
import dev.sigillo.tpm.SwtpmTransport;
import dev.sigillo.tpm.Tpm;
import dev.sigillo.tpm.TpmKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A machine's TPM 2.0: its manufacture, and swtpm, which is it while the machine runs. The state is encrypted with a key
 * of the machine's own, which swtpm gets on descriptor 0 and which lies apart from the state: a copy of the state alone
 * does not start.
 */
final class Vtpm {
    static final String ROLE = "swtpm";
    private static final String MAKER = "maker";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final int KEY_BYTES = 32;
    /** It ends when QEMU is gone. */
    private static final String WITH_QEMU = "--terminate";

    private final EngineHome home;
    private final Children children;
    private final MachineId id;
    private final MachineUsers users;
    private final JailPaths jail;

    Vtpm(EngineHome home, Children children, MachineId id, MachineUsers users) {
        this.home = home;
        this.children = children;
        this.id = id;
        this.users = users;
        this.jail = new JailPaths(home.run());
    }

    private Path state() {
        return home.machine(id).resolve("tpm");
    }

    private static Path certificateFile(EngineHome home, MachineId id) {
        return home.machine(id).resolve("ek.der");
    }

    /** The EK certificate, once manufacture has ended. */
    static Optional<X509Certificate> ekCertificate(EngineHome home, MachineId id) {
        Path file = certificateFile(home, id);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Pem.certificate(Files.readAllBytes(file)));
        } catch (IOException unreadable) {
            throw new MachineException("cannot read " + file, unreadable);
        }
    }

    /**
     * Makes the vTPM: SHA-256 as its only PCR bank, the RSA-2048 EK (template L-1) persistent under 0x81010001, its
     * certificate in NV 0x01C00002. A half-made one is thrown away, key and all.
     *
     * @return resetCount at the end: the first boot's is one more
     */
    long manufacture(FleetCa fleet) throws IOException {
        stop();
        Folders.remove(state());
        Folders.ensure(state(), Folders.OWNER_ONLY);
        Folders.give(state(), users.tpm(), users.tpm());
        Folders.ensure(home.keys(), Folders.OWNER_ONLY);
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        Json.write(home.key(id), key);
        ChildId maker = start(MAKER, List.of("--server", "type=unixio,path=" + jail.tpmDataSocket()));
        try {
            long resets;
            X509Certificate certificate;
            try (SwtpmControl control = control(maker);
                    Tpm tpm = new Tpm(data(maker))) {
                onlySha256(control, tpm);
                tpm.disableClear();
                TpmKey ek = tpm.createEk();
                tpm.evictControl(ek.handle(), Tpm.EK_HANDLE);
                tpm.flushContext(ek.handle());
                certificate = fleet.issueEk(id, ek.publicArea().publicKey());
                Bytes encoded = encoded(certificate);
                tpm.nvDefine(NvPublic.EK_CERTIFICATE_RSA2048, encoded.size());
                tpm.nvWrite(NvPublic.EK_CERTIFICATE_RSA2048, encoded);
                tpm.nvWriteLock(NvPublic.EK_CERTIFICATE_RSA2048);
                resets = tpm.readClock().resetCount();
                tpm.shutdown();
                control.shutdown();
            }
            Json.write(
                    certificateFile(home, id),
                    encoded(certificate).toByteArray()); // last: it says that the vTPM is whole
            return resets;
        } finally {
            children.stop(maker, GRACE);
        }
    }

    private static void onlySha256(SwtpmControl control, Tpm tpm) throws IOException {
        control.init();
        tpm.startup();
        tpm.pcrAllocate(HashAlgorithm.SHA256);
        tpm.shutdown();
        control.init(); // the allocation holds from the next reset on
        tpm.startup();
    }

    /** A TPM for a probe, running: the same bank, no identity, no key, and it outlives QEMU so that it can be read. */
    void runBlank() throws IOException {
        Folders.ensure(state(), Folders.OWNER_ONLY);
        Folders.give(state(), users.tpm(), users.tpm());
        ChildId maker = start(MAKER, List.of("--server", "type=unixio,path=" + jail.tpmDataSocket()));
        try (SwtpmControl control = control(maker);
                Tpm tpm = new Tpm(data(maker))) {
            onlySha256(control, tpm);
            tpm.shutdown();
            control.shutdown();
        } finally {
            children.stop(maker, GRACE);
        }
        awaitListening(start(ROLE, List.of()));
    }

    /** What a blank TPM holds now that QEMU is gone: its registers stand in it as they are. */
    Bytes volatileState() throws IOException {
        try (SwtpmControl control = new SwtpmControl(home.tpmControlSocket(id))) {
            control.storeVolatile();
        }
        return Bytes.of(Files.readAllBytes(state().resolve("tpm2-00.volatilestate")));
    }

    /** Takes the place of this one's state and key: a copy of another machine's, as it is on the disk. */
    void takeStateOf(MachineId other) throws IOException {
        Path copy = state().resolve("tpm2-00.permall");
        Path original = home.machine(other).resolve("tpm").resolve("tpm2-00.permall");
        // Its folder is swtpm's user's: whoever broke out of swtpm may have left anything there.
        if (!Files.isRegularFile(original, LinkOption.NOFOLLOW_LINKS)) {
            throw new MachineException(original + " is no file");
        }
        try (InputStream state = Files.newInputStream(original, LinkOption.NOFOLLOW_LINKS)) {
            Files.copy(state, copy, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.setPosixFilePermissions(copy, Folders.OWNER_FILE);
        Folders.give(copy, users.tpm(), users.tpm());
        Json.write(home.key(id), Files.readAllBytes(home.key(other)));
    }

    private static Bytes encoded(X509Certificate certificate) {
        try {
            return Bytes.of(certificate.getEncoded());
        } catch (CertificateEncodingException impossible) {
            throw new MachineException("an issued certificate does not encode", impossible);
        }
    }

    /** Starts swtpm for QEMU to connect to; it ends when QEMU is gone. */
    void run() throws IOException {
        if (!Files.exists(home.key(id))) {
            throw new MachineException(
                    "the vTPM of %s does not start without the key of its state, %s".formatted(id, home.key(id)));
        }
        awaitListening(start(ROLE, List.of(WITH_QEMU)));
    }

    private ChildId start(String role, List<String> more) throws IOException {
        // Set-group-id: the socket gets the folder's group, so that QEMU may connect and nobody else.
        Path sockets = home.run(id).resolve("t");
        Folders.ensure(home.run(id), "rwx--x--x");
        Folders.ensure(sockets, Folders.OWNER_ONLY);
        Folders.give(sockets, users.tpm(), users.qemu());
        SetGroupId.on(sockets);
        Files.deleteIfExists(home.tpmControlSocket(id));
        Files.deleteIfExists(home.tpmDataSocket(id));
        Files.createDirectories(home.jail());
        List<String> swtpm = new ArrayList<>(List.of("swtpm", "socket", "--tpm2"));
        swtpm.addAll(List.of("--tpmstate", "dir=" + jail.state() + ",mode=0600"));
        swtpm.addAll(List.of("--ctrl", "type=unixio,path=" + jail.tpmSocket() + ",mode=0660"));
        boolean encrypted = Files.exists(home.key(id));
        if (encrypted) {
            swtpm.addAll(List.of("--key", "fd=0,mode=aes-256-cbc,format=binary"));
        }
        swtpm.addAll(more);
        List<String> unprivileged = Launch.asUser(users.tpm(), swtpm);
        List<String> command = new Jail(home)
                .folder(state(), jail.state())
                .folder(sockets, jail.tpmSockets())
                .around(more.contains(WITH_QEMU) ? Launch.behindOthers(unprivileged) : unprivileged);
        ChildSpec child = ChildSpec.of(
                home.child(id, role),
                command,
                home.machine(id),
                home.machine(id).resolve("tpm.log"));
        byte[] key = encrypted ? Files.readAllBytes(home.key(id)) : new byte[0];
        return children.start(child.withStdin(() -> key));
    }

    /** The socket's file is there a moment before swtpm listens on it: only a connection says that QEMU gets one. */
    private void awaitListening(ChildId child) throws IOException {
        control(child).close();
    }

    private SwtpmControl control(ChildId child) {
        return reach(child, () -> new SwtpmControl(home.tpmControlSocket(id)));
    }

    private SwtpmTransport data(ChildId child) {
        return reach(child, () -> new SwtpmTransport(home.tpmDataSocket(id)));
    }

    private interface Connection<T> {
        T open() throws IOException;
    }

    /** swtpm listens within a fraction of a second, or has ended. */
    private <T> T reach(ChildId child, Connection<T> connection) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return connection.open();
            } catch (IOException notYet) {
                if (!children.alive(child) || System.nanoTime() - deadline > 0) {
                    throw new MachineException(
                            "the vTPM of %s did not start: %s"
                                    .formatted(
                                            id,
                                            ConsoleText.tail(home.machine(id).resolve("tpm.log"), 1000)),
                            notYet);
                }
                Pause.shortly();
            }
        }
    }

    void stop() {
        for (String role : List.of(MAKER, ROLE)) {
            children.find(home.child(id, role)).ifPresent(child -> children.stop(child, GRACE));
        }
    }
}
