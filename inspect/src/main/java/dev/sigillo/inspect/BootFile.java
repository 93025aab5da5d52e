package dev.sigillo.inspect;

/** A file that is started, or loaded by a kernel. */
record BootFile(Kind kind, Tree tree, String path) {

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
