package dev.sigillo.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class PoolRulesTest {
    private static final String BOTH = "\"securityProfile\":{\"enableVTPM\":true,\"enableSecureBoot\":true}";

    private final PoolRules rules =
            new PoolRules(Sizes.shipped(), () -> new KubernetesVersions(List.of("1.35.4")), (_, _) -> "image-1");

    private ObjectNode create(String properties) {
        return rules.create("np1", Json.object(properties), "");
    }

    private static void refused(ArmError error, String words, ThrowingCallable request) {
        assertThatThrownBy(request)
                .isInstanceOfSatisfying(
                        ArmException.class, e -> assertThat(e.error()).isEqualTo(error))
                .hasMessageContaining(words);
    }

    @Test
    @DisplayName(
            "a request without anything gets three plain Linux nodes of the default size and the trusted-launch image")
    void defaults() {
        ObjectNode pool = create("{}");
        assertThat(pool.path("count").asInt()).isEqualTo(3);
        assertThat(pool.path("vmSize").asString()).isEqualTo("Standard_D2s_v5");
        assertThat(pool.path("mode").asString()).isEqualTo("User");
        assertThat(pool.path("osType").asString()).isEqualTo("Linux");
        assertThat(pool.path("orchestratorVersion").asString()).isEqualTo("1.35.4");
        assertThat(pool.path("nodeImageVersion").asString()).isEqualTo("image-1");
        assertThat(pool.path("securityProfile"))
                .isEqualTo(Json.object("{\"enableVTPM\":false,\"enableSecureBoot\":false}"));
    }

    @Test
    @DisplayName("empty strings, as az sends them, mean the default")
    void emptyStrings() {
        ObjectNode pool = create("{\"vmSize\":\"\",\"orchestratorVersion\":\"\"}");
        assertThat(pool).isEqualTo(create("{}"));
    }

    @Test
    @DisplayName("one flag works without the other")
    void oneFlag() {
        assertThat(create("{\"securityProfile\":{\"enableSecureBoot\":true}}").path("securityProfile"))
                .isEqualTo(Json.object("{\"enableSecureBoot\":true,\"enableVTPM\":false}"));
    }

    @Test
    @DisplayName("unknown fields stay, nulls go, and a stale nodeImageVersion is replaced")
    void tolerant() {
        ObjectNode pool = create("{\"novel\":{\"a\":1},\"tags\":null,\"nodeImageVersion\":\"stale\",\"eTag\":\"x\"}");
        assertThat(pool.path("novel")).isEqualTo(Json.object("{\"a\":1}"));
        assertThat(pool.has("tags")).isFalse();
        assertThat(pool.has("eTag")).isFalse();
        assertThat(pool.path("nodeImageVersion").asString()).isEqualTo("image-1");
    }

    @ParameterizedTest
    @DisplayName("Trusted Launch is refused with what it cannot go with, and the code says so")
    @CsvSource(delimiter = '|', textBlock = """
            "osType":"Windows"                  | Windows
            "osSKU":"Windows2022"               | Windows
            "vmSize":"Standard_A2_v2"           | generation 1
            "vmSize":"standard_a2_V2"           | generation 1
            "vmSize":"Standard_D4ps_v6"         | Arm64
            "vmSize":"Standard_NC4as_T4_v3"     | GPU driver
            "vmSize":"Standard_M208s_v2"        | TrustedLaunchDisabled
            "vmSize":"Standard_DC4as_v5"        | confidential
            "osDiskType":"Ephemeral","osDiskSizeGB":150,"vmSize":"Standard_D4ds_v5" | 149 GiB are left
            "osDiskType":"ephemeral","osDiskSizeGB":30,"vmSize":"Standard_B2s" | 29 GiB are left
            "enableFIPS":true                   | FIPS
            "type":"AvailabilitySet"            | availability sets
            "osSKU":"CBLMariner"                | CBLMariner
            "workloadRuntime":"KataMshvVmIsolation" | Pod Sandboxing
            "orchestratorVersion":"1.24.9"      | 1.25.2
            "orchestratorVersion":"1.25.1"      | 1.25.2
            "orchestratorVersion":"1.24"        | 1.25.2
            "orchestratorVersion":"0.9.0"       | 1.25.2
            """)
    void trustedLaunchConflicts(String field, String words) {
        refused(ArmError.TRUSTED_LAUNCH_INCOMPATIBLE, words, () -> create("{" + field + "," + BOTH + "}"));
    }

    @Test
    @DisplayName("the cluster's old version counts for a pool that names none")
    void clusterVersion() {
        refused(
                ArmError.TRUSTED_LAUNCH_INCOMPATIBLE,
                "1.24.0",
                () -> rules.create("np1", Json.object("{" + BOTH + "}"), "1.24.0"));
    }

    @ParameterizedTest
    @DisplayName("without a flag the same requests have errors of their own")
    @CsvSource(delimiter = '|', textBlock = """
            "osType":"Windows"              | OS_NOT_SUPPORTED
            "vmSize":"Standard_M208s_v2"    | VM_SIZE_NOT_SUPPORTED
            "vmSize":"Standard_DC4as_v5"    | VM_SIZE_NOT_SUPPORTED
            "vmSize":"Standard_NC4as_T4_v3" | NO_HOST_CAPACITY
            "osDiskType":"Ephemeral","osDiskSizeGB":151,"vmSize":"Standard_D4ds_v5" | INVALID_PARAMETER
            "osDiskSizeGB":7                | INVALID_PARAMETER
            "osDiskSizeGB":2049             | INVALID_PARAMETER
            "osDiskSizeGB":-1               | INVALID_PARAMETER
            "vmSize":"Standard_D4ps_v6"     | VM_SIZE_NOT_SUPPORTED
            "vmSize":"Standard_Nonsense"    | VM_SIZE_NOT_SUPPORTED
            "enableFIPS":true               | NOT_SUPPORTED
            "type":"AvailabilitySet"        | NOT_SUPPORTED
            "orchestratorVersion":"1.24.9"  | AGENT_POOL_K8S_VERSION_NOT_SUPPORTED
            "orchestratorVersion":"abc"     | AGENT_POOL_K8S_VERSION_NOT_SUPPORTED
            """)
    void plainErrors(String field, ArmError error) {
        refused(error, "", () -> create("{" + field + "}"));
    }

    @ParameterizedTest
    @DisplayName("a GPU size conflicts with nothing when no driver is installed, and no GPU is here to be had")
    @ValueSource(
            strings = {
                "\"gpuProfile\":{\"driver\":\"None\"}," + BOTH,
                "\"tags\":{\"SkipGPUDriverInstall\":\"true\"}," + BOTH,
                "\"securityProfile\":{\"enableVTPM\":true}",
            })
    void gpu(String fields) {
        refused(
                ArmError.NO_HOST_CAPACITY,
                "no such capacity",
                () -> create("{\"vmSize\":\"Standard_NC4as_T4_v3\"," + fields + "}"));
    }

    @Test
    @DisplayName("where a GPU is declared its size is taken without the driver, with both flags, and refused with it")
    void gpuDeclared() {
        PoolRules withGpu = new PoolRules(
                Sizes.shipped().withGpus(1), () -> new KubernetesVersions(List.of("1.35.4")), (_, _) -> "image-1");
        String size = "\"vmSize\":\"Standard_NC4as_T4_v3\",";
        ObjectNode pool = withGpu.create(
                "np1", Json.object("{" + size + "\"gpuProfile\":{\"driver\":\"None\"}," + BOTH + "}"), "");
        assertThat(pool.path("vmSize").asString()).isEqualTo("Standard_NC4as_T4_v3");
        refused(
                ArmError.NOT_SUPPORTED,
                "--gpu-driver None",
                () -> withGpu.create(
                        "np1", Json.object("{" + size + "\"securityProfile\":{\"enableVTPM\":true}}"), ""));
        refused(
                ArmError.TRUSTED_LAUNCH_INCOMPATIBLE,
                "GPU driver",
                () -> withGpu.create("np1", Json.object("{" + size + BOTH + "}"), ""));
    }

    @Test
    @DisplayName("a disk that is not asked for is the size's own, and fits beside the state of a trusted guest")
    void defaultDisks() {
        for (Size size : Sizes.shipped().all()) {
            if (Sizes.shipped().canRun(size) && !size.isGeneration1Only()) {
                ObjectNode pool = create("{\"vmSize\":\"" + size.name() + "\",\"osDiskSizeGB\":0," + BOTH + "}");
                assertThat(pool.path("osDiskType").asString()).isEqualTo("Ephemeral");
                assertThat(pool.path("osDiskSizeGB").asInt())
                        .isPositive()
                        .isLessThan(size.largestEphemeralDisk())
                        .isLessThanOrEqualTo(size.here().get().diskGiB());
            }
        }
    }

    @Test
    @DisplayName(
            "a disk larger than an ephemeral one may be is a managed one, and an ephemeral one of the limit fits without the flags")
    void largeDisks() {
        String d4 = "\"vmSize\":\"Standard_D4ds_v5\",";
        assertThat(create("{" + d4 + "\"osDiskSizeGB\":512," + BOTH + "}")
                        .path("osDiskType")
                        .asString())
                .isEqualTo("Managed");
        ObjectNode whole = create("{" + d4 + "\"osDiskType\":\"Ephemeral\",\"osDiskSizeGB\":150}");
        assertThat(DesiredPool.of("np1", Json.text(whole)).osDiskGib()).isEqualTo(150);
        refused(
                ArmError.TRUSTED_LAUNCH_INCOMPATIBLE,
                "149 GiB",
                () -> rules.update("np1", whole, Json.object("{" + BOTH + "}")));
        assertThat(rules.update("np1", whole, Json.object("{\"osDiskSizeGB\":100," + BOTH + "}"))
                        .path("osDiskSizeGB")
                        .asInt())
                .isEqualTo(100);
    }

    @Test
    @DisplayName("a pool from before sizes of disks counted keeps what it says, and takes the flags")
    void olderPool() {
        ObjectNode older = create("{}").put("osDiskSizeGB", 128);
        ObjectNode now = rules.update("np1", older, Json.object("{" + BOTH + "}"));
        assertThat(now.path("osDiskSizeGB").asInt()).isEqualTo(128);
        assertThat(now.path("osDiskType").asString()).isEqualTo("Managed");
    }

    @Test
    @DisplayName("a pool of a generation 1 size has an image without Trusted Launch, and cannot get the flags later")
    void generation1() {
        PoolRules named = new PoolRules(
                Sizes.shipped(),
                () -> new KubernetesVersions(List.of("1.35.4")),
                (_, _) -> "SigilloDebian-13gen2TLcontainerd-202611.24.7");
        ObjectNode pool = named.create("np1", Json.object("{\"vmSize\":\"Standard_A2_v2\"}"), "");
        assertThat(pool.path("nodeImageVersion").asString())
                .isEqualTo("SigilloDebian-13gen1containerd-202611.24.7")
                .matches(NodeImages::isGeneration1);
        assertThat(NodeImages.built(pool.path("nodeImageVersion").asString()))
                .isEqualTo("SigilloDebian-13gen2TLcontainerd-202611.24.7");
        assertThat(named.upgradeImage(pool)).isEqualTo(pool);
        refused(
                ArmError.TRUSTED_LAUNCH_INCOMPATIBLE,
                "SigilloDebian-13gen1containerd-202611.24.7 is no Trusted Launch image",
                () -> named.update("np1", pool, Json.object("{" + BOTH + "}")));
    }

    @Test
    @DisplayName("the name of a Windows pool has at most six characters")
    void windowsNames() {
        refused(
                ArmError.INVALID_PARAMETER,
                "1 to 6",
                () -> rules.create("sevench", Json.object("{\"osType\":\"Windows\"}"), ""));
        refused(
                ArmError.OS_NOT_SUPPORTED,
                "Windows",
                () -> rules.create("sixchr", Json.object("{\"osType\":\"Windows\"}"), ""));
    }

    @ParameterizedTest
    @DisplayName("a known field of a wrong type is named with what was seen")
    @CsvSource(delimiter = '|', textBlock = """
            "count":"3"                                | properties.count
            "count":3.5                                | properties.count
            "count":99999999999                        | properties.count
            "count":[]                                 | properties.count
            "count":1e400                              | properties.count
            "spotMaxPrice":1e400                       | properties.spotMaxPrice
            "vmSize":5                                 | properties.vmSize
            "securityProfile":true                     | properties.securityProfile
            "securityProfile":{"enableVTPM":"true"}    | properties.securityProfile.enableVTPM
            "securityProfile":{"enableSecureBoot":1}   | properties.securityProfile.enableSecureBoot
            "nodeLabels":{"a":1}                       | properties.nodeLabels
            "nodeTaints":["a",2]                       | properties.nodeTaints
            "tags":[]                                  | properties.tags
            """)
    void wrongTypes(String field, String target) {
        assertThatThrownBy(() -> create("{" + field + "}")).isInstanceOfSatisfying(ArmException.class, e -> {
            assertThat(e.error()).isEqualTo(ArmError.INVALID_PARAMETER);
            assertThat(e.body().target()).isEqualTo(target);
        });
    }

    @ParameterizedTest
    @DisplayName("counts: 0 to 1000 for user pools, 1 to 1000 for system pools")
    @CsvSource({"User,-1,false", "User,0,true", "User,1000,true", "User,1001,false", "System,0,false", "System,1,true"})
    void counts(String mode, int count, boolean good) {
        String request = "{\"mode\":\"%s\",\"count\":%d}".formatted(mode, count);
        if (good) {
            assertThat(create(request).path("count").asInt()).isEqualTo(count);
        } else {
            refused(ArmError.INVALID_PARAMETER, "count", () -> create(request));
        }
    }

    @ParameterizedTest
    @DisplayName("pool names are 1 to 12 lower-case letters and digits that begin with a letter")
    @ValueSource(strings = {"", "1pool", "MyPool", "abcdefghijklm", "a-b", "a_b", "ä", "a\n", "a "})
    void badNames(String name) {
        refused(ArmError.INVALID_PARAMETER, "agentPoolProfile.name", () -> rules.create(name, Json.newObject(), ""));
    }

    @ParameterizedTest
    @DisplayName("twelve characters are a good name, and one is")
    @ValueSource(strings = {"abcdefghijkl", "a", "np1"})
    void goodNames(String name) {
        assertThat(rules.create(name, Json.newObject(), "").path("count").asInt())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @DisplayName("nobody can give a node the labels by which Sigillo speaks, nor Kubernetes' own")
    @ValueSource(
            strings = {
                "\"nodeLabels\":{\"kubernetes.azure.com/trusted-launch\":\"true\"}",
                "\"nodeLabels\":{\"Kubernetes.Azure.com/security-type\":\"TrustedLaunch\"}",
                "\"nodeLabels\":{\"x.kubernetes.azure.com/a\":\"b\"}",
                "\"nodeLabels\":{\"node.kubernetes.io/instance-type\":\"b\"}",
                "\"nodeLabels\":{\"agentpool\":\"b\"}",
                "\"nodeLabels\":{\"a b\":\"c\"}",
                "\"nodeLabels\":{\"a\":\"b c\"}",
                "\"nodeTaints\":[\"sigillo.dev/untrusted=x:NoExecute\"]",
                "\"nodeTaints\":[\"key\"]",
                "\"nodeTaints\":[\"key=value:Sometimes\"]"
            })
    void reservedLabels(String field) {
        refused(ArmError.INVALID_PARAMETER, "properties.node", () -> create("{" + field + "}"));
    }

    @Test
    @DisplayName("labels and taints of the user's own go through to the reconciler")
    void ownLabels() {
        ObjectNode pool = create(
                "{\"nodeLabels\":{\"team\":\"a\",\"example.com/x\":\"\"},\"nodeTaints\":[\"k=v:NoSchedule\",\"k:NoExecute\"]}");
        DesiredPool desired = DesiredPool.of("np1", Json.text(pool));
        assertThat(desired.labels()).containsEntry("team", "a").containsEntry("example.com/x", "");
        assertThat(desired.taints()).containsExactly("k=v:NoSchedule", "k:NoExecute");
        assertThat(desired.version()).isEqualTo("1.35.4");
        assertThat(desired.nodeImageVersion()).isEqualTo("image-1");
    }

    @Test
    @DisplayName("the same PUT again changes nothing, also as az echoes it")
    void idempotent() {
        ObjectNode pool = create("{\"count\":2,\"nodeLabels\":{\"a\":\"b\"}," + BOTH + "}");
        assertThat(rules.update("np1", pool, Json.object("{\"count\":2," + BOTH + "}")))
                .isEqualTo(pool);
        assertThat(rules.update("np1", pool, pool)).isEqualTo(pool);
        assertThat(rules.update("np1", pool, Json.object("{\"vmSize\":\"\",\"nodeImageVersion\":\"stale\"}")))
                .isEqualTo(pool);
        assertThat(rules.update("np1", pool, Json.newObject())).isEqualTo(pool);
    }

    @Test
    @DisplayName("an update may scale and turn the flags of Trusted Launch on and off; another size needs a new pool")
    void updates() {
        ObjectNode pool = create("{\"count\":2," + BOTH + "}");
        assertThat(rules.update("np1", pool, Json.object("{\"count\":5}"))
                        .path("count")
                        .asInt())
                .isEqualTo(5);
        refused(
                ArmError.PROPERTY_CHANGE_NOT_ALLOWED,
                "properties.vmSize",
                () -> rules.update("np1", pool, Json.object("{\"vmSize\":\"Standard_B2s\"}")));
        JsonNode security = rules.update("np1", pool, Json.object("{\"securityProfile\":{\"enableVTPM\":false}}"))
                .path("securityProfile");
        assertThat(security.path("enableVTPM").asBoolean(true)).isFalse();
        assertThat(security.path("enableSecureBoot").asBoolean(false)).isTrue();
    }

    @ParameterizedTest
    @DisplayName("a field that holds one of a few words takes them in any case, and keeps the service's own spelling")
    @CsvSource(delimiter = '|', textBlock = """
            "mode":"SYSTEM"                         | /mode                    | System
            "osSKU":"azurelinux"                    | /osSKU                   | AzureLinux
            "osDiskType":"managed"                  | /osDiskType              | Managed
            "scaleDownMode":"DEALLOCATE"            | /scaleDownMode           | Deallocate
            "scaleDownMode":""                      | /scaleDownMode           | Delete
            "scaleSetPriority":"spot"               | /scaleSetPriority        | Spot
            "scaleSetEvictionPolicy":"deallocate"   | /scaleSetEvictionPolicy  | Deallocate
            "kubeletDiskType":"temporary"           | /kubeletDiskType         | Temporary
            "kubeletDiskType":"os"                  | /kubeletDiskType         | OS
            "gpuProfile":{"driver":"NONE"}          | /gpuProfile/driver       | None
            "mode":""                               | /mode                    | User
            """)
    void words(String field, String at, String spelled) {
        ObjectNode pool = create("{" + field + "}");
        assertThat(pool.at(at).asString()).isEqualTo(spelled);
        assertThat(rules.update("np1", pool, Json.object("{" + field + "}"))).isEqualTo(pool);
    }

    @ParameterizedTest
    @DisplayName("… and no others: the refusal lists those that there are")
    @CsvSource(delimiter = '|', textBlock = """
            "mode":"Boss"                       | properties.mode                   | System, User
            "scaleDownMode":"Pray"              | properties.scaleDownMode          | Delete, Deallocate
            "scaleSetPriority":"High"           | properties.scaleSetPriority       | Regular, Spot
            "scaleSetEvictionPolicy":"Keep"     | properties.scaleSetEvictionPolicy | Delete, Deallocate
            "kubeletDiskType":"Floppy"          | properties.kubeletDiskType        | OS, Temporary
            "gpuProfile":{"driver":"Nouveau"}   | properties.gpuProfile.driver      | Install, None
            """)
    void otherWords(String field, String target, String allowed) {
        ObjectNode kept = create("{}");
        for (ThrowingCallable request : List.<ThrowingCallable>of(
                () -> create("{" + field + "}"), () -> rules.update("np1", kept, Json.object("{" + field + "}")))) {
            refused(ArmError.INVALID_PARAMETER, "is not one of " + allowed, request);
            assertThatThrownBy(request)
                    .isInstanceOfSatisfying(
                            ArmException.class,
                            e -> assertThat(e.body().target()).isEqualTo(target));
        }
    }

    @Test
    @DisplayName("the mode may change; a system pool has a node at least, also one that is scaled by itself")
    void modes() {
        ObjectNode user = create("{\"count\":2}");
        ObjectNode system = rules.update("np1", user, Json.object("{\"mode\":\"system\"}"));
        assertThat(system.path("mode").asString()).isEqualTo("System");
        assertThat(rules.update("np1", system, Json.object("{\"mode\":\"User\"}")))
                .isEqualTo(user);
        ObjectNode empty = create("{\"count\":0}");
        refused(
                ArmError.INVALID_PARAMETER,
                "1 to 1000 of a System pool",
                () -> rules.update("np1", empty, Json.object("{\"mode\":\"System\"}")));
        ObjectNode scaled = create("{\"count\":1,\"enableAutoScaling\":true,\"minCount\":0,\"maxCount\":3}");
        refused(
                ArmError.INVALID_PARAMETER,
                "A System pool takes a minCount from 1",
                () -> rules.update("np1", scaled, Json.object("{\"mode\":\"System\"}")));
        assertThat(rules.update("np1", scaled, Json.object("{\"mode\":\"System\",\"minCount\":1}"))
                        .path("mode")
                        .asString())
                .isEqualTo("System");
    }

    @Test
    @DisplayName("a pool whose machines are broken on purpose stays a user pool, in whatever case it is said")
    void drilledMode() {
        ObjectNode drilled = create("{\"mode\":\"user\",\"tags\":{\"sigillo-drill\":\"unsigned-kernel\"},"
                + "\"nodeTaints\":[\"" + TrustTags.DRILL_TAINT + "\"]," + BOTH + "}");
        refused(
                ArmError.INVALID_PARAMETER,
                "mode User",
                () -> rules.update("np1", drilled, Json.object("{\"mode\":\"System\"}")));
    }

    @Test
    @DisplayName("a pool cannot be made stopped, and what is said of its power is not kept")
    void power() {
        refused(
                ArmError.NOT_SUPPORTED,
                "properties.powerState",
                () -> create("{\"powerState\":{\"code\":\"Stopped\"}}"));
        assertThat(create("{\"powerState\":{\"code\":\"RUNNING\"}}")).isEqualTo(create("{}"));
        assertThat(create("{\"powerState\":{\"code\":\"\"}}")).isEqualTo(create("{}"));
    }

    @ParameterizedTest
    @DisplayName("how machines are replaced: a number or a part of them at a time, so long for pods to leave")
    @CsvSource(delimiter = '|', nullValues = "", textBlock = """
            "maxSurge":"1"                       | 1 | 30
            "maxSurge":"33%"                     | 4 | 30
            "maxSurge":"100%"                    | 10| 30
            "maxSurge":"0"                       | 1 | 30
            "drainTimeoutInMinutes":45           | 1 | 45
            "undrainableNodeBehavior":"schedule" | 1 | 30
            "maxUnavailable":"0"                 | 1 | 30
            """)
    void upgradeSettings(String settings, int surge, int drain) {
        UpgradeSettings upgrade = DesiredPool.of(
                        "np1", Json.text(create("{\"count\":10,\"upgradeSettings\":{" + settings + "}}")))
                .upgrade();
        assertThat(upgrade.surge(10)).isEqualTo(surge);
        assertThat(upgrade.drain()).isEqualTo(Duration.ofMinutes(drain));
    }

    @ParameterizedTest
    @DisplayName("a node that cannot be drained goes on, unless it is to stay cordoned")
    @CsvSource(delimiter = '|', textBlock = """
            "undrainableNodeBehavior":"Cordon"   | true
            "undrainableNodeBehavior":"cordon"   | true
            "undrainableNodeBehavior":"Schedule" | false
            "undrainableNodeBehavior":null       | false
            "maxSurge":"1"                       | false
            """)
    void undrainable(String settings, boolean cordons) {
        assertThat(DesiredPool.of("np1", Json.text(create("{\"upgradeSettings\":{" + settings + "}}")))
                        .upgrade()
                        .cordons())
                .isEqualTo(cordons);
    }

    @ParameterizedTest
    @DisplayName("… and what is none of that is refused by its name")
    @CsvSource(delimiter = '|', textBlock = """
            "maxSurge":"101%"                  | INVALID_PARAMETER | maxSurge
            "maxSurge":"-1"                    | INVALID_PARAMETER | maxSurge
            "maxSurge":"many"                  | INVALID_PARAMETER | maxSurge
            "maxSurge":2                       | INVALID_PARAMETER | maxSurge
            "drainTimeoutInMinutes":1441       | INVALID_PARAMETER | drainTimeoutInMinutes
            "nodeSoakDurationInMinutes":31     | INVALID_PARAMETER | nodeSoakDurationInMinutes
            "undrainableNodeBehavior":"Pray"   | INVALID_PARAMETER | undrainableNodeBehavior
            "maxUnavailable":"1"               | NOT_SUPPORTED     | maxUnavailable
            """)
    void badUpgradeSettings(String settings, ArmError error, String field) {
        refused(error, "upgradeSettings." + field, () -> create("{\"upgradeSettings\":{" + settings + "}}"));
    }

    @ParameterizedTest
    @DisplayName(
            "what would promise more than is done is refused by its name, and the same words that ask for nothing are not")
    @CsvSource(delimiter = '|', textBlock = """
            "enableEncryptionAtHost":true                       | "enableEncryptionAtHost":false
            "kubeletConfig":{"cpuManagerPolicy":"static"}       | "kubeletConfig":{}
            "linuxOSConfig":{"sysctls":{"vmMaxMapCount":65530},"transparentHugePageEnabled":"always"} | "linuxOSConfig":null
            "availabilityZones":["1"]                           | "availabilityZones":[]
            "enableUltraSSD":true                               | "enableUltraSSD":false
            "gpuInstanceProfile":"MIG1g"                        | "gpuInstanceProfile":""
            "proximityPlacementGroupID":"/subscriptions/x"      | "proximityPlacementGroupID":null
            "vnetSubnetID":"/subscriptions/x"                   | "vnetSubnetID":""
            "enableNodePublicIP":true                           | "enableNodePublicIP":false
            "workloadRuntime":"WasmWasi"                        | "workloadRuntime":"OCIContainer"
            "securityProfile":{"sshAccess":"EntraId"}           | "securityProfile":{"sshAccess":"Disabled"}
            "nodeInitializationTaints":["a=b:NoSchedule"]       | "nodeInitializationTaints":[]
            "podIPAllocationMode":"StaticBlock"                 | "podIPAllocationMode":null
            "windowsProfile":{"disableOutboundNat":true}        | "windowsProfile":{"disableOutboundNat":false}
            "virtualMachinesProfile":{"scale":{"manual":[{"size":"Standard_D2s_v5","count":1}]}} | "virtualMachinesProfile":{"scale":{"manual":[]}}
            "virtualMachineNodesStatus":[{"size":"Standard_D2s_v5","count":1}] | "virtualMachineNodesStatus":[]
            """)
    void unsupported(String asks, String asksNothing) {
        String field = asks.substring(1, asks.indexOf('"', 1));
        refused(ArmError.NOT_SUPPORTED, "properties." + field, () -> create("{" + asks + "}"));
        assertThat(create("{" + asksNothing + "}").path("count").asInt()).isEqualTo(3);
        ObjectNode kept = create("{}");
        refused(
                ArmError.NOT_SUPPORTED,
                "properties." + field,
                () -> rules.update("np1", kept, Json.object("{" + asks + "}")));
    }

    @Test
    @DisplayName("two taints of one key and effect are refused, as Kubernetes would; another effect is another taint")
    void twinTaints() {
        refused(
                ArmError.INVALID_PARAMETER,
                "k:NoSchedule",
                () -> create("{\"nodeTaints\":[\"k=a:NoSchedule\",\"k=b:NoSchedule\"]}"));
        refused(
                ArmError.INVALID_PARAMETER,
                "k:NoSchedule",
                () -> create("{\"nodeTaints\":[\"k:NoSchedule\",\"k:NoSchedule\"]}"));
        assertThat(create("{\"nodeTaints\":[\"k=a:NoSchedule\",\"k=a:NoExecute\"]}")
                        .path("nodeTaints")
                        .size())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @DisplayName("labels and taints may change, also to none; those that a request does not speak of stay")
    @CsvSource(delimiter = '|', textBlock = """
            "nodeLabels":null               | {}      | [k=v:NoSchedule]
            "nodeLabels":{}                 | {}      | [k=v:NoSchedule]
            "nodeLabels":{"c":"d"}          | {c=d}   | [k=v:NoSchedule]
            "nodeTaints":[]                 | {a=b}   | []
            "nodeTaints":["k=v:NoExecute"]  | {a=b}   | [k=v:NoExecute]
            "count":2                       | {a=b}   | [k=v:NoSchedule]
            """)
    void changesLabels(String field, String labels, String taints) {
        ObjectNode pool = create("{\"nodeLabels\":{\"a\":\"b\"},\"nodeTaints\":[\"k=v:NoSchedule\"]}");
        DesiredPool desired =
                DesiredPool.of("np1", Json.text(rules.update("np1", pool, Json.object("{" + field + "}"))));
        assertThat(desired.labels()).hasToString(labels);
        assertThat(desired.taints()).hasToString(taints);
    }

    @ParameterizedTest
    @DisplayName("an update gives no label or taint that a new pool may not have")
    @ValueSource(
            strings = {
                "\"nodeLabels\":{\"kubernetes.azure.com/trusted-launch\":\"true\"}",
                "\"nodeTaints\":[\"sigillo.dev/untrusted=x:NoExecute\"]"
            })
    void changesNoReservedLabels(String field) {
        ObjectNode pool = create("{}");
        refused(
                ArmError.INVALID_PARAMETER,
                "properties." + field.substring(1, field.indexOf('"', 1)),
                () -> rules.update("np1", pool, Json.object("{" + field + "}")));
    }

    @ParameterizedTest
    @DisplayName("empty and absent are the same: they change nothing")
    @ValueSource(
            strings = {
                "\"nodeLabels\":{}",
                "\"nodeLabels\":null",
                "\"nodeTaints\":null",
                "\"tags\":{}",
                "\"availabilityZones\":[]",
                "\"gpuProfile\":{}",
                "\"upgradeSettings\":null",
                "\"workloadRuntime\":\"\"",
                "\"novel\":{}"
            })
    void emptyIsAbsent(String field) {
        ObjectNode pool = create("{}");
        assertThat(rules.update("np1", pool, Json.object("{" + field + "}"))).isEqualTo(pool);
    }

    @Test
    @DisplayName("a size that Azure marks as without Trusted Launch is refused for it")
    void disabledSize() {
        refused(
                ArmError.TRUSTED_LAUNCH_INCOMPATIBLE,
                "Standard_D4pds_v5",
                () -> create("{\"vmSize\":\"Standard_D4pds_v5\"," + BOTH + "}"));
    }

    @Test
    @DisplayName("a refusal never repeats more than a line of what was sent")
    void clips() {
        String long1 = "kata" + "x".repeat(100_000);
        for (String field :
                new String[] {"workloadRuntime", "vmSize", "osSKU", "mode", "orchestratorVersion", "type"}) {
            assertThatThrownBy(() -> create("{\"" + field + "\":\"" + long1 + "\"," + BOTH + "}"))
                    .isInstanceOfSatisfying(
                            ArmException.class,
                            e -> assertThat(e.body().message()).hasSizeLessThan(1000));
        }
    }
}
