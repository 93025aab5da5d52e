package dev.sigillo.agent;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.Tpm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLSocketFactory;

/**
 * The life of a node's agent: learn who the machine is, join, then renew for as long as it runs. It never gives up: a
 * refusal is said on the console and tried again, since the server may change its mind (a manifest that was published
 * late) and the machine has nothing else to do.
 */
final class Agent {

    private static final Duration AFTER_REFUSAL = Duration.ofSeconds(30);
    private static final Duration NOT_YET = Duration.ofSeconds(2);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    /** What doubling ends at: a node whose network is back has seconds left, not minutes, before it counts as silent. */
    private static final Duration LONGEST_AFTER_FAILURE = Duration.ofSeconds(5);

    private static final Duration POLL = Duration.ofMillis(50);

    /** Drivers are there within seconds, or gave up. */
    private static final Duration TPM_WAIT = Duration.ofSeconds(60);

    /** Published by the firmware exactly when the machine has a TPM. */
    private static final String TPM_TABLE = "sys/firmware/acpi/tables/TPM2";

    private final Path root;
    private final Programs programs;
    private final TpmSource tpm;
    private final Clock clock;
    private final LongSupplier monotonic;
    private final Pause pause;
    private final NodeServices services;

    /** Opens the machine's TPM. */
    interface TpmSource {
        /** Empty while the kernel has no TPM yet. */
        Optional<Tpm> open() throws IOException;
    }

    /** {@link Thread#sleep(Duration)}, or a test's. */
    interface Pause {
        void sleep(Duration time) throws InterruptedException;
    }

    /**
     * @param root {@code /}, or a folder in its place in tests
     * @param monotonic nanoseconds that never jump: {@link System#nanoTime}
     */
    Agent(Path root, Programs programs, TpmSource tpm, Clock clock, LongSupplier monotonic, Pause pause) {
        this.root = root;
        this.programs = programs;
        this.tpm = tpm;
        this.clock = clock;
        this.monotonic = monotonic;
        this.pause = pause;
        services = new NodeServices(root, programs, clock);
    }

    /** Returns only by an exception. */
    void run() throws IOException, MalformedException, GeneralSecurityException, InterruptedException {
        Console.say("starting");
        Beside<NodeKey> key = Beside.start("key", NodeKey::generate); // the longest computation, so it goes first
        Bytes text = awaitDrive();
        Optional<Tpm> device = awaitTpm();
        if (device.isPresent()) {
            DriveMeasurement.measure(device.get(), text); // nothing of the drive is used before
        }
        ConfigDrive drive = ConfigDrive.parse(text);
        Console.say("this is machine " + drive.machine() + ", " + drive.address());
        Beside<SSLSocketFactory> tls = Beside.start("tls", () -> Tls.trusting(drive.caCertificate(), Optional.empty()));
        Optional<Beside<Vtpm>> vtpm = drive.token().isPresent() ? Optional.empty() : Optional.of(openVtpm(device));
        Enrolment enrolment = new Enrolment(drive.enrolment(), drive.machine());
        new Network(root, programs).await(drive, pause, POLL);

        Optional<Joined> before = services.saved();
        Beside<Void> filter = Beside.start("filter", () -> onlyForUs(drive));
        if (before.isPresent()) {
            filter.join(); // an earlier run's filter lets nobody out, not even this run
        }
        SSLSocketFactory anonymous = tls.join();
        Round round;
        if (vtpm.isPresent()) {
            before = Optional.empty(); // it can prove itself anew
            HttpsClient early = enrolment.client(anonymous);
            connectEarly(early); // the handshake runs while the TPM makes its key
            round = new AttestedRound(
                    enrolment, anonymous, vtpm.get().join(), new SentLogs(new BootRecords(root)), monotonic, early);
        } else {
            round = new TokenRound(enrolment, drive, anonymous, services, before);
        }
        Joined joined = before.isPresent() ? before.get() : until(round::enrol, enrolment, key.join());
        drive.token().ifPresent(JoinToken::drop);
        filter.join();
        services.start(drive, joined);
        Console.say("joined as " + joined.data().nodeName() + ", kubelet started, next verdict in "
                + joined.data().renewAfter().toSeconds() + " s");
        preload(enrolment, anonymous, joined);
        goOn(
                round,
                enrolment,
                joined,
                before.isPresent() ? Duration.ZERO : joined.data().renewAfter());
    }

    /** Attests and renews, each when it is due; a renewal is an attestation, too. */
    private void goOn(Round round, Enrolment enrolment, Joined first, Duration renewal)
            throws IOException, GeneralSecurityException, InterruptedException {
        Lease lease = new Lease(clock, monotonic, pause);
        Joined joined = first;
        long began = monotonic.getAsLong();
        Duration renewAfter = renewal;
        while (true) {
            Duration left = renewAfter.minusNanos(monotonic.getAsLong() - began);
            Optional<Duration> attestation = round.untilNext().filter(until -> until.compareTo(left) < 0);
            boolean ending = lease.await(joined.data().expires(), attestation.orElse(left));
            if (attestation.isPresent() && !ending) {
                Joined now = until(round::attest, enrolment, NodeKey.generate());
                if (now.equals(joined)) {
                    continue;
                }
                joined = now; // the whole challenge was asked for
            } else {
                joined = until(round::enrol, enrolment, NodeKey.generate());
            }
            began = monotonic.getAsLong();
            renewAfter = joined.data().renewAfter();
            services.refresh(joined);
            Console.say("renewed until " + joined.data().expires());
        }
    }

    /** One attempt at something of the server. */
    interface Attempt {
        Joined with(NodeKey key)
                throws IOException, MalformedException, GeneralSecurityException, RefusedException,
                        InterruptedException;
    }

    /** How a machine proves itself. */
    interface Round {
        /** One attempt at a certificate, the first or the next. */
        Joined enrol(NodeKey key)
                throws IOException, MalformedException, GeneralSecurityException, RefusedException,
                        InterruptedException;

        /** How long until the machine is to attest itself, certificates apart; empty if it is not to. */
        default Optional<Duration> untilNext() {
            return Optional.empty();
        }

        /**
         * One attempt at an attestation.
         *
         * @param fresh for the certificate that comes with it, should the server ask for the whole challenge
         * @return what the machine holds now, mostly the same as before
         */
        default Joined attest(NodeKey fresh)
                throws IOException, MalformedException, GeneralSecurityException, RefusedException,
                        InterruptedException {
            return enrol(fresh);
        }
    }

    private Joined until(Attempt attempt, Enrolment enrolment, NodeKey firstKey)
            throws GeneralSecurityException, InterruptedException {
        NodeKey key = firstKey;
        Duration afterFailure = AFTER_FAILURE;
        while (true) {
            try {
                Joined joined = attempt.with(key);
                GuestClock.follow(clock, programs, enrolment.serverTime());
                return joined;
            } catch (RefusedException refused) {
                Console.say((refused.isVerdict() ? "REFUSED: " : "not yet: ") + refused.getMessage());
                for (String finding : refused.findings()) {
                    Console.say("  " + finding);
                }
                Duration other = refused.isNotYet() ? NOT_YET : afterFailure;
                pause.sleep(refused.isVerdict() ? AFTER_REFUSAL : other);
            } catch (IOException | MalformedException | GeneralSecurityException failed) {
                Console.say("enrolment failed, trying again in " + afterFailure.toSeconds() + " s: "
                        + failed.getClass().getSimpleName() + ": " + failed.getMessage());
                pause.sleep(afterFailure);
                Duration doubled = afterFailure.multipliedBy(2);
                afterFailure = doubled.compareTo(LONGEST_AFTER_FAILURE) > 0 ? LONGEST_AFTER_FAILURE : doubled;
            }
            key = NodeKey.generate();
        }
    }

    private Bytes awaitDrive() throws IOException, InterruptedException {
        Optional<Path> device = ConfigDrive.locate(root);
        while (device.isEmpty()) {
            pause.sleep(POLL);
            device = ConfigDrive.locate(root);
        }
        return ConfigDrive.read(device.get());
    }

    /** Asked of firmware and kernel and not of the drive, which is not measured yet. */
    private Optional<Tpm> awaitTpm() throws IOException, InterruptedException {
        Optional<Tpm> opened = tpm.open();
        long began = monotonic.getAsLong();
        while (opened.isEmpty() && Files.exists(root.resolve(TPM_TABLE))) {
            if (monotonic.getAsLong() - began > TPM_WAIT.toNanos()) {
                // The server reads this on the console and makes the machine anew.
                Console.say("the kernel has no TPM, and the firmware has one");
                throw new IOException("without its TPM this machine has nothing to enrol by");
            }
            pause.sleep(POLL);
            opened = tpm.open();
        }
        return opened;
    }

    private static Beside<Vtpm> openVtpm(Optional<Tpm> device) throws IOException {
        Tpm present =
                device.orElseThrow(() -> new IOException("this machine has no TPM and its config drive no join token:"
                        + " it has nothing to enrol by; it must be made anew"));
        return Beside.start("vtpm", () -> {
            Vtpm vtpm = Vtpm.open(present);
            Console.say("attestation key ready");
            return vtpm;
        });
    }

    private Void onlyForUs(ConfigDrive drive) {
        try {
            new EnrolmentFilter(root, programs).open(drive);
        } catch (IOException failed) {
            Console.say("no filter before the enrolment server: " + failed.getMessage());
        }
        return null;
    }

    private static void connectEarly(HttpsClient client) {
        try {
            client.connect();
        } catch (IOException failed) {
            Console.say("the enrolment server does not answer yet: " + failed.getMessage());
        }
    }

    private void preload(Enrolment enrolment, SSLSocketFactory anonymous, Joined joined) {
        if (joined.data().preload().isEmpty()) {
            return;
        }
        Beside<Void> _ = Beside.start("preload", () -> {
            // Anonymous: archives are checked by their digest, and they may take longer than a certificate lives.
            try (HttpsClient client = enrolment.patient(anonymous)) {
                new Archives(root, programs, pause)
                        .preload(client, joined.data().preload());
            } catch (RuntimeException bug) { // nobody waits for this thread, so it speaks for itself
                Console.say("preloading stopped: " + bug);
            }
            return null;
        });
    }
}
