package dev.sigillo.inspect;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Moves through a tree as a process would whose root it is: a link never leads out, whatever its target says. */
final class Walk {
    private static final int MAX_LINKS = 40;
    private static final int MAX_DEPTH = 24;
    private static final int MAX_FILES = 200_000;

    private final Tree tree;
    private final BiConsumer<String, String> unchecked;
    private int seen;

    /** @param unchecked is told the path of what could not be looked at, and why */
    Walk(Tree tree, BiConsumer<String, String> unchecked) {
        this.tree = tree;
        this.unchecked = unchecked;
    }

    /** The path without links; nothing when it leads nowhere, in a circle, or cannot be looked at. */
    Optional<String> resolve(String path) {
        Deque<String> left = new ArrayDeque<>(names(path));
        Deque<String> done = new ArrayDeque<>();
        int links = 0;
        try {
            while (!left.isEmpty()) {
                String name = left.pop();
                if (name.equals("..")) {
                    done.pollLast();
                    continue;
                }
                done.addLast(name);
                String here = String.join("/", done);
                switch (tree.kind(here)) {
                    case LINK -> {
                        if (++links > MAX_LINKS) {
                            return Optional.empty();
                        }
                        String target = tree.target(here);
                        done.removeLast();
                        if (target.startsWith("/")) {
                            done.clear();
                        }
                        List<String> more = names(target);
                        for (int i = more.size() - 1; i >= 0; i--) {
                            left.push(more.get(i));
                        }
                    }
                    case ABSENT -> {
                        return Optional.empty();
                    }
                    case FILE, OTHER -> {
                        if (!left.isEmpty()) {
                            return Optional.empty();
                        }
                    }
                    case FOLDER -> {
                        // on the way, or there
                    }
                }
            }
        } catch (IOException unreadable) {
            unchecked.accept(tree.shown(path), why(unreadable));
            return Optional.empty();
        }
        return Optional.of(String.join("/", done));
    }

    private static List<String> names(String path) {
        return Arrays.stream(path.split("/"))
                .filter(name -> !name.isEmpty() && !name.equals("."))
                .toList();
    }

    /** What is directly in a folder; nothing when it is no folder. */
    List<Tree.Entry> entries(String folder) {
        try {
            Tree.Kind kind = tree.kind(folder);
            if (kind == Tree.Kind.ABSENT) {
                unchecked.accept(tree.shown(folder), "it was listed, and is not to be found by its name");
            }
            return kind == Tree.Kind.FOLDER ? tree.list(folder) : List.of();
        } catch (IOException unreadable) {
            unchecked.accept(tree.shown(folder), why(unreadable));
            return List.of();
        }
    }

    /** Every regular file below, as a path without links; links below are not followed, so nothing comes twice. */
    List<String> files(String folder) {
        List<String> found = new ArrayList<>();
        below(folder, found, new ArrayList<>(), 0);
        return found;
    }

    /**
     * Every regular file and every symbolic link below.
     *
     * @param files gets the files, as {@link #files(String)} has them
     * @param links gets the paths of the links themselves
     */
    void below(String folder, List<String> files, List<String> links) {
        below(folder, files, links, 0);
    }

    private void below(String folder, List<String> files, List<String> links, int depth) {
        if (depth > MAX_DEPTH) {
            unchecked.accept(tree.shown(folder), "deeper than " + MAX_DEPTH + " folders");
            return;
        }
        for (Tree.Entry entry : entries(folder)) {
            if (++seen > MAX_FILES) {
                if (seen == MAX_FILES + 1) {
                    unchecked.accept(
                            tree.shown(folder), "more than " + MAX_FILES + " files: the rest is not looked at");
                }
                return;
            }
            String path = Tree.join(folder, entry.name());
            if (entry.kind() == Tree.Kind.FOLDER) {
                below(path, files, links, depth + 1);
            } else if (entry.kind() == Tree.Kind.FILE) {
                files.add(path);
            } else if (entry.kind() == Tree.Kind.LINK) {
                links.add(path);
            }
        }
    }

    static String why(IOException failed) {
        String said = failed.getMessage();
        return said == null || said.startsWith("/") ? failed.getClass().getSimpleName() : said;
    }
}
