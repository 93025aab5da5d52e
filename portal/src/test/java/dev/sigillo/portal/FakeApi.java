package dev.sigillo.portal;

import dev.sigillo.arm.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An API on paper: what a path answers is set, everything else is 404; the token service gives a token for any code. */
final class FakeApi implements Api {
    final List<Call> calls = new ArrayList<>();
    private final Map<String, Reply> replies = new HashMap<>();

    void answers(String method, String pathEnd, int status, String json) {
        replies.put(
                method + " " + pathEnd,
                new Reply(status, Map.of(), json.isEmpty() ? Json.MAPPER.missingNode() : Json.object(json)));
    }

    @Override
    public Reply send(Call call) {
        calls.add(call);
        if (call.path().equals("/adfs/oauth2/token")) {
            String claims = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString("{\"oid\":\"anna-id\",\"unique_name\":\"Anna\"}".getBytes(StandardCharsets.UTF_8));
            return new Reply(
                    200,
                    Map.of(),
                    Json.newObject().put("access_token", "x." + claims + ".y").put("expires_in", 3600));
        }
        return replies.entrySet().stream()
                .filter(each -> (call.method() + " " + call.path())
                                .startsWith(each.getKey().split(" ", -1)[0] + " ")
                        && call.path().endsWith(each.getKey().split(" ", -1)[1]))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseGet(() -> new Reply(
                        404,
                        Map.of(),
                        Json.object("{\"error\":{\"code\":\"NotFound\",\"message\":\"There is nothing there.\"}}")));
    }
}
