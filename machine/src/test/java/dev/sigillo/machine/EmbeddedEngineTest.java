package dev.sigillo.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.process.ChildId;
import dev.sigillo.process.Children;
import dev.sigillo.process.Command;
import dev.sigillo.process.Folders;
import dev.sigillo.process.Launch;
import dev.sigillo.tpm.SwtpmControl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The engine with real namespaces, swtpm and QEMU, on a blank disk: the firmware alone runs. */
@Tag("boots")
class EmbeddedEngineTest extends RealEngine {
    private final MachineId neighbour = MachineId.random(new SecureRandom());

    @Test
    @DisplayName("a machine outlives the engine that made it, is isolated, and is deleted without a trace")
    void machine() throws IOException {
        engine.openNetwork(NETWORK, INDEX);
        MachineView made = engine.create(spec(true));
        assertThat(made.state()).isEqualTo(MachineState.RUNNING);
        assertThat(made.ekCertificate().orElseThrow().getSubjectX500Principal().getName())
                .isEqualTo("CN=" + id);
        assertThat(made.host().securePflash()).isTrue();
        assertThat(made.host().varstore()).contains(new VarstoreFacts(true, List.of()));
        assertThat(made.host().starts()).isEqualTo(1);

        EmbeddedEngine second = another();
        assertThat(second.look(id)).contains(made);
        assertThat(second.list()).containsExactly(made);
        assertThat(second.create(spec(true)))
                .as("the same spec again changes nothing")
                .isEqualTo(made);
        second.isolate(id, true);
        assertThat(rules()).contains("arp daddr ip 10.224." + INDEX + ".1");
        second.isolate(id, false);
        assertThat(rules()).doesNotContain("arp daddr ip 10.224." + INDEX + ".1");
        assertThatThrownBy(() -> second.closeNetwork(NETWORK)).hasMessageContaining("delete them first");
        assertThat(second.sweep()).isEmpty();
        second.keepRemains(id, folder.resolve("remains"));
        assertThat(folder.resolve("remains")).isDirectoryContaining("glob:**/varstore.fd");
        second.delete(id);
        second.delete(id);
        assertThat(second.look(id)).isEmpty();
        assertThat(leftovers()).noneMatch(left -> left.contains(id.value()));
    }

    private String rules() {
        return run("ip netns exec " + namespace() + " nft list ruleset");
    }

    @Test
    @DisplayName("a create that was cut short is finished by the next, and a cut-short delete by the sweep")
    void cutShort() throws IOException {
        engine.openNetwork(NETWORK, INDEX);
        MachineRecords records = new MachineRecords(home);
        records.write(new MachineRecord(
                MachineRecord.Given.of(spec(true)),
                7,
                Witness.sha256(template),
                List.of(),
                MachineRecord.Progress.BEGUN));
        Files.createDirectories(home.machine(id).resolve("tpm"));
        Files.writeString(home.machine(id).resolve("tpm").resolve("tpm2-00.permall"), "half");
        assertThat(another().look(id).orElseThrow().state()).isEqualTo(MachineState.DEFINED);
        assertThat(another().create(spec(true)).state()).isEqualTo(MachineState.RUNNING);
        records.write(records.find(id).orElseThrow().at(MachineRecord.Phase.DELETING));
        assertThat(another().sweep()).anyMatch(line -> line.contains(id.value()));
        assertThat(engine.look(id)).isEmpty();
    }

    @Test
    @DisplayName("every machine has two users of its own; files, tap and sockets are theirs, the config disk is root's")
    void users() throws IOException {
        engine.openNetwork(NETWORK, INDEX);
        engine.create(spec(true));
        engine.create(spec(neighbour, true, 6));
        MachineUsers mine = users(id);
        MachineUsers other = users(neighbour);
        assertThat(new HashSet<>(List.of(mine.qemu(), mine.tpm(), other.qemu(), other.tpm())))
                .hasSize(4);
        assertThat(status(process(id, Qemu.ROLE), "Uid:")).isEqualTo(fourTimes(mine.qemu()));
        assertThat(status(process(id, Qemu.ROLE), "Gid:")).isEqualTo(fourTimes(mine.qemu()));
        assertThat(status(process(id, Vtpm.ROLE), "Uid:")).isEqualTo(fourTimes(mine.tpm()));
        assertThat(status(process(id, Qemu.ROLE), "CapBnd:")).isEqualTo("0000000000000000");
        Path disks = home.machine(id).resolve("qemu");
        assertThat(owner(disks)).isEqualTo("0:" + mine.qemu() + " drwx--x---");
        assertThat(owner(disks.resolve("varstore.fd"))).isEqualTo(mine.qemu() + ":" + mine.qemu() + " -rw-------");
        assertThat(owner(disks.resolve("config.raw"))).isEqualTo("0:" + mine.qemu() + " -rw-r-----");
        assertThat(owner(home.machine(id).resolve("tpm"))).isEqualTo(mine.tpm() + ":" + mine.tpm() + " drwx------");
        assertThat(owner(home.tpmControlSocket(id))).isEqualTo(mine.tpm() + ":" + mine.qemu() + " srw-rw----");
        assertThat(run("ip -n " + namespace() + " -d tuntap show dev " + id)).contains("user " + mine.qemu());
    }

    private static String fourTimes(int user) {
        return String.join("\t", java.util.Collections.nCopies(4, Integer.toString(user)));
    }

    private static String status(ChildId child, String field) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(child.pid()), "status")).stream()
                .filter(line -> line.startsWith(field))
                .map(line -> line.substring(field.length()).strip())
                .findFirst()
                .orElseThrow();
    }

    private static String owner(Path file) {
        return run("stat -c '%u:%g %A' " + file).strip();
    }

    @Test
    @DisplayName(
            "a machine's users can neither signal, trace, nor look into another machine's, nor read its files and sockets")
    void apart() throws IOException {
        engine.openNetwork(NETWORK, INDEX);
        engine.create(spec(true));
        engine.create(spec(neighbour, true, 6));
        for (String role : List.of(Qemu.ROLE, Vtpm.ROLE)) {
            long victim = process(id, role).pid();
            int itself = role.equals(Qemu.ROLE) ? users(id).qemu() : users(id).tpm();
            for (String attempt : List.of(
                    "kill -0 %d".formatted(victim),
                    "ls /proc/%d/root/".formatted(victim),
                    "readlink /proc/%d/cwd".formatted(victim),
                    "ls /proc/%d/fd".formatted(victim),
                    "head -c 1 /proc/%d/maps".formatted(victim),
                    "cat /proc/%d/environ".formatted(victim))) {
                assertThat(as(itself, attempt))
                        .as("%s itself: %s", role, attempt)
                        .isZero();
                for (int stranger : Set.of(
                        users(neighbour).qemu(),
                        users(neighbour).tpm(),
                        role.equals(Qemu.ROLE) ? users(id).tpm() : users(id).qemu())) {
                    assertThat(as(stranger, attempt))
                            .as("%s of another: %s", role, attempt)
                            .isNotZero();
                }
            }
        }
        Path varstore = home.machine(id).resolve("qemu").resolve("varstore.fd");
        assertThat(as(users(neighbour).qemu(), "cat " + varstore)).isNotZero();
        assertThat(as(users(neighbour).qemu(), "ls " + home.qmpSocket(id))).isNotZero();
    }

    private static int as(int user, String script) {
        return Command.attempt(Duration.ofSeconds(9), Launch.asUser(user, List.of("sh", "-c", script)), new byte[0])
                .exit();
    }

    @Test
    @DisplayName("a process that takes a machine's name without being its user is not that machine")
    void impostor() throws Exception {
        engine.openNetwork(NETWORK, INDEX);
        engine.create(spec(false));
        engine.create(spec(neighbour, false, 6));
        new Children().kill(process(id, Qemu.ROLE));
        assertThat(engine.look(id).orElseThrow().state()).isEqualTo(MachineState.STOPPED);
        int nobody = 65534;
        for (int user : List.of(
                nobody, users(neighbour).qemu(), users(id).tpm(), -users(id).qemu())) {
            ProcessBuilder impostor = new ProcessBuilder(Launch.asUser(Math.abs(user), List.of("sleep", "30")));
            impostor.environment()
                    .put("SIGILLO_CHILD", user > 0 ? home.child(id, Qemu.ROLE) : home.childPrefix() + "nonsense/qemu");
            Process running = impostor.start();
            Thread.sleep(300);
            assertThat(engine.look(id).orElseThrow().state()).isEqualTo(MachineState.STOPPED);
            assertThat(engine.list()).hasSize(2);
            assertThat(running.isAlive()).isTrue();
            running.destroyForcibly();
        }
    }

    @Test
    @DisplayName("a machine whose vTPM ended is stopped, and starts anew with both")
    void vtpmGone() throws IOException {
        engine.openNetwork(NETWORK, INDEX);
        engine.create(spec(true));
        ChildId qemu = process(id, Qemu.ROLE);
        new Children().kill(process(id, Vtpm.ROLE));
        assertThat(new Children().alive(qemu)).as("QEMU itself goes on").isTrue();
        assertThat(engine.look(id).orElseThrow().state()).isEqualTo(MachineState.STOPPED);
        assertThat(engine.list().getFirst().state()).isEqualTo(MachineState.STOPPED);
        MachineView again = engine.create(spec(true));
        assertThat(again.state()).isEqualTo(MachineState.RUNNING);
        assertThat(again.host().starts()).isEqualTo(2);
        assertThat(new Children().alive(qemu)).isFalse();
    }

    @Test
    @DisplayName(
            "a machine starts with a copy of another one's vTPM, key and all; its certificate on record stays its own")
    void cloned() throws Exception {
        engine.openNetwork(NETWORK, INDEX);
        engine.create(spec(true));
        MachineView before = engine.create(spec(neighbour, true, 6));
        assertThat(Files.readAllBytes(home.key(neighbour))).isNotEqualTo(Files.readAllBytes(home.key(id)));
        engine.cloneVtpm(id, neighbour);
        // swtpm starts only with the key that its state was encrypted with.
        assertThat(Files.readAllBytes(home.key(neighbour))).isEqualTo(Files.readAllBytes(home.key(id)));
        MachineView after = engine.look(neighbour).orElseThrow();
        assertThat(after.state()).isEqualTo(MachineState.RUNNING);
        assertThat(after.host().starts()).isEqualTo(before.host().starts() + 1);
        assertThat(after.ekCertificate()).isEqualTo(before.ekCertificate());
        assertThat(engine.look(id).orElseThrow().state()).isEqualTo(MachineState.RUNNING);
        MachineId nobody = new MachineId("m-aaaaaaaaaa");
        assertThatThrownBy(() -> engine.cloneVtpm(nobody, neighbour)).hasMessageContaining("no machine m-aaaaaaaaaa");
        assertThat(engine.look(neighbour).orElseThrow().state())
                .as("it was not touched")
                .isEqualTo(MachineState.RUNNING);
    }

    @Test
    @DisplayName("the vTPM's state alone does not start: not without its key, not with another")
    void stateAlone() throws IOException {
        engine.openNetwork(NETWORK, INDEX);
        engine.create(spec(true));
        new Children().kill(process(id, Qemu.ROLE));
        assertThat(engine.look(id).orElseThrow().state()).isEqualTo(MachineState.STOPPED);
        Path key = home.key(id);
        byte[] right = Files.readAllBytes(key);
        assertThat(Files.getPosixFilePermissions(key)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        Files.delete(key);
        assertThatThrownBy(() -> engine.create(spec(true)))
                .hasMessageContaining("does not start without the key of its state");
        Json.write(key, new byte[32]);
        assertThatThrownBy(() -> engine.create(spec(true)))
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("QEMU of " + id + " did not start")
                .hasMessageContaining("tpm");
        Path copy = Files.createDirectories(folder.resolve("copy"));
        run("cp " + home.machine(id).resolve("tpm") + "/tpm2-00.permall " + copy);
        Process plain = new ProcessBuilder(
                        "swtpm",
                        "socket",
                        "--tpm2",
                        "--tpmstate",
                        "dir=" + copy,
                        "--ctrl",
                        "type=unixio,path=" + copy + "/c")
                .start();
        try (SwtpmControl control = reach(copy.resolve("c"))) {
            assertThatThrownBy(control::init).as("a copy of the state").hasMessageContaining("CMD_INIT");
        } finally {
            plain.destroyForcibly();
        }
        Json.write(key, right);
        assertThat(engine.create(spec(true)).state()).isEqualTo(MachineState.RUNNING);
    }

    private static SwtpmControl reach(Path socket) throws IOException {
        for (int i = 0; true; i++) {
            try {
                return new SwtpmControl(socket);
            } catch (IOException notYet) {
                if (i == 100) {
                    throw notYet;
                }
                Pause.shortly();
            }
        }
    }

    @Test
    @DisplayName("a varstore that was edited while the machine was off tells each change, also after a boot with it")
    void editedVarstore() throws Exception {
        template = Files.write(
                folder.resolve("template.fd"),
                VarstoreFile.of("debian12-secureboot", "template").bytes());
        engine.openNetwork(NETWORK, INDEX);
        engine.create(spec(true));
        awaitFirmware(engine, 2);
        assertThat(engine.look(id).orElseThrow().host().varstore())
                .as("booted and untouched")
                .contains(new VarstoreFacts(true, List.of()));
        new Children().kill(process(id, Qemu.ROLE));
        Path varstore = Disks.varstore(home, id);
        VarstoreFile untouched = new VarstoreFile(Files.readAllBytes(varstore));
        VarstoreFile edited = VarstoreEdits.all(untouched, folder.resolve("evil"));
        run("cp /dev/stdin " + varstore + " < " + Files.write(folder.resolve("edited"), edited.bytes()));
        int before = engine.console(id, 100_000).split("BdsDxe: ", -1).length;
        engine.create(spec(true));
        awaitFirmware(engine, before);
        VarstoreFacts facts = engine.look(id).orElseThrow().host().varstore().orElseThrow();
        assertThat(facts.secureBootOn()).isTrue();
        assertThat(facts.differences())
                .hasSize(4)
                .contains("dbx lacks 5 of the template's 444 entries")
                .anyMatch(line -> line.startsWith("db holds the certificate of CN=Evil"))
                .anyMatch(line -> line.startsWith("variable SystemdOptions ("))
                .anyMatch(line -> line.startsWith("variable MokList ("));
        System.out.println(String.join("\n", facts.differences()));
        Files.write(varstore, untouched.bytes());
        assertThat(engine.look(id).orElseThrow().host().varstore()).contains(new VarstoreFacts(true, List.of()));
    }

    @Test
    @DisplayName("guests stand behind servers and control planes")
    void behindOthers() throws IOException {
        engine.openNetwork(NETWORK, INDEX);
        engine.create(spec(true));
        for (String role : List.of(Qemu.ROLE, Vtpm.ROLE)) {
            assertThat(run("ps -o ni= -p " + process(id, role).pid()).strip()).isEqualTo("5");
        }
    }

    @Test
    @DisplayName("what a kill of the server left of a trial or probe is swept away, processes that hide their name too")
    void leftTrials() throws Exception {
        engine.openNetwork(NETWORK, INDEX);
        engine.create(spec(false));
        Files.createDirectories(home.machine(neighbour));
        Files.createDirectories(home.run(neighbour));
        Json.write(Folders.ensure(home.keys(), Folders.OWNER_ONLY).resolve(neighbour.value()), new byte[32]);
        Places places = new Places(home, new SecureRandom());
        MachineUsers trial = places.users(Places.MACHINES);
        ProcessBuilder named = new ProcessBuilder(Launch.asUser(trial.qemu(), List.of("sleep", "50")));
        named.environment().put("SIGILLO_CHILD", home.child(neighbour, Qemu.ROLE));
        Process leftQemu = named.start();
        int gone = (new MachineRecords(home).find(id).orElseThrow().place() + 1) % Places.MACHINES;
        Process hidden = new ProcessBuilder(Launch.asUser(places.users(gone).tpm(), List.of("sleep", "50"))).start();
        Thread.sleep(300);
        assertThat(another().sweep())
                .contains("half-made or half-deleted machine " + neighbour)
                .anyMatch(line -> line.contains("processes of users of machines that are gone"));
        assertThat(leftQemu.waitFor()).isNotZero();
        assertThat(hidden.waitFor()).isNotZero();
        assertThat(home.run(neighbour)).doesNotExist();
        assertThat(home.key(neighbour)).doesNotExist();
        assertThat(engine.look(id).orElseThrow().state()).isEqualTo(MachineState.RUNNING);
    }

    @Test
    @DisplayName("KVM is chosen by trying it, once, and the trial leaves nothing")
    void capacity() throws IOException {
        Capacity capacity = engine.capacity();
        System.out.println(capacity);
        assertThat(capacity.accelerator()).isIn("kvm", "tcg");
        assertThat(capacity.why()).isNotBlank();
        assertThat(capacity.freeMemoryMib()).isBetween(0L, capacity.memoryMib());
        assertThat(leftovers()).isEmpty();
        assertThat(home.run().resolve("m-kvmtrialaa")).doesNotExist();
        assertThat(another().capacity().why()).isEqualTo(capacity.why());
    }
}
