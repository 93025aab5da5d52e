package dev.sigillo.evidence;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes; what strangers wrote is read by {@link JsonObject}. */
final class Json {

    static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    private Json() {}

    static Bytes hex(String field, String text) throws MalformedException {
        try {
            return Bytes.fromHex(text);
        } catch (IllegalArgumentException malformed) {
            throw new MalformedException(field, 0, String.valueOf(malformed.getMessage()));
        }
    }

    /** The same of the text's bytes. */
    static Bytes base64(String field, Bytes text) throws MalformedException {
        try {
            return Bytes.fromBase64(text);
        } catch (IllegalArgumentException malformed) {
            throw new MalformedException(field, 0, "Base64 expected: " + malformed.getMessage());
        }
    }

    static Bytes base64(String field, String text) throws MalformedException {
        try {
            return Bytes.fromBase64(text);
        } catch (IllegalArgumentException malformed) {
            throw new MalformedException(field, 0, "Base64 expected: " + malformed.getMessage());
        }
    }
}
