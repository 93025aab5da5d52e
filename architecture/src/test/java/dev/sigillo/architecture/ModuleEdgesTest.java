package dev.sigillo.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The module table: an edge that is not written here does not exist. */
class ModuleEdgesTest {
    private static final String ROOT = "dev.sigillo.";

    /** Module, then what its production code may use. A module always may use itself and the JDK. */
    private static final Map<String, Set<String>> EDGES = new TreeMap<>(Map.ofEntries(
            edge("bytes"),
            edge("tpm", "bytes"),
            edge("eventlog", "bytes"),
            edge("uefi", "bytes"),
            edge("pe", "bytes"),
            edge("attest", "bytes", "tpm", "eventlog", "uefi", "pe"),
            edge("evidence", "bytes", "tpm", "eventlog", "uefi", "attest"),
            edge("compression", "bytes"),
            edge("kernel", "bytes", "compression"),
            edge("reference", "bytes", "eventlog", "uefi", "pe", "attest"),
            edge("process"),
            edge("inspect", "bytes", "uefi", "pe", "attest", "compression", "kernel", "process"),
            edge("pki"),
            edge("arm"),
            edge("portal", "arm"),
            edge("store", "arm", "attest"),
            edge("image", "bytes", "eventlog", "uefi", "pe", "attest", "evidence", "reference", "process"),
            edge("machine", "bytes", "tpm", "eventlog", "uefi", "process", "pki"),
            edge("kubernetes", "process", "pki"),
            edge("enrolment", "bytes", "tpm", "eventlog", "attest", "evidence", "pki", "arm", "store", "machine"),
            edge(
                    "reconcile",
                    "bytes",
                    "attest",
                    "evidence",
                    "pki",
                    "arm",
                    "store",
                    "image",
                    "machine",
                    "kubernetes",
                    "enrolment"),
            edge(
                    "server",
                    "bytes",
                    "attest",
                    "evidence",
                    "process",
                    "pki",
                    "arm",
                    "store",
                    "image",
                    "machine",
                    "kubernetes",
                    "enrolment",
                    "reconcile",
                    "eventlog",
                    "portal"),
            edge("agent", "bytes", "tpm"),
            edge(
                    "cli",
                    "bytes",
                    "tpm",
                    "eventlog",
                    "uefi",
                    "pe",
                    "attest",
                    "evidence",
                    "reference",
                    "arm",
                    "inspect")));

    /** Library, then the modules that may touch it. */
    private static final Map<String, Set<String>> LIBRARIES = new TreeMap<>(Map.ofEntries(
            Map.entry("io.helidon", Set.of("server")),
            Map.entry("io.fabric8", Set.of("kubernetes")),
            Map.entry("gg.jte", Set.of("portal")),
            Map.entry("org.jdbi", Set.of("store")),
            Map.entry("org.sqlite", Set.of("store")),
            Map.entry("org.bouncycastle", Set.of("pe", "kernel", "attest", "pki")),
            Map.entry("com.nimbusds", Set.of("evidence", "server")),
            Map.entry("org.snakeyaml", Set.of("evidence")),
            Map.entry("picocli", Set.of("cli")),
            Map.entry("org.tukaani.xz", Set.of("compression", "machine")),
            Map.entry(
                    "tools.jackson",
                    Set.of(
                            "evidence",
                            "arm",
                            "store",
                            "image",
                            "machine",
                            "kubernetes",
                            "enrolment",
                            "reconcile",
                            "portal",
                            "server",
                            "cli"))));

    private static JavaClasses production = new ClassFileImporter().importClasses();

    @BeforeAll
    static void read() {
        production = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.sigillo");
    }

    @TestFactory
    @DisplayName("A module uses only the modules that the table allows")
    Stream<DynamicTest> modules() {
        return EDGES.entrySet().stream()
                .map(edge -> DynamicTest.dynamicTest(
                        edge.getKey() + " uses " + edge.getValue(),
                        () -> noClasses()
                                .that()
                                .resideInAPackage(ROOT + edge.getKey())
                                .should()
                                .dependOnClassesThat(describe(
                                        "belong to a module other than " + edge.getValue(),
                                        other -> isOurs(other)
                                                && !module(other).equals(edge.getKey())
                                                && !edge.getValue().contains(module(other))))
                                .allowEmptyShould(true)
                                .check(production)));
    }

    @TestFactory
    @DisplayName("A library stays in the modules it was taken in for")
    Stream<DynamicTest> libraries() {
        return LIBRARIES.entrySet().stream()
                .map(library -> DynamicTest.dynamicTest(
                        library.getKey() + " in " + library.getValue(),
                        () -> noClasses()
                                .that(describe(
                                        "belong to a module other than " + library.getValue(),
                                        (JavaClass one) -> !library.getValue().contains(module(one))))
                                .should()
                                .dependOnClassesThat()
                                .resideInAPackage(library.getKey() + "..")
                                .check(production)));
    }

    @Test
    @DisplayName("The agent needs nothing but java.base, bytes and tpm: everything in it is measured")
    void agentIsSmall() {
        classes()
                .that()
                .resideInAnyPackage(ROOT + "agent", ROOT + "tpm", ROOT + "bytes")
                .should()
                .onlyDependOnClassesThat(describe(
                        "belong to the JDK, to the three modules or are annotations",
                        other -> isOurs(other)
                                || other.getPackageName().startsWith("java.")
                                || other.getPackageName().startsWith("javax.")
                                || other.getPackageName().startsWith("org.jspecify")
                                || other.getPackageName().startsWith("com.google.errorprone")
                                || other.getPackageName().isEmpty()))
                .check(production);
    }

    @Test
    @DisplayName("The table names every module, and a module is one package without folders below it")
    void flat() {
        List<String> strangers = new ArrayList<>();
        for (JavaClass one : production) {
            if (!EDGES.containsKey(module(one)) && !module(one).equals("testkit")) {
                strangers.add(one.getName());
            }
        }
        assertThat(strangers).isEmpty();
    }

    @Test
    @DisplayName("The table has no cycle")
    void acyclic() {
        EDGES.forEach((module, used) -> assertThat(reachable(used)).doesNotContain(module));
    }

    @Test
    @DisplayName("Every package is null-marked")
    void nullMarked() {
        for (String module : EDGES.keySet()) {
            assertThat(Arrays.stream(packageInfo(module).getAnnotations()))
                    .as(ROOT + module)
                    .anyMatch(annotation -> annotation.annotationType().equals(NullMarked.class));
        }
    }

    @Test
    @DisplayName("No class is called by what anything could be called: util, helper, manager, common, impl")
    void namesSaySomething() {
        noClasses()
                .should()
                .haveNameMatching(".*\\.(\\w*Utils?|\\w*Helper|\\w*Manager|\\w*Common|\\w*Impl)")
                .check(production);
    }

    private static Class<?> packageInfo(String module) {
        try {
            return Class.forName(ROOT + module + ".package-info");
        } catch (ClassNotFoundException e) {
            throw new AssertionError(ROOT + module + " has no package-info with @NullMarked", e);
        }
    }

    private static List<String> reachable(Set<String> from) {
        List<String> found = new ArrayList<>(from);
        for (int at = 0; at < found.size(); at++) {
            for (String next : EDGES.getOrDefault(found.get(at), Set.of())) {
                if (!found.contains(next)) {
                    found.add(next);
                }
            }
        }
        return found;
    }

    private static boolean isOurs(JavaClass one) {
        return one.getPackageName().startsWith(ROOT);
    }

    /** The package below the root; a nested package keeps its dots, and so is in no row of the table. */
    private static String module(JavaClass one) {
        return isOurs(one) ? one.getPackageName().substring(ROOT.length()) : "";
    }

    private static Map.Entry<String, Set<String>> edge(String module, String... uses) {
        return Map.entry(module, Set.of(uses));
    }
}
