package dev.sigillo.kubernetes;

import dev.sigillo.pki.WholeFile;
import dev.sigillo.process.ChildId;
import dev.sigillo.process.ChildSpec;
import dev.sigillo.process.Children;
import dev.sigillo.process.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The processes of a control plane: started, found again after a restart of the server, ended. */
final class ComponentProcesses {

    private static final Duration COMMAND = Duration.ofSeconds(20);
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final int SHOWN = 2000;

    private final ClusterSpec spec;
    private final ClusterFiles files;
    private final Children children;

    ComponentProcesses(ClusterSpec spec, ClusterFiles files, Children children) {
        this.spec = spec;
        this.files = files;
        this.children = children;
    }

    /** A namespace made by {@code ip netns add} has its loopback down; etcd lives there. */
    void loopbackUp() {
        Command.run(COMMAND, List.of("ip", "-n", spec.namespace(), "link", "set", "lo", "up"));
    }

    /**
     * Starts them in this order, where they do not run with the flags and files that they should have.
     *
     * @return whether one had to be started
     */
    boolean ensure(Component... components) {
        boolean started = false;
        for (Component component : components) {
            started |= ensure(component);
        }
        return started;
    }

    /** Whether one of those that run has other programs, flags or files than it should; changes nothing. */
    boolean stale() {
        return running().keySet().stream()
                .anyMatch(
                        component -> !recorded(component, ".fingerprint").equals(Optional.of(fingerprint(component))));
    }

    private String fingerprint(Component component) {
        ComponentFolder folder = files.open(component);
        return folder.fingerprint(command(component, folder), files.followed(component));
    }

    private List<String> command(Component component, ComponentFolder folder) {
        return Sandbox.command(spec, folder, component, ComponentFlags.of(component, spec));
    }

    private boolean ensure(Component component) {
        ComponentFolder folder = files.open(component);
        List<String> command = command(component, folder);
        String wanted = folder.fingerprint(command, files.followed(component));
        Optional<ChildId> running = running(component);
        if (running.isPresent()
                && wanted.equals(recorded(component, ".fingerprint").orElse(""))) {
            return false;
        }
        running.ifPresent(stale -> children.stop(stale, grace(component)));
        record(component, ".fingerprint", wanted);
        makeFolder(spec.dir().resolve("logs"));
        ChildId started = children.start(ChildSpec.of(name(component), command, spec.dir(), log(component)));
        record(component, ".child", started.toString());
        return true;
    }

    /** The processes that run now, by component. */
    Map<Component, ChildId> running() {
        Map<Component, ChildId> running = new EnumMap<>(Component.class);
        for (Component component : Component.values()) {
            running(component).ifPresent(child -> running.put(component, child));
        }
        return running;
    }

    /** Ends them in this order; {@code ensure} starts them anew. */
    void end(Component... components) {
        for (Component component : components) {
            running(component).ifPresent(child -> children.stop(child, grace(component)));
        }
    }

    /** An API server with open watches does not end by itself, and has nothing to lose. */
    private static Duration grace(Component component) {
        return component == Component.API_SERVER ? Duration.ofSeconds(2) : GRACE;
    }

    /** @throws KubernetesException with the end of its log if one of them does not run */
    void requireAlive(Component... components) {
        for (Component component : components) {
            if (running(component).isEmpty()) {
                throw new KubernetesException("%s of cluster %s ended at once; the end of %s says:%n%s"
                        .formatted(component.program(), spec.id(), log(component), tail(log(component))));
            }
        }
    }

    /** Ends them in the opposite order, also what a server that was killed had not yet written down. */
    void stop() {
        end(List.of(Component.values()).reversed().toArray(Component[]::new));
        children.named(spec.namespace() + "/").values().forEach(child -> children.stop(child, GRACE));
    }

    private Optional<ChildId> running(Component component) {
        return recorded(component, ".child")
                .map(ChildId::parse)
                .filter(children::alive)
                .or(() -> children.find(name(component)));
    }

    private String name(Component component) {
        return spec.namespace() + "/" + component.program();
    }

    private Path log(Component component) {
        return spec.dir().resolve("logs").resolve(component.program() + ".log");
    }

    private Optional<String> recorded(Component component, String suffix) {
        Path file = spec.dir().resolve(component.program() + suffix);
        try {
            return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
        } catch (IOException unreadable) {
            throw new KubernetesException("cannot read " + file, unreadable);
        }
    }

    private void record(Component component, String suffix, String text) {
        WholeFile.writeSecret(spec.dir().resolve(component.program() + suffix), text + "\n");
    }

    private static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException unwritable) {
            throw new KubernetesException("cannot make the folder " + folder, unwritable);
        }
    }

    private static String tail(Path log) {
        try {
            byte[] all = Files.readAllBytes(log);
            int from = Math.max(0, all.length - SHOWN);
            return new String(all, from, all.length - from, StandardCharsets.UTF_8).strip();
        } catch (IOException absent) {
            return "(no log)";
        }
    }
}
