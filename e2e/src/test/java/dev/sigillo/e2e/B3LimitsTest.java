package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@Order(5)
@DisplayName("The limits of docs/limits.md, by the unmodified az on a cluster that is there")
class B3LimitsTest {
    private final Installation sigillo = Installation.shared();

    /**
     * One row of the document.
     *
     * @param command of {@code az aks}, with {@code {pool}} for the cluster's system pool
     * @param code of the ARM error, {@code *az*}, or {@code works}
     * @param words that are said
     */
    private record Row(String what, String command, String code, String words) {
        boolean works() {
            return code.equals("works");
        }
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(Installation.required("SIGILLO_SOURCE"), "docs", "limits.md"))) {
            List<String> cells =
                    Stream.of(line.split("\\|", -1)).map(String::strip).toList();
            if (cells.size() == 6
                    && cells.get(2).startsWith("`")
                    && !cells.get(2).startsWith("`az")) {
                rows.add(new Row(
                        cells.get(1),
                        cells.get(2).replace("`", ""),
                        cells.get(3),
                        cells.get(4).replace("`", "")));
            }
        }
        return rows;
    }

    private List<String> words(Row row, String group, String cluster, String pool) {
        String command = row.command()
                .replace("{pool}", pool)
                .replace("{subscription}", sigillo.environment().get("SIGILLO_SUBSCRIPTION"));
        List<String> words = new ArrayList<>(List.of("aks"));
        words.addAll(List.of(command.split(" ")));
        words.addAll(List.of("-g", group));
        words.addAll(
                words.get(1).equals("nodepool")
                        ? List.of("--cluster-name", cluster)
                        : List.of("--no-ssh-key", "--node-count", "1", "--yes"));
        return words;
    }

    @Test
    @DisplayName("every row is refused by its code, with its words, and nothing is made")
    void rowsHold() throws IOException {
        sigillo.ensureCluster();
        String group = "rg1";
        String name = "c1";
        String pool = sigillo.azJson("aks", "show", "-g", group, "-n", name)
                .path("agentPoolProfiles")
                .valueStream()
                .filter(each -> each.path("mode").asString().equals("System"))
                .map(each -> each.path("name").asString())
                .findFirst()
                .orElseThrow();
        // Those that work come first: others are about what they leave.
        List<Row> rows = Stream.concat(
                        rows().stream().filter(Row::works), rows().stream().filter(row -> !row.works()))
                .toList();
        assertThat(rows).hasSizeGreaterThan(40);
        JsonNode before = Json.MAPPER.readTree(sigillo.az("aks", "list").ok());
        List<Shell.Output> replies = sigillo.azLines(
                rows.stream().map(row -> words(row, group, name, pool)).toList());
        SoftAssertions all = new SoftAssertions();
        for (int at = 0; at < rows.size(); at++) {
            check(all, rows.get(at), replies.get(at));
        }
        sigillo.az("aks", "nodepool", "delete", "-g", group, "--cluster-name", name, "-n", "gen1")
                .ok();
        all.assertThat(names(Json.MAPPER.readTree(sigillo.az("aks", "list").ok())))
                .as("clusters and pools after all of it")
                .isEqualTo(names(before));
        all.assertAll();
    }

    private static void check(SoftAssertions all, Row row, Shell.Output reply) {
        String said = row.works() ? reply.out() : reply.err();
        if (row.works()) {
            all.assertThat(reply.code()).as("%s: %s", row.what(), reply).isZero();
        } else {
            all.assertThat(reply.code()).as("%s: %s", row.what(), reply).isPositive();
        }
        if (!row.works() && !row.code().equals("*az*")) {
            all.assertThat(said).as(row.what()).contains("(" + row.code() + ")");
        }
        all.assertThat(said).as(row.what()).contains(row.words());
    }

    private static List<String> names(JsonNode clusters) {
        return clusters.valueStream()
                .map(cluster -> cluster.path("name").asString() + " "
                        + cluster.path("agentPoolProfiles")
                                .valueStream()
                                .map(pool -> pool.path("name").asString() + "="
                                        + pool.path("count").asInt())
                                .sorted()
                                .toList())
                .sorted()
                .toList();
    }
}
