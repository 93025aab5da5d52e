package dev.sigillo.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
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
         "yes":true, "no":false, "n":-17, "e":"", "o":{"list":[{"x":"1"},{"x":"2"}],"some":["p","q"]}}\
        """;

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
                "{\"\\u0061\":1}",
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
    @DisplayName("is refused where it is no JSON object, has a key twice, or a key with an escape")
    void refused(String text) {
        assertThatThrownBy(() -> JsonObject.parse("root", text)).isInstanceOf(MalformedException.class);
    }

    @Test
    @DisplayName("may nest 32 levels deep, and no deeper; an object may have thousands of keys, none of them twice")
    void ceilings() {
        String nest = "{\"a\":".repeat(31) + "{}" + "}".repeat(31);
        assertThatCode(() -> JsonObject.parse("root", nest)).doesNotThrowAnyException();
        assertThatThrownBy(() -> JsonObject.parse("root", "{\"a\":" + nest + "}"))
                .hasMessageContaining("more than 32 levels");
        StringBuilder keys = new StringBuilder("{");
        for (int i = 0; i < 5000; i++) {
            keys.append("\"k").append(i).append("\":0,");
        }
        assertThatCode(() -> JsonObject.parse("root", keys + "\"k\":0}")).doesNotThrowAnyException();
        assertThatThrownBy(() -> JsonObject.parse("root", keys + "\"k77\":0}"))
                .hasMessageContaining("Duplicate key k77");
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
        Bytes noText = Bytes.concat(Bytes.utf8("{\"t\":\""), Bytes.fromHex("ff"), Bytes.utf8("\"}"));
        assertThat(JsonObject.parse("root", noText).text("t")).isEqualTo("\uFFFD");
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
