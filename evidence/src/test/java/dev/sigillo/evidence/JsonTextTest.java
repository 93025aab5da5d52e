package dev.sigillo.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

@DisplayName("JSON that strangers wrote")
class JsonTextTest {

    private static final String TEXT = """
        {"a" : [1, -0, 10.5e+3, {"b":null}, [], {}],\r\t"text":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00ü",
         "yes":true, "no":false, "n":-17, "e":"", "o":{"list":[{"x":"1"},{"x":"2"}],"some":["p","q"]}}""";

    @Test
    @DisplayName("is read as it stands")
    void read() throws Exception {
        JsonObject root = JsonObject.parse("root", TEXT);

        assertThat(root.text("text")).isEqualTo("\"\\/\b\f\n\r\té😀ü");
        assertThat(root.truth("yes")).isTrue();
        assertThat(root.truth("no")).isFalse();
        assertThat(root.integer("n")).isEqualTo(-17);
        assertThat(root.text("e")).isEmpty();
        assertThat(root.object("o").objects("list", 2, one -> one.text("x"))).containsExactly("1", "2");
        assertThat(root.object("o").texts("some", 2)).containsExactly("p", "q");
        assertThat(root.keys()).containsExactly("a", "text", "yes", "no", "n", "e", "o");
        assertThat(root.has("b")).isFalse();
        assertThatThrownBy(() -> root.object("o").objects("list", 1)).hasMessageContaining("root.o.list");
        assertThatThrownBy(() -> root.object("o").objects("some", 2)).hasMessageContaining("root.o.some[0]");
        assertThatThrownBy(() -> root.integer("a")).hasMessageContaining("an array, an integer expected");
        assertThatThrownBy(() -> root.text("gone"))
                .hasMessageContaining("root.gone")
                .hasMessageContaining("nothing");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"a\":2}",
                "{\"o\":{\"a\":1,\"b\":2,\"a\":3}}",
                "{\"a\":1,\"\\u0061\":2}",
                "{\"o\":{\"a\":1},\"b\":{\"o\":1},\"o\":1}",
                "\uFEFF{}",
                "{\"a\":01}",
                "{\"a\":1.}",
                "{\"a\":+1}",
                "{\"a\":-}",
                "{\"a\":1e}",
                "{\"a\":tru}",
                "{\"a\":truex}",
                "{\"a\":[1,]}",
                "{\"a\":1,}",
                "{,}",
                "{\"a\" 1}",
                "{a:1}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u00g0\"}",
                "{\"a\":\"\n\"}",
                "{\"a\":\"",
                "{\"a\":",
                "{\"a\"",
                "{",
                "[1}",
                "{\"a\":1]",
                "{} {}",
                "{}x",
                "",
                " ",
                "1",
                "[]",
                "{\"a\":1 2}",
                "{\"a\":[}]}"
            })
    @DisplayName("is refused where it is no JSON object, or has a key twice, however it is written")
    void refused(String text) {
        assertThatThrownBy(() -> JsonObject.parse("root", text)).isInstanceOf(MalformedException.class);
    }

    @Test
    @DisplayName("may have its keys written with escapes, and the same key in objects beside and inside each other")
    void keys() throws Exception {
        JsonObject root = JsonObject.parse(
                "root", "{\"\\u0061\":{\"a\":{\"a\":1,\"b\":2},\"b\":{\"a\":3}},\"b\":{\"x\\/y\":\"z\"},\"c\":4}");

        root.only("a", "b", "c");
        assertThat(root.object("a").object("a").integer("a")).isEqualTo(1);
        assertThat(root.object("a").object("b").integer("a")).isEqualTo(3);
        assertThat(root.object("b").text("x/y")).isEqualTo("z");
        assertThat(root.keys()).containsExactly("a", "b", "c");
        assertThat(root.integer("c")).isEqualTo(4);
    }

    @Test
    @DisplayName(
            "may nest 100 levels deep, and no deeper; has at most 384 different keys, and one more for each 64 bytes")
    void ceilings() {
        String nest = "{\"a\":".repeat(99) + "{}" + "}".repeat(99);
        assertThatCode(() -> JsonObject.parse("root", nest)).doesNotThrowAnyException();
        assertThatThrownBy(() -> JsonObject.parse("root", "{\"a\":" + nest + "}"))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("depth");
        assertThatCode(() -> JsonObject.parse("root", keys(440, "0") + "}")).doesNotThrowAnyException();
        assertThatThrownBy(() -> JsonObject.parse("root", keys(450, "0") + "}")).hasMessageContaining("different keys");
        String paths = keys(5000, "\"" + "0".repeat(64) + "\""); // a list of files and their digests
        assertThatCode(() -> JsonObject.parse("root", paths + "}")).doesNotThrowAnyException();
        assertThatThrownBy(() -> JsonObject.parse("root", paths + ",\"k77\":0}"))
                .hasMessageContaining("Duplicate key k77");
    }

    @Test
    @DisplayName("may have numbers of 250 digits and keys of 4096 bytes, and no longer ones")
    void lengths() {
        assertThatCode(() -> JsonObject.parse("root", "{\"a\":" + "1".repeat(250) + "}"))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> JsonObject.parse("root", "{\"a\":" + "1".repeat(251) + "}"))
                .isInstanceOf(MalformedException.class);
        assertThatCode(() -> JsonObject.parse("root", "{\"" + "k".repeat(4096) + "\":1}"))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> JsonObject.parse("root", "{\"" + "k".repeat(4100) + "\":1}"))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    @DisplayName("is UTF-8: other encodings, which Jackson would guess, are refused")
    void encodings() {
        for (Charset other : List.of(
                StandardCharsets.UTF_16LE,
                StandardCharsets.UTF_16BE,
                StandardCharsets.UTF_16,
                Charset.forName("UTF-32LE"),
                Charset.forName("UTF-32BE"))) {
            Bytes text = Bytes.of("{\"a\":\"b\"}".getBytes(other));
            assertThatThrownBy(() -> JsonObject.parse("root", text))
                    .as("%s", other)
                    .isInstanceOf(MalformedException.class);
        }
        Bytes noText = Bytes.concat(Bytes.utf8("{\"t\":\""), Bytes.fromHex("ff"), Bytes.utf8("\"}"));
        assertThatThrownBy(() -> JsonObject.parse("root", noText)).isInstanceOf(MalformedException.class);
    }

    /** An object of so many keys, without its last brace. */
    private static String keys(int count, String value) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"k" + i + "\":" + value)
                .collect(Collectors.joining(",", "{", ""));
    }

    @Test
    @DisplayName("is walked as Jackson's tree has it, whatever is changed in it and let through")
    void walked() throws Exception {
        Random random = new Random(9);
        String alphabet = "{}[]\",: 0-1.eEtrufalsn\n/x\\";
        int taken = 0;
        for (int round = 0; round < 30_000; round++) {
            StringBuilder text = new StringBuilder(TEXT);
            for (int change = random.nextInt(3); change >= 0; change--) {
                text.setCharAt(random.nextInt(text.length()), alphabet.charAt(random.nextInt(alphabet.length())));
            }
            JsonObject ours;
            try {
                ours = JsonObject.parse("root", text.toString());
            } catch (MalformedException refused) {
                continue;
            }
            taken++;
            same(ours, Json.MAPPER.readTree(text.toString()));
        }
        assertThat(taken).isBetween(1_000, 29_000);
    }

    private static void same(JsonObject ours, JsonNode tree) throws MalformedException {
        assertThat(ours.keys()).containsExactlyElementsOf(tree.propertyNames());
        for (String key : tree.propertyNames()) {
            if (tree.get(key).isObject()) {
                same(ours.object(key), tree.get(key));
            } else if (tree.get(key).isString()) {
                assertThat(ours.text(key)).isEqualTo(whole(tree.get(key).stringValue()));
            } else if (tree.get(key).isBoolean()) {
                assertThat(ours.truth(key)).isEqualTo(tree.get(key).booleanValue());
            }
        }
    }

    @Test
    @DisplayName("is told from what is none as Jackson tells it, whatever is changed in it")
    void asJackson() {
        Random random = new Random(7);
        String alphabet = "{}[]\",: 0-1.eEtrufalsn\n/x"; // no escape, which a key may not have
        String plain = TEXT.replaceAll("\\\\(u....|.)", "");
        int taken = 0;
        for (int round = 0; round < 30_000; round++) {
            StringBuilder text = new StringBuilder(plain);
            for (int change = random.nextInt(3); change >= 0; change--) {
                int at = random.nextInt(text.length());
                char c = alphabet.charAt(random.nextInt(alphabet.length()));
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, c);
                    case 1 -> text.insert(at, c);
                    default -> text.deleteCharAt(at);
                }
            }
            boolean jackson = jackson(text.toString());
            assertThat(ours(text.toString())).as("%s", text).isEqualTo(jackson);
            taken += jackson ? 1 : 0;
        }
        assertThat(taken).isBetween(2_000, 28_000);
    }

    @Test
    @DisplayName("has in its strings what Jackson finds there; half a pair is no character")
    void strings() throws Exception {
        Random random = new Random(8);
        String[] parts = {
            "a", "é", "😀", "\\n", "\\u0041", "\\u00e9", "\\u4e00", "\\ud83d\\ude00", "\\/", "\\\"", "\\\\"
        };
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(8); i > 0; i--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            String json = "{\"t\":\"" + text + "\"}";
            assertThat(JsonObject.parse("root", json).text("t"))
                    .isEqualTo(Json.MAPPER.readTree(json).get("t").stringValue());
        }
        assertThat(JsonObject.parse("root", "{\"t\":\"\\ud83d-\\ude00\"}").text("t"))
                .isEqualTo("\uFFFD-\uFFFD");
    }

    /** Half a pair is no character. */
    private static String whole(String text) {
        return text.codePoints()
                .map(point -> Character.getType(point) == Character.SURROGATE ? 0xFFFD : point)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean ours(String text) {
        try {
            JsonObject.parse("root", Bytes.of(text.getBytes(StandardCharsets.UTF_8)));
            return true;
        } catch (MalformedException refused) {
            return false;
        }
    }

    private static boolean jackson(String text) {
        try {
            JsonNode node = Json.MAPPER.readTree(text);
            return node.isObject();
        } catch (JacksonException refused) {
            return false;
        }
    }
}
