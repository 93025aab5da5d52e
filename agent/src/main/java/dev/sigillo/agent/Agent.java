package dev.sigillo.agent;

import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.Tpm;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;

/**
 * The life of a node's agent: learn who the machine is, join, then renew for as long as it runs. It never gives up: a
 * refusal is said on the console and tried again, since the server may change its mind (a manifest that was published
 * late) and the machine has nothing else to do.
 */
final class Agent {

    private static final Duration AFTER_REFUSAL = Duration.ofSeconds(30);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration LOOK_AT_CLOCK = Duration.ofSeconds(10);
    private static final Duration LEAST_LEASE = Duration.ofSeconds(5);

    private final Path root;
    private final Programs programs;
    private final TpmSource tpm;
    private final Clock clock;
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

    /** @param root {@code /}, or a folder in its place in tests */
    Agent(Path root, Programs programs, TpmSource tpm, Clock clock, Pause pause) {
        this.root = root;
        this.programs = programs;
        this.tpm = tpm;
        this.clock = clock;
        this.pause = pause;
        services = new NodeServices(root, programs);
    }

    /** Returns only by an exception. */
    void run() throws IOException, MalformedException, GeneralSecurityException, InterruptedException {
        Console.say("starting");
        Beside<NodeKey> key = Beside.start("key", NodeKey::generate); // the longest computation, so it goes first
        ConfigDrive drive = awaitDrive();
        Beside<SSLSocketFactory> tls = Beside.start("tls", () -> Tls.trusting(drive.caCertificate(), Optional.empty()));
        Optional<Beside<Vtpm>> vtpm =
                drive.token().isPresent() ? Optional.empty() : Optional.of(Beside.start("vtpm", this::awaitVtpm));
        Enrolment enrolment = new Enrolment(drive.enrolment(), drive.machine(), new BootRecords(root));
        configureNetwork(drive);

        Optional<Joined> before = vtpm.isPresent() ? Optional.empty() : restored();
        SSLSocketFactory anonymous = tls.join();
        Round round;
        if (vtpm.isPresent()) {
            HttpsClient early = enrolment.client(anonymous);
            connectEarly(early); // the handshake runs while the TPM makes its key
            round = new AttestedRound(enrolment, anonymous, vtpm.get().join(), early);
        } else {
            round = new TokenRound(enrolment, drive, anonymous, before);
        }
        Joined joined = before.isPresent() ? before.get() : until(round, key.join());
        drive.token().ifPresent(JoinToken::drop);
        services.start(drive, joined);
        Console.say("joined as " + joined.data().nodeName() + ", kubelet started, next verdict at "
                + joined.data().renewAt());
        preload(enrolment, drive, joined);
        while (true) {
            sleepUntil(joined.data().renewAt());
            joined = until(round, NodeKey.generate());
            services.refresh(joined);
            Console.say("renewed until " + joined.data().expires());
        }
    }

    /** One attempt at a new lease. */
    interface Round {
        Joined enrol(NodeKey key)
                throws IOException, MalformedException, GeneralSecurityException, RefusedException,
                        InterruptedException;
    }

    private Joined until(Round round, NodeKey firstKey) throws GeneralSecurityException, InterruptedException {
        NodeKey key = firstKey;
        Duration afterFailure = AFTER_FAILURE;
        while (true) {
            try {
                return round.enrol(key);
            } catch (RefusedException refused) {
                Console.say((refused.isVerdict() ? "REFUSED: " : "not yet: ") + refused.getMessage());
                for (String finding : refused.findings()) {
                    Console.say("  " + finding);
                }
                pause.sleep(refused.isVerdict() ? AFTER_REFUSAL : afterFailure);
            } catch (IOException | MalformedException | GeneralSecurityException failed) {
                Console.say("enrolment failed, trying again in " + afterFailure.toSeconds() + " s: "
                        + failed.getClass().getSimpleName() + ": " + failed.getMessage());
                pause.sleep(afterFailure);
            }
            Duration doubled = afterFailure.multipliedBy(2);
            afterFailure = doubled.compareTo(AFTER_REFUSAL) > 0 ? AFTER_REFUSAL : doubled;
            key = NodeKey.generate();
        }
    }

    private ConfigDrive awaitDrive() throws IOException, MalformedException, InterruptedException {
        Optional<Path> device = ConfigDrive.locate(root);
        while (device.isEmpty()) {
            pause.sleep(POLL);
            device = ConfigDrive.locate(root);
        }
        ConfigDrive drive = ConfigDrive.read(device.get());
        Console.say("this is machine " + drive.machine() + ", " + drive.address());
        return drive;
    }

    private Vtpm awaitVtpm() throws IOException, InterruptedException {
        Optional<Tpm> opened = tpm.open();
        while (opened.isEmpty()) {
            pause.sleep(POLL);
            opened = tpm.open();
        }
        Vtpm vtpm = Vtpm.open(opened.get());
        Console.say("attestation key ready");
        return vtpm;
    }

    private void configureNetwork(ConfigDrive drive) throws InterruptedException {
        Network network = new Network(root, programs);
        String complaint = "";
        while (true) {
            try {
                Optional<String> card = network.card();
                if (card.isPresent()) {
                    network.configure(card.get(), drive);
                    return;
                }
            } catch (IOException failed) { // udev renames the card while it is being configured
                if (!complaint.equals(String.valueOf(failed.getMessage()))) {
                    complaint = String.valueOf(failed.getMessage());
                    Console.say("network: " + complaint);
                }
            }
            pause.sleep(POLL);
        }
    }

    private static void connectEarly(HttpsClient client) {
        try {
            client.connect();
        } catch (IOException failed) {
            Console.say("the enrolment server does not answer yet: " + failed.getMessage());
        }
    }

    /** A machine without a vTPM has used its token up; after a restart of the agent it renews by its certificate. */
    private Optional<Joined> restored() throws IOException {
        Optional<byte[]> saved = services.saved();
        if (saved.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Joined.restore(saved.get()));
        } catch (MalformedException e) {
            Console.say("cannot use what an earlier run left: " + e.getMessage());
            return Optional.empty();
        }
    }

    private void preload(Enrolment enrolment, ConfigDrive drive, Joined joined) {
        if (joined.data().preload().isEmpty()) {
            return;
        }
        Beside<Void> _ = Beside.start("preload", () -> {
            SSLSocketFactory asNode = Tls.trusting(drive.caCertificate(), Enrolment.identityOf(joined));
            try (HttpsClient client = enrolment.client(asNode)) {
                new Archives(root, programs, pause)
                        .preload(client, joined.data().preload());
            } catch (RuntimeException bug) { // nobody waits for this thread, so it speaks for itself
                Console.say("preloading stopped: " + bug);
            }
            return null;
        });
    }

    /** By short looks at the clock: a guest's clock may be set forward while it runs. */
    private void sleepUntil(Instant time) throws InterruptedException {
        pause.sleep(LEAST_LEASE);
        while (true) {
            Duration rest = Duration.between(clock.instant(), time);
            if (!rest.isPositive()) {
                return;
            }
            pause.sleep(rest.compareTo(LOOK_AT_CLOCK) > 0 ? LOOK_AT_CLOCK : rest);
        }
    }
}
