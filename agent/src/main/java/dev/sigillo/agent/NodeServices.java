package dev.sigillo.agent;

import dev.sigillo.bytes.MalformedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Turns join data into a running node: files below /run, the host name, then the units. */
final class NodeServices {

    private static final String SAVED = "joined.json";
    private static final String TOKEN_KEY = "token-key.pem";

    private final Path root;
    private final RunFolder run;
    private final Programs programs;
    private final PodNetwork podNetwork;
    private final Clock clock;

    NodeServices(Path root, Programs programs, Clock clock) {
        this.root = root;
        this.clock = clock;
        this.run = new RunFolder(root);
        this.programs = programs;
        this.podNetwork = new PodNetwork(root, programs);
    }

    /** After the first verdict. Repeatable: starting a running unit does nothing. */
    void start(ConfigDrive drive, Joined joined) throws IOException {
        JoinData data = joined.data();
        refresh(joined);
        run.delete(TOKEN_KEY);
        Kubelet.writeConfiguration(run, joined);
        PodNetwork.Filter filter = podNetwork.open(drive, data);
        run.write("cni/10-sigillo.conflist", PodNetwork.conflist(data, filter));
        KubeProxy.writeConfiguration(run, data, filter);
        Path hostname = root.resolve("proc/sys/kernel/hostname");
        if (Files.exists(hostname)) {
            Files.writeString(hostname, data.nodeName());
        }
        programs.run("", List.of("systemctl", "start", "--no-block", "kubelet.service", "kube-proxy.service"));
    }

    /** After each verdict: what carries a lease, and what the host may have changed. */
    void refresh(Joined joined) throws IOException {
        Kubelet.writeCredentials(run, joined, clock.instant());
        KubeProxy.writeCredentials(run, joined.data());
        StringBuilder resolver = new StringBuilder();
        for (String nameserver : joined.data().nameservers()) {
            resolver.append("nameserver ").append(nameserver).append('\n');
        }
        run.writePublic("resolv.conf", resolver.toString());
        run.write(SAVED, joined.save());
    }

    /** What an earlier run of the agent held in this boot: a machine whose token is used up renews by its certificate. */
    Optional<Joined> saved() throws IOException {
        Optional<byte[]> saved = run.read(SAVED);
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

    /** The key that the join token is shown with: the first one, also after a restart of the agent. */
    NodeKey tokenKey(NodeKey fresh) throws IOException, GeneralSecurityException {
        Optional<byte[]> kept = run.read(TOKEN_KEY);
        if (kept.isPresent()) {
            return NodeKey.fromPem(new String(kept.get(), StandardCharsets.US_ASCII));
        }
        run.write(TOKEN_KEY, fresh.pem());
        return fresh;
    }
}
