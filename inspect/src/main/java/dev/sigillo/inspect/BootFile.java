package dev.sigillo.inspect;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;

/**
 * A file that is started, or loaded by a kernel.
 *
 * @param path by which it is found
 * @param content where its bytes are: another path where that one is a symbolic link
 */
record BootFile(Kind kind, Tree tree, String path, String content) {

    BootFile(Kind kind, Tree tree, String path) {
        this(kind, tree, path, path);
    }

    /** @throws IOException if it cannot be read, or has more than {@code most} bytes */
    Bytes read(int most) throws IOException {
        return tree.read(content, most);
    }

    String shown() {
        return tree.shown(path);
    }

    /** The folder that it is in. */
    String folder() {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    boolean isBeside(BootFile other) {
        return tree.equals(other.tree) && folder().equals(other.folder());
    }
}
