package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.management.AzureEnvironment;
import com.azure.core.management.exception.ManagementException;
import com.azure.core.management.profile.AzureProfile;
import com.azure.core.util.Context;
import com.azure.core.util.polling.SyncPoller;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.resourcemanager.containerservice.ContainerServiceManager;
import com.azure.resourcemanager.containerservice.fluent.AgentPoolsClient;
import com.azure.resourcemanager.containerservice.fluent.ManagedClustersClient;
import com.azure.resourcemanager.containerservice.fluent.models.AgentPoolInner;
import com.azure.resourcemanager.containerservice.fluent.models.ManagedClusterInner;
import com.azure.resourcemanager.containerservice.models.AgentPoolMode;
import com.azure.resourcemanager.containerservice.models.AgentPoolSecurityProfile;
import com.azure.resourcemanager.containerservice.models.ManagedClusterAgentPoolProfile;
import com.azure.resourcemanager.containerservice.models.TagsObject;
import dev.sigillo.pki.Pem;
import dev.sigillo.pki.TlsIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The Azure SDK for Java against a Sigillo: the walk of e2e/clients, in the resource group that it is given. */
final class JavaSdkWalk {
    private static final String NAME = "java1";
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Map<String, String> environment;
    private final String endpoint;
    private final String group;
    private final HttpClient http;
    private final ManagedClustersClient clusters;
    private final AgentPoolsClient pools;

    JavaSdkWalk(Map<String, String> environment, String group) throws IOException {
        this.environment = environment;
        this.endpoint = value("SIGILLO_ENDPOINT");
        this.group = group;
        http = new JdkHttpClientBuilder(java.net.http.HttpClient.newBuilder()
                        .sslContext(TlsIdentity.trusting(
                                Pem.certificates(Files.readString(Path.of(value("REQUESTS_CA_BUNDLE")))))))
                .build();
        AzureProfile profile = new AzureProfile(
                value("SIGILLO_TENANT"),
                value("SIGILLO_SUBSCRIPTION"),
                new AzureEnvironment(Map.of(
                        "resourceManagerEndpointUrl", endpoint,
                        "managementEndpointUrl", endpoint,
                        "activeDirectoryEndpointUrl", endpoint)));
        ContainerServiceManager manager = ContainerServiceManager.configure()
                .withHttpClient(http)
                .authenticate(login(value("SIGILLO_CLIENT_SECRET")), profile);
        clusters = manager.serviceClient().getManagedClusters();
        pools = manager.serviceClient().getAgentPools();
    }

    private String value(String name) {
        return environment.getOrDefault(name, "");
    }

    private TokenCredential login(String secret) {
        return new ClientSecretCredentialBuilder()
                .authorityHost(endpoint)
                .tenantId(value("SIGILLO_TENANT"))
                .clientId(value("SIGILLO_CLIENT_ID"))
                .clientSecret(secret)
                .disableInstanceDiscovery()
                .httpClient(http)
                .build();
    }

    private static void refused(ThrowingCallable call, int status, String code) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ManagementException.class, refusal -> {
            assertThat(refusal.getValue().getCode()).isEqualTo(code);
            assertThat(refusal.getResponse().getStatusCode()).isEqualTo(status);
        });
    }

    private static <T, R> R end(SyncPoller<T, R> poller) {
        return poller.setPollInterval(Duration.ofSeconds(1)).getFinalResult(LIMIT);
    }

    private static ManagedClusterInner cluster(int count, String size) {
        return new ManagedClusterInner()
                .withLocation("eastus")
                .withDnsPrefix(NAME)
                .withAgentPoolProfiles(List.of(new ManagedClusterAgentPoolProfile()
                        .withName("nodepool1")
                        .withMode(AgentPoolMode.SYSTEM)
                        .withCount(count)
                        .withVmSize(size)
                        .withSecurityProfile(new AgentPoolSecurityProfile()
                                .withEnableVtpm(true)
                                .withEnableSecureBoot(true))));
    }

    void walk() {
        TokenRequestContext scope = new TokenRequestContext().addScopes(endpoint + "/.default");
        assertThatThrownBy(() -> login("wrong").getTokenSync(scope)).hasMessageContaining("AADSTS7000215");
        assertThat(clusters.listKubernetesVersions("eastus").values()).isNotEmpty();
        refused(
                () -> clusters.createOrUpdate(group, "no", cluster(200, "Standard_D2s_v5")),
                409,
                "InsufficientCapacity");
        refused(
                () -> clusters.createOrUpdate(group, "no", cluster(1, "Standard_A2_v2")),
                400,
                "TrustedLaunchIncompatibleWithConfig");
        refused(() -> clusters.getByResourceGroup(group, "no"), 404, "ResourceNotFound");
        makesClusterAndAbortsThat();
        tags();
        changesPools();
        reads();
        end(pools.beginDelete(group, NAME, "walk1"));
        end(clusters.beginDelete(group, NAME));
        refused(() -> clusters.getByResourceGroup(group, NAME), 404, "ResourceNotFound");
    }

    private void makesClusterAndAbortsThat() {
        var creation = clusters.beginCreateOrUpdate(group, NAME, cluster(1, "Standard_D2s_v5"));
        assertThat(clusters.getByResourceGroup(group, NAME).provisioningState()).isEqualTo("Creating");
        end(clusters.beginAbortLatestOperation(group, NAME));
        assertThat(creation.setPollInterval(Duration.ofSeconds(1))
                        .waitForCompletion(LIMIT)
                        .getStatus()
                        .toString())
                .isEqualToIgnoringCase("USER_CANCELLED");
        ManagedClusterInner now = clusters.getByResourceGroup(group, NAME);
        assertThat(now.provisioningState()).isEqualTo("Canceled");
        assertThat(now.agentPoolProfiles().getFirst().securityProfile().enableVtpm())
                .isTrue();
        assertThat(clusters.list()).anyMatch(each -> each.name().equals(NAME));
        assertThat(clusters.listByResourceGroup(group)).hasSize(1);
    }

    private void tags() {
        TagsObject tags = new TagsObject().withTags(Map.of("by", "java"));
        refused(() -> clusters.updateTags(group, NAME, tags, "another", Context.NONE), 412, "PreconditionFailed");
        String etag = clusters.getByResourceGroup(group, NAME).etag();
        assertThat(clusters.updateTags(group, NAME, tags, etag, Context.NONE).tags())
                .containsEntry("by", "java");
    }

    private void changesPools() {
        AgentPoolInner pool = new AgentPoolInner()
                .withMode(AgentPoolMode.USER)
                .withCount(0)
                .withVmSize("Standard_D2s_v5")
                .withNodeLabels(Map.of("tier", "one"))
                .withSecurityProfile(
                        new AgentPoolSecurityProfile().withEnableVtpm(true).withEnableSecureBoot(false));
        AgentPoolInner made = end(pools.beginCreateOrUpdate(group, NAME, "walk1", pool));
        assertThat(made.provisioningState()).isEqualTo("Succeeded");
        assertThat(made.securityProfile().enableSecureBoot()).isFalse();
        assertThat(pools.list(group, NAME)).hasSize(2);
        pool.withNodeLabels(Map.of("tier", "two"));
        refused(
                () -> pools.createOrUpdate(group, NAME, "walk1", pool, "another", null, Context.NONE),
                412,
                "PreconditionFailed");
        AgentPoolInner changed =
                end(pools.beginCreateOrUpdate(group, NAME, "walk1", pool, made.etag(), null, Context.NONE));
        assertThat(changed.nodeLabels()).containsEntry("tier", "two");
        assertThat(changed.etag()).isNotEqualTo(made.etag());
        refused(() -> pools.delete(group, NAME, "nodepool1"), 400, "OperationNotAllowed");
    }

    private void reads() {
        assertThat(clusters.getUpgradeProfile(group, NAME).controlPlaneProfile().kubernetesVersion())
                .isNotEmpty();
        assertThat(pools.getUpgradeProfile(group, NAME, "walk1").latestNodeImageVersion())
                .isNotEmpty();
        assertThat(pools.getAvailableAgentPoolVersions(group, NAME).agentPoolVersions())
                .isNotEmpty();
        byte[] config = clusters.listClusterUserCredentials(group, NAME)
                .kubeconfigs()
                .getFirst()
                .value();
        assertThat(new String(config, StandardCharsets.UTF_8)).contains("kind: Config");
    }
}
