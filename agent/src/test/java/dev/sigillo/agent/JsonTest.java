package dev.sigillo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.MalformedException;
import dev.sigillo.testkit.ForAll;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    private static final String VALID = "{\"a\":\"x\\u00e9\\n\",\"b\":[1,-2.5e+3,true,null,{}],\"c\":{\"d\":[]}}";

    private static Json read(String text) throws MalformedException {
        return JsonReader.read(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName("RFC 8259: what is written reads back as the same value")
    void roundTrip() throws Exception {
        Json value = read(VALID);

        assertThat(read(JsonWriter.write(value))).isEqualTo(value);
        assertThat(JsonWriter.write(value)).contains("x\u00e9\\n").contains("-2.5e+3");
    }

    @ParameterizedTest
    @DisplayName("RFC 8259: a text that breaks the grammar is malformed")
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "[1,]",
                "{\"a\":1,}",
                "{a:1}",
                "'a'",
                "01",
                "+1",
                "1.",
                ".5",
                "1e",
                "-",
                "NaN",
                "tru",
                "nullx",
                "\"a",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\t\"",
                "{\"a\" 1}",
                "[1 2]",
                "1 2",
                "\u00a01",
                "[",
                "{\"a\":"
            })
    void grammar(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(MalformedException.class);
    }

    @Test
    @DisplayName("a name that is there twice is refused, since two readers would see two values")
    void duplicateNames() {
        assertThatThrownBy(() -> read("{\"node\":1,\"node\":2}")).hasMessageContaining("twice");
    }

    @Test
    @DisplayName("bytes that are not UTF-8 are refused")
    void encoding() {
        assertThatThrownBy(() -> JsonReader.read(new byte[] {'"', (byte) 0xC3, '"'}))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    @DisplayName("nesting and the number of values are bounded, so that no text exhausts stack or memory")
    void bounds() {
        assertThatThrownBy(() -> read("[".repeat(100_000))).hasMessageContaining("nests deeper");
        assertThatThrownBy(() -> read("[" + "1,".repeat(JsonReader.MAX_VALUES) + "1]"))
                .hasMessageContaining("more than");
    }

    @Test
    @DisplayName("a valid text with any one byte changed reads or is malformed, and does nothing else")
    void hostileBytes() {
        ForAll.seeds(500, random -> {
            byte[] bytes = VALID.getBytes(StandardCharsets.UTF_8);
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            try {
                Json value = JsonReader.read(bytes);
                assertThat(read(JsonWriter.write(value))).isEqualTo(value);
            } catch (MalformedException expected) {
                assertThat(expected.offset()).isBetween(0, bytes.length);
            }
        });
    }

    @Test
    @DisplayName("an overlay merges objects member by member and replaces everything else")
    void overlay() throws Exception {
        Json.Obj below = (Json.Obj) read("{\"a\":{\"x\":1,\"y\":[1]},\"b\":1}");
        Json.Obj above = (Json.Obj) read("{\"a\":{\"y\":[2],\"z\":3},\"c\":4}");

        assertThat(JsonWriter.write(below.overlaidBy(above)))
                .isEqualTo("{\"a\":{\"x\":1,\"y\":[2],\"z\":3},\"b\":1,\"c\":4}");
    }

    @Test
    @DisplayName("any string survives writing and reading")
    void strings() {
        ForAll.seeds(200, random -> {
            List<Json> texts = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                StringBuilder text = new StringBuilder();
                for (int c = random.nextInt(20); c > 0; c--) {
                    text.append((char) random.nextInt(0xD800)); // below the surrogates, which are no characters alone
                }
                texts.add(new Json.Text(text.toString()));
            }
            Json value = new Json.Array(texts);
            assertThat(read(JsonWriter.write(value))).isEqualTo(value);
        });
    }
}
