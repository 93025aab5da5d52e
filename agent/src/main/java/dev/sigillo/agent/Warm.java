package dev.sigillo.agent;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The training run for a class-data archive: one enrolment by token against {@link WarmServer} on the loopback, every
 * file written to a folder that is then removed, the TPM's commands sent to nobody. The image's build runs it; nothing
 * in normal work reaches it.
 */
final class Warm {

    private Warm() {}

    static void run() throws Exception {
        Path root = Files.createTempDirectory("sigillo-warm");
        try (WarmServer server = WarmServer.open()) {
            NodeKey key = NodeKey.generate();
            Beside<Void> answers = Beside.start("warm server", server::answer);
            ConfigDrive drive = ConfigDrive.parse(Bytes.of(JsonWriter.bytes(Json.Obj.empty()
                    .with("machine", "m-warm")
                    .with("address", "127.0.0.1/8")
                    .with("gateway", "127.0.0.1")
                    .with("enrolment", server.address().toString())
                    .with("caCertificate", server.certificate())
                    .with("token", "warm"))));
            WarmTpm.touch();
            Joined joined = enrol(drive, key);
            answers.join();
            Programs nothing = (patience, input, command) -> new ImagePrograms().run(patience, input, List.of("true"));
            new Network(root, nothing).configure("eth0", drive);
            new EnrolmentFilter(root, nothing).open(drive);
            GuestClock.follow(Clock.systemUTC(), nothing, Optional.of(Instant.EPOCH));
            NodeServices services = new NodeServices(root, nothing, Clock.systemUTC());
            services.tokenKey(key);
            services.start(drive, joined);
            Console.say("warm: " + Joined.restore(joined.save()));
        } finally {
            remove(root);
        }
    }

    private static Joined enrol(ConfigDrive drive, NodeKey key) throws Exception {
        Enrolment enrolment = new Enrolment(drive.enrolment(), drive.machine());
        try (HttpsClient client = enrolment.client(Tls.trusting(drive.caCertificate(), Optional.empty()))) {
            client.connect();
            return enrolment.present(client, drive.token().orElseThrow().value().orElseThrow(), key);
        }
    }

    private static void remove(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
