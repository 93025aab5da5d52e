package dev.sigillo.cli;

import static dev.sigillo.cli.FakeArm.CLUSTERS;
import static dev.sigillo.cli.FakeArm.GROUPS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The command line against an API that answers what each test lays down. */
class CommandsTest extends AgainstArm {
    private static final String CLUSTER = GROUPS + "/demo" + CLUSTERS + "/demo";
    private static final String CLUSTER_BODY = """
            {'id': '%s', 'name': 'demo', 'location': 'eastus', 'properties': {'provisioningState': 'Succeeded',
             'kubernetesVersion': '1.35.4', 'agentPoolProfiles': [{'name': 'nodepool1', 'count': 1}]}}""".formatted(CLUSTER);
    private static final String PASSING = """
            {'machine': 'm-abc', 'at': '2026-11-24T04:00:00Z', 'passing': true, 'findings': [
             {'outcome': 'held', 'check': 'pcr.8', 'component': 'kernel command line'}]}""";
    private static final String FAILING = """
            {'machine': 'm-abc', 'at': '2026-11-24T04:00:00Z', 'passing': false, 'findings': [
             {'outcome': 'held', 'check': 'quote.nonce', 'component': 'quote'},
             {'outcome': 'broken', 'check': 'pcr.8', 'component': 'kernel command line', 'expected': 'quiet', 'was': 'init=/bin/sh', 'where': 'event 41, PCR 8'}]}""";

    @BeforeEach
    void start() {
        arm.on("GET", "/subscriptions/" + FakeArm.SUBSCRIPTION + CLUSTERS, 200, "{'value': [" + CLUSTER_BODY + "]}")
                .on("GET", CLUSTER + "/agentPools", 200, "{'value': [{'name': 'nodepool1'}]}");
    }

    @Test
    @DisplayName("nodes: a table on a terminal has state and verdict of each node")
    void nodesTable() {
        machine("READY", PASSING);

        assertThat(run(true, "nodes")).isZero();
        assertThat(text(out).lines().toList().get(1))
                .contains("aks-nodepool1-0", "Ready", "passing", "10.224.1.5", "on");
    }

    @Test
    @DisplayName("nodes: a verdict that passed and counts no more is not shown as passing")
    void nodesRanOut() {
        machine("READY", PASSING + ", 'trust': 'untrusted'");

        assertThat(run(true, "nodes")).isZero();
        assertThat(text(out).lines().toList().get(1)).contains("ran out").doesNotContain("passing");
    }

    @Test
    @DisplayName("nodes: JSON in a pipe is what the API said")
    void nodesJson() {
        machine("READY", PASSING);

        assertThat(run(false, "nodes")).isZero();
        assertThat(text(out))
                .startsWith("[")
                .contains("\"nodeName\" : \"aks-nodepool1-0\"")
                .doesNotContain("\033");
    }

    @Test
    @DisplayName("nodes: --output overrides where the output goes")
    void outputOverrides() {
        machine("READY", PASSING);

        assertThat(run(true, "nodes", "--output", "names")).isZero();
        assertThat(text(out).strip()).isEqualTo("aks-nodepool1-0");
    }

    @Test
    @DisplayName("attest show: a failing verdict names the component, what was expected, what was, and where")
    void attestFailing() {
        machine("FAILED", FAILING);

        assertThat(run(true, "attest", "show", "aks-nodepool1-0")).isZero();
        assertThat(text(out))
                .contains("failing: kernel command line", "expected quiet, was init=/bin/sh, at event 41, PCR 8");
        assertThat(text(out).indexOf("broken")).isLessThan(text(out).indexOf("quote.nonce"));
    }

    @Test
    @DisplayName("attest show --require-passing: exit code 5 for a failing verdict")
    void requirePassing() {
        machine("FAILED", FAILING);

        assertThat(run(false, "attest", "show", "m-abc", "--require-passing")).isEqualTo(ExitCode.NOT_TRUSTED);
    }

    @Test
    @DisplayName("attest show: exit code 3 and a hint for a node that is not there")
    void attestUnknown() {
        machine("READY", PASSING);

        assertThat(run(false, "attest", "show", "nosuch")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(text(err)).contains("ERROR: There is no node nosuch.", "Next: sigillo nodes");
    }

    @Test
    @DisplayName("attest show: a verdict's text cannot act on the terminal")
    void escapes() {
        machine("FAILED", FAILING.replace("init=/bin/sh", "\\u001b[2Jall well"));

        run(true, "attest", "show", "m-abc");
        assertThat(text(out)).contains("was  [2Jall well").doesNotContain("\033[2J");
    }

    @Test
    @DisplayName("console: control characters of the guest are left out")
    void console() {
        machine("READY", PASSING);
        arm.on(
                "POST",
                CLUSTER + "/agentPools/nodepool1/machines/m-abc/getConsole",
                200,
                "{'console': 'shim\\r\\n\\u001b[31mGRUB\\n'}");

        assertThat(run(true, "console", "aks-nodepool1-0")).isZero();
        assertThat(text(out)).isEqualTo("shim\n[31mGRUB\n");
    }

    @Test
    @DisplayName("cluster create: puts what az puts, waits for the operation, and tells the stages")
    void clusterCreate() {
        arm.on("GET", GROUPS + "/demo", 200, "{'name': 'demo', 'location': 'westeurope'}")
                .on("GET", CLUSTER, 404, "{'error': {'code': 'ResourceNotFound', 'message': 'not there'}}")
                .on("GET", CLUSTER, 200, CLUSTER_BODY)
                .startsOperation("PUT", CLUSTER)
                .on("GET", "/operation", 200, "{'status': 'InProgress'}")
                .on("GET", "/operation", 200, "{'status': 'Succeeded'}");
        machine("STARTED", "null");
        machine("READY", PASSING);

        assertThat(run(false, "cluster", "create", "demo", "-g", "demo", "--node-count", "1", "--enable-vtpm"))
                .isZero();
        assertThat(arm.requests())
                .anyMatch(request -> request.startsWith("PUT " + CLUSTER)
                        && request.contains("\"location\":\"westeurope\"")
                        && request.contains("\"enableVTPM\":true")
                        && request.contains("\"enableSecureBoot\":false"));
        assertThat(text(err)).contains("machines boot and prove what they booted", "cluster demo: 1 node Ready");
    }

    @Test
    @DisplayName("nodepool add: a failed operation gives exit code 1, its code, its message and the next step")
    void operationFails() {
        arm.startsOperation("PUT", CLUSTER + "/agentPools/evil")
                .on("GET", CLUSTER, 200, CLUSTER_BODY)
                .on(
                        "GET",
                        "/operation",
                        200,
                        "{'status': 'Failed', 'error': {'code': 'AttestationFailed', 'message': 'initrd: expected a, was b'}}");
        machine("FAILED", FAILING);

        assertThat(run(false, "nodepool", "add", "evil", "-g", "demo", "-c", "demo"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(text(err))
                .contains("ERROR: (AttestationFailed) initrd: expected a, was b", "Next: sigillo attest show");
    }

    @Test
    @DisplayName("cluster create: refuses a cluster that is there, unless --if-absent")
    void clusterPresent() {
        arm.on("GET", CLUSTER, 200, CLUSTER_BODY);
        machine("READY", PASSING);

        assertThat(run(false, "cluster", "create", "demo", "-g", "demo")).isEqualTo(ExitCode.FAILED);
        assertThat(run(false, "cluster", "create", "demo", "-g", "demo", "--if-absent"))
                .isZero();
        assertThat(arm.requests()).noneMatch(request -> request.startsWith("PUT"));
    }

    @Test
    @DisplayName("env: values are quoted as a shell reads them back")
    void env() {
        assertThat(run(false, "env")).isZero();
        assertThat(text(out))
                .contains(
                        "export SIGILLO_CLIENT_SECRET='it'\\''s secret'",
                        "export PATH='/opt/cache/bin:/usr/bin'",
                        "export REQUESTS_CA_BUNDLE='" + home + "/ca.pem'");
    }

    @Test
    @DisplayName("status: exit code 4 when no server runs, also quietly")
    void statusStopped() throws IOException {
        Files.delete(home.resolve("server.json"));

        assertThat(run(false, "status")).isEqualTo(ExitCode.NOT_RUNNING);
        assertThat(run(false, "status", "--quiet")).isEqualTo(ExitCode.NOT_RUNNING);
        assertThat(text(out)).contains("\"server\" : \"stopped\"");
    }

    @Test
    @DisplayName("status: a server.json whose process number was given to another process counts as stopped")
    void statusStale() throws IOException {
        Path file = home.resolve("server.json");
        Files.writeString(file, Files.readString(file).replaceFirst("\"startTicks\": \\d+", "\"startTicks\": 1"));

        assertThat(run(false, "nodes")).isEqualTo(ExitCode.NOT_RUNNING);
    }

    @Test
    @DisplayName("attest show --require-passing: exit code 5 for a machine that is gone, whatever it once proved")
    void lostMachine() {
        machine("LOST", PASSING);

        assertThat(run(false, "attest", "show", "m-abc", "--require-passing")).isEqualTo(ExitCode.NOT_TRUSTED);
        assertThat(run(true, "nodes")).isZero();
        assertThat(text(out)).contains("Lost");
    }

    @Test
    @DisplayName("a name is one segment of the path, whatever is in it")
    void names() {
        arm.startsDeletion(GROUPS + "/prod%3Fx");

        assertThat(run(false, "group", "delete", "prod?x", "--no-wait")).isZero();
        run(false, "group", "delete", "a%b");
        run(false, "group", "show", "..");
        run(false, "cluster", "show", "x/../y", "-g", "a#b");
        run(false, "nodepool", "show", "p q", "-g", "ä", "-c", "c");
        assertThat(arm.requests())
                .containsExactly(
                        "DELETE " + GROUPS + "/prod%3Fx",
                        "DELETE " + GROUPS + "/a%25b",
                        "GET " + GROUPS + "/%2E%2E",
                        "GET " + GROUPS + "/a%23b" + CLUSTERS + "/x%2F..%2Fy",
                        "GET " + GROUPS + "/%C3%A4" + CLUSTERS + "/c/agentPools/p%20q");
        assertThat(text(err)).doesNotContain("fault in sigillo");
    }

    private static final String PRINCIPALS =
            "/subscriptions/" + FakeArm.SUBSCRIPTION + "/providers/Sigillo.Identity/principals";

    @Test
    @DisplayName("principal delete: takes name or id, and says what to do about one that is not there")
    void principalDelete() {
        arm.on("GET", PRINCIPALS, 200, "{'value': [{'name': 'id-1', 'properties': {'displayName': 'ci'}}]}")
                .on("DELETE", PRINCIPALS + "/id-1", 200, "");
        assertThat(run(false, "principal", "delete", "CI")).isZero();
        assertThat(arm.requests()).anyMatch(each -> each.startsWith("DELETE " + PRINCIPALS + "/id-1"));
        assertThat(run(false, "principal", "delete", "cd")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(text(err)).contains("There is no principal cd.", "sigillo principal list");
        assertThat(run(true, "principal", "list")).isZero();
        assertThat(text(out)).contains("ci", "id-1");
    }

    @Test
    @DisplayName(
            "audit: a table tells who did what and how it ended; what a caller chose cannot play with the terminal")
    void audit() {
        arm.on(
                "GET",
                "/subscriptions/" + FakeArm.SUBSCRIPTION + "/providers/Sigillo.Host/auditEvents",
                200,
                "{'value': [{'name': '2', 'properties': {'at': '2026-11-26T09:00:00Z', 'callerName': 'ci', 'action': 'x/write', 'resourceId': '/a\\u001b[2J', 'outcome': 'Refused', 'code': 'AuthorizationFailed', 'correlationId': 'c-1'}}]}");
        assertThat(run(true, "audit")).isZero();
        assertThat(text(out))
                .contains("ci", "x/write", "Refused", "AuthorizationFailed", "c-1")
                .doesNotContain("\u001b[2J");
    }

    @Test
    @DisplayName("rotate: shows what signs now and what did, for how many machines; the next step is for people alone")
    void rotate() {
        String path = "/subscriptions/" + FakeArm.SUBSCRIPTION + "/providers/Sigillo.Host/authorities/";
        arm.on(
                "POST",
                path + "server/rotate",
                200,
                "{'name': 'server', 'properties': {'subject': 'CN=Sigillo ab12 2', 'expiresOn': '2036-11-23T00:00:00Z', 'former': [{'subject': 'CN=Sigillo ab12', 'expiresOn': '2036-11-21T00:00:00Z', 'machines': 7}]}}");
        assertThat(run(false, "rotate", "server", "--output", "json")).isZero();
        assertThat(text(out)).contains("\"former\"");
        assertThat(text(err)).isEmpty();
        assertThat(run(true, "rotate", "server")).isZero();
        assertThat(text(out)).contains("CN=Sigillo ab12 2", "2036-11-23", "former server", "2036-11-21", "7");
        assertThat(text(err)).contains("ca.pem", "az aks rotate-certs");
        arm.on(
                "POST",
                path + "fleet/rotate",
                409,
                "{'error': {'code': 'Conflict', 'message': '4 former fleet authorities are trusted still.'}}");
        assertThat(run(true, "rotate", "fleet")).isEqualTo(ExitCode.FAILED);
        assertThat(text(err)).contains("4 former fleet authorities");
        assertThat(run(true, "rotate")).isEqualTo(ExitCode.USAGE);
        assertThat(run(true, "rotate", "etcd")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    @DisplayName("image build: a release archive is named with its digest, and without a version")
    void releaseArchive() {
        String digest = "9f".repeat(32);
        assertThat(run(true, "image", "build", "--kubernetes-archive", "a.tar.gz"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(text(err)).contains("--sha256");
        assertThat(run(true, "image", "build", "--kubernetes-archive", "a.tar.gz", "--sha256", digest.substring(1)))
                .isEqualTo(ExitCode.USAGE);
        assertThat(text(err)).contains("64 hexadecimal digits");
        assertThat(run(
                        true,
                        "image",
                        "build",
                        "--kubernetes-archive",
                        "a.tar.gz",
                        "--sha256",
                        digest,
                        "--kubernetes-version",
                        "1.36.3"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(text(err)).contains("does not go with");
    }

    @Test
    @DisplayName("principal create: a secret file is new and private, and goes when nothing was made")
    void secretFile() throws IOException {
        Path file = home.resolve("ci.json");
        assertThat(run(false, "principal", "create", "ci", "--secret-file", file.toString()))
                .isEqualTo(ExitCode.NOT_FOUND);
        assertThat(file).doesNotExist();
        Files.writeString(file, "mine");
        assertThat(run(false, "principal", "create", "ci", "--secret-file", file.toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(Files.readString(file)).isEqualTo("mine");
        assertThat(text(err)).contains("is there already");
    }

    @Test
    @DisplayName("group create: a group that is there keeps region and tags, as nothing is written")
    void groupThere() {
        arm.on("GET", GROUPS + "/demo", 200, "{'name': 'demo', 'location': 'westeurope', 'tags': {'a': 'b'}}");

        assertThat(run(false, "group", "create", "demo")).isZero();
        assertThat(arm.requests()).noneMatch(request -> request.startsWith("PUT"));
        assertThat(text(err)).contains("resource group demo: already there, in westeurope");
    }

    @Test
    @DisplayName("group create: one that is not there is put; one that is being deleted is refused in the API's words")
    void groupCreate() {
        arm.on("PUT", GROUPS + "/new", 201, "{}");
        arm.on("GET", GROUPS + "/old", 200, "{'properties': {'provisioningState': 'Deleting'}}")
                .on("PUT", GROUPS + "/old", 409, "{'error': {'code': 'ResourceGroupBeingDeleted', 'message': 'wait'}}");

        assertThat(run(false, "group", "create", "new", "-l", "uksouth")).isZero();
        assertThat(arm.requests()).contains("PUT " + GROUPS + "/new {\"location\":\"uksouth\"}");
        assertThat(run(false, "group", "create", "old")).isEqualTo(ExitCode.FAILED);
        assertThat(text(err)).contains("(ResourceGroupBeingDeleted) wait");
    }

    @Test
    @DisplayName("a request over the limit is sent again, three times at most, and then told as it was refused")
    void overTheLimit() {
        arm.tooMany("PUT", GROUPS + "/new").tooMany("PUT", GROUPS + "/new").on("PUT", GROUPS + "/new", 201, "{}");
        arm.tooMany("PUT", GROUPS + "/never");

        assertThat(run(false, "group", "create", "new", "-l", "uksouth")).isZero();
        assertThat(arm.requests())
                .filteredOn(request -> request.startsWith("PUT"))
                .hasSize(3);
        assertThat(run(false, "group", "create", "never", "-l", "uksouth")).isEqualTo(ExitCode.FAILED);
        assertThat(arm.requests())
                .filteredOn(request -> request.startsWith("PUT " + GROUPS + "/never"))
                .hasSize(4);
        assertThat(text(err)).contains("(TooManyRequests) Too many.");
    }

    @Test
    @DisplayName("group delete: waits for its own end, and tells why when it fails")
    void groupDelete() {
        arm.startsDeletion(GROUPS + "/demo").on("GET", "/location", 202, "").on("GET", "/location", 200, "");

        assertThat(run(false, "group", "delete", "demo")).isZero();
        assertThat(arm.requests()).filteredOn("GET /location"::equals).hasSize(2);
        arm.startsDeletion(GROUPS + "/bad")
                .on("GET", "/location", 409, "{'error': {'code': 'Conflict', 'message': 'stuck'}}");
        run(false, "group", "delete", "bad");
        assertThat(run(false, "group", "delete", "bad")).isEqualTo(ExitCode.FAILED);
        assertThat(text(err)).contains("ERROR: (Conflict) stuck");
    }

    @Test
    @DisplayName("cluster create --if-absent --no-wait: returns at once when the cluster is there, ready or not")
    void ifAbsentNoWait() {
        arm.on("GET", CLUSTER, 200, CLUSTER_BODY.replace("Succeeded", "Creating"));

        assertThat(run(false, "cluster", "create", "demo", "-g", "demo", "--if-absent", "--no-wait"))
                .isZero();
        assertThat(arm.requests()).noneMatch(request -> request.startsWith("PUT"));
    }

    @Test
    @DisplayName("a token that is about to end is replaced in the middle of a wait")
    void renewsToken() {
        arm.token(200)
                .startsDeletion(GROUPS + "/demo")
                .on("GET", "/location", 202, "")
                .on("GET", "/location", 200, "");

        assertThat(run(false, "group", "delete", "demo")).isZero();
        assertThat(arm.logins()).isEqualTo(3);
    }

    @Test
    @DisplayName("show: one object is an object in JSON, not a list of one")
    void showsObject() {
        arm.on("GET", CLUSTER, 200, CLUSTER_BODY);

        assertThat(run(false, "cluster", "show", "demo", "-g", "demo")).isZero();
        assertThat(text(out)).startsWith("{");
        assertThat(run(true, "cluster", "show", "demo", "-g", "demo")).isZero();
        assertThat(text(out)).contains("RESOURCE GROUP", "1.35.4");
    }

    @Test
    @DisplayName("image list and show tell version, Kubernetes, signer and users of each node image")
    void images() {
        String images = "/subscriptions/" + FakeArm.SUBSCRIPTION + "/providers/Sigillo.Host/nodeImages";
        String image = """
                {'name': 'Sigillo-1', 'properties': {'kubernetesVersion': '1.36.3', 'newest': true,
                 'kernel': '6.12', 'rootHash': 'ab12', 'signer': '0123456789abcdef0123456789abcdef',
                 'agentPools': ['/a/pools/np'], 'machines': ['/a/m/1', '/a/m/2']}}""";
        arm.on("GET", images, 200, "{'value': [" + image + "]}").on("GET", images + "/Sigillo-1", 200, image);
        assertThat(run(true, "image", "list", "--output", "table")).isZero();
        assertThat(text(out))
                .contains("Sigillo-1", "1.36.3", "0123456789abcdef", "1 pools, 2 machines")
                .doesNotContain("0123456789abcdef0");
        assertThat(run(true, "image", "show", "Sigillo-1", "--output", "table")).isZero();
        assertThat(text(out)).contains("ab12", "0123456789abcdef0123456789abcdef", "/a/pools/np", "/a/m/2");
        assertThat(run(true, "image", "show", "none/such")).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    @DisplayName("image build takes a version of Kubernetes only, and starts nothing for another word")
    void imageBuild() {
        assertThat(run(true, "image", "build", "--kubernetes-version", "1.36; reboot"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(text(err)).contains("1.36; reboot", "must look like 1.36.3");
    }

    @Test
    @DisplayName("every command's help has an example")
    void examples() {
        CommandLine line = Main.commandLine(environment, console(false));
        assertThat(leaves(line))
                .hasSizeGreaterThan(20)
                .allSatisfy(leaf -> assertThat(leaf.getUsageMessage())
                        .as(leaf.getCommandSpec().qualifiedName())
                        .containsPattern("Examples?:"));
    }

    private static List<CommandLine> leaves(CommandLine line) {
        List<CommandLine> visible = line.getSubcommands().values().stream()
                .filter(each -> !each.getCommandSpec().usageMessage().hidden())
                .toList();
        return visible.isEmpty()
                ? List.of(line)
                : visible.stream().flatMap(each -> leaves(each).stream()).toList();
    }

    @Test
    @DisplayName("login-az: az gets the secret by standard input alone; every command is told as it is run")
    void loginAz() throws IOException {
        Path az = home.resolve("my az");
        Files.writeString(az, """
                #!/bin/sh
                echo "$@" >> "$0.arguments"
                case "$1" in login) cat > "$0.secret" ;; esac
                [ "$2" != show ]
                """);
        Files.setPosixFilePermissions(az, PosixFilePermissions.fromString("rwx------"));

        assertThat(run(false, "login-az", "--az", az.toString())).isZero();
        assertThat(Files.readString(home.resolve("my az.secret"))).isEqualTo("it's secret");
        List<String> arguments = Files.readAllLines(home.resolve("my az.arguments"));
        assertThat(arguments).hasSize(4).noneMatch(line -> line.contains("secret"));
        assertThat(arguments.getLast()).contains("login --service-principal --username app --password @-");
        assertThat(text(err).lines().filter(line -> line.contains("'" + az + "'")))
                .hasSize(4);
        assertThat(text(err)).contains("cloud show --name sigillo").doesNotContain("it's secret");
    }

    @Test
    @DisplayName("login-az --use-device-code: az logs a person in, and is given no secret")
    void loginAzAsPerson() throws IOException {
        Path az = home.resolve("az");
        Files.writeString(az, "#!/bin/sh\necho \"$@\" >> \"$0.arguments\"\n[ \"$2\" != show ]\n");
        Files.setPosixFilePermissions(az, PosixFilePermissions.fromString("rwx------"));
        assertThat(run(false, "login-az", "--use-device-code", "--az", az.toString()))
                .isZero();
        assertThat(Files.readAllLines(home.resolve("az.arguments")).getLast())
                .isEqualTo("login --use-device-code --output none");
    }

    @Test
    @DisplayName("an unknown command gives exit code 2 and a suggestion")
    void unknown() {
        assertThat(run(false, "clustr")).isEqualTo(ExitCode.USAGE);
        assertThat(text(err)).contains("cluster");
    }

    private void machine(String phase, String verdict) {
        String body = """
            {'id': '%s/agentPools/nodepool1/machines/m-abc', 'name': 'm-abc', 'properties': {'nodeName': 'aks-nodepool1-0',
             'phase': '%s', 'address': '10.224.1.5', 'imageVersion': 'SigilloDebian-13gen2TLcontainerd-202611.24.0',
             'securityProfile': {'enableSecureBoot': true, 'enableVTPM': true}, 'verdict': %s}}""".formatted(CLUSTER, phase, verdict);
        arm.on("GET", CLUSTER + "/agentPools/nodepool1/machines", 200, "{'value': [" + body + "]}");
    }
}
