package dev.sigillo.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A mount namespace of a child's own, in which the home's run folder holds only what that child may see. So QEMU reads
 * an image in a folder that its user could never enter, sees no other machine's sockets, and is unprivileged from its
 * first instruction.
 *
 * @param run the home's run folder
 * @param mountPoint an empty folder in it, where the view is put together
 */
final class Jail {
    private final Path run;
    private final Path mountPoint;
    private final List<String> steps = new ArrayList<>();

    Jail(EngineHome home) {
        run = home.run();
        mountPoint = home.jail();
        steps.add("mount -t tmpfs -o mode=0755,size=64k sigillo " + quoted(mountPoint.toString()));
    }

    /** Shows the folder under that path of {@link JailPaths}. */
    Jail folder(Path source, String inside) {
        String target = target(inside);
        steps.add("mkdir " + target);
        steps.add("mount --bind " + quoted(source.toString()) + " " + target);
        return this;
    }

    /** Shows the file read-only under that path. */
    Jail file(Path source, String inside) {
        String target = target(inside);
        steps.add(": > " + target);
        steps.add("mount --bind " + quoted(source.toString()) + " " + target);
        steps.add("mount -o remount,bind,ro " + target);
        return this;
    }

    /** Gives the user a device node of its own in place of the host's, which may be root's only. */
    Jail device(Path device, int user) throws IOException {
        String target = quoted(mountPoint.resolve(device.getFileName()).toString());
        steps.add("mknod -m 0600 " + target + " c " + numbers(device));
        steps.add("chown " + user + " " + target);
        steps.add("mount --bind " + target + " " + quoted(device.toString()));
        return this;
    }

    /** Major and minor number of a device node, as mknod(1) takes them; makedev(3) packs them so. */
    private static String numbers(Path device) throws IOException {
        long packed = ((Number) Files.getAttribute(device, "unix:rdev")).longValue();
        return ((packed >>> 8) & 0xfff) + " " + ((packed & 0xff) | ((packed >>> 12) & 0xfff00));
    }

    /** The command inside the jail; wrapper and shell exec, so that the process number is the command's. */
    List<String> around(List<String> command) {
        List<String> script = new ArrayList<>(steps);
        script.add("mount --rbind " + quoted(mountPoint.toString()) + " " + quoted(run.toString()));
        script.add("cd /");
        script.add("exec \"$@\"");
        List<String> all = new ArrayList<>(List.of("unshare", "--mount", "--propagation", "private", "--"));
        all.addAll(List.of("sh", "-euc", String.join("\n", script), "jail"));
        all.addAll(command);
        return List.copyOf(all);
    }

    private String target(String inside) {
        return quoted(mountPoint.resolve(run.relativize(Path.of(inside))).toString());
    }

    static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
