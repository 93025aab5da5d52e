package dev.sigillo.inspect;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A folder of this machine: its own root, a mounted one, or a staged one. Names are as {@link FileNames} has them. */
record FolderTree(Path root, String label) implements Tree {

    private static Kind kind(Path path) throws IOException {
        try {
            BasicFileAttributes facts =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return facts.isRegularFile()
                    ? Kind.FILE
                    : facts.isDirectory() ? Kind.FOLDER : facts.isSymbolicLink() ? Kind.LINK : Kind.OTHER;
        } catch (NoSuchFileException absent) {
            return Kind.ABSENT;
        }
    }

    @Override
    public List<Entry> list(String folder) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(FileNames.below(root, folder))) {
            for (Path each : all) {
                entries.add(new Entry(FileNames.text(each.getFileName()), kind(each)));
            }
        } catch (java.nio.file.DirectoryIteratorException failed) {
            throw failed.getCause();
        }
        entries.sort(Comparator.comparing(Entry::name));
        return entries;
    }

    @Override
    public Kind kind(String path) throws IOException {
        try {
            return kind(FileNames.below(root, path));
        } catch (NoSuchFileException impossible) {
            return Kind.ABSENT;
        }
    }

    @Override
    public String target(String link) throws IOException {
        return FileNames.text(Files.readSymbolicLink(FileNames.below(root, link)));
    }

    @Override
    public Bytes read(String file, int most) throws IOException {
        try (InputStream in = Files.newInputStream(FileNames.below(root, file), LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(most);
            if (bytes.length == most && in.read() >= 0) {
                throw new IOException("larger than the " + most + " bytes that are read");
            }
            return Bytes.of(bytes);
        } catch (AccessDeniedException denied) {
            throw new IOException("permission denied: run this as root", denied);
        }
    }

    @Override
    public Bytes head(String file, int count) throws IOException {
        try (InputStream in = Files.newInputStream(FileNames.below(root, file), LinkOption.NOFOLLOW_LINKS)) {
            return Bytes.of(in.readNBytes(count));
        } catch (AccessDeniedException denied) {
            throw new IOException("permission denied: run this as root", denied);
        }
    }

    @Override
    public String shown(String path) {
        return label + "/" + FileNames.shown(path);
    }
}
