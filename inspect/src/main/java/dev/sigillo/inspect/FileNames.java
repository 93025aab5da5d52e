package dev.sigillo.inspect;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Names of files as text, and back, without loss. On Linux a name is bytes, and {@link Path#toString} reads them by the
 * locale: under {@code LC_ALL=C} a name with an umlaut does not lead back to its file. Here they are UTF-8 in every locale,
 * and each byte that is not becomes a lone surrogate, U+DC80 to U+DCFF, as Python has it (PEP 383). A URI carries the bytes.
 */
final class FileNames {
    private static final Path ROOT = Path.of("/");
    private static final int BYTE = 0xDC00;

    private FileNames() {}

    /** A path, its names parted by slashes. */
    static String text(Path path) {
        if (isAscii(path.toString())) {
            return path.toString();
        }
        List<String> names = new ArrayList<>();
        for (Path name : path) {
            String escaped = ROOT.resolve(name).toUri().getRawPath();
            names.add(decoded(bytes(escaped.substring(1)))); // ends with a slash if there is such a folder
        }
        return (path.isAbsolute() ? "/" : "") + String.join("/", names);
    }

    /**
     * The path below a folder that a text stands for.
     *
     * @throws NoSuchFileException if no file can have such a name
     */
    static Path below(Path folder, String text) throws NoSuchFileException {
        try {
            return isAscii(text)
                    ? folder.resolve(text)
                    : Path.of(URI.create("file://" + folder.toUri().getRawPath() + escaped(text)));
        } catch (IllegalArgumentException impossible) {
            throw (NoSuchFileException) new NoSuchFileException("no file can have this name").initCause(impossible);
        }
    }

    /** For a person: what is no text as the value of its byte, {@code Syst\xe8me}. */
    static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(point -> {
            if (isByte(point)) {
                shown.append("\\x").append(HexFormat.of().toHexDigits((byte) point));
            } else {
                shown.appendCodePoint(point);
            }
        });
        return shown.toString();
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(character -> character < 0x80);
    }

    private static boolean isByte(int point) {
        return point >= BYTE + 0x80 && point <= BYTE + 0xFF;
    }

    private static byte[] bytes(String escaped) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < escaped.length(); i++) {
            char character = escaped.charAt(i);
            if (character == '%') {
                bytes.write(HexFormat.fromHexDigits(escaped, i + 1, i + 3));
                i += 2;
            } else if (character != '/') {
                bytes.write(character);
            }
        }
        return bytes.toByteArray();
    }

    private static String decoded(byte[] name) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(name);
        CharBuffer out = CharBuffer.allocate(name.length);
        CoderResult result = decoder.decode(in, out, true);
        while (result.isMalformed()) {
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (BYTE | in.get() & 0xFF));
            }
            result = decoder.reset().decode(in, out, true);
        }
        return out.flip().toString();
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(point -> {
            byte[] bytes = isByte(point)
                    ? new byte[] {(byte) point}
                    : Character.toString(point).getBytes(StandardCharsets.UTF_8);
            for (byte each : bytes) {
                if (each == '/') {
                    escaped.append('/');
                } else {
                    escaped.append('%').append(HexFormat.of().toHexDigits(each));
                }
            }
        });
        return escaped.toString();
    }
}
