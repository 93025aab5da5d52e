package dev.sigillo.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@DisplayName("An ARM template")
class TemplateTest {
    private static final Template.Place PLACE = new Template.Place("sub", "ten", "rg", "eastus");

    /** As Microsoft's quick start for AKS has it, cut short. */
    private static final String QUICK_START = """
            {"template":{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
              "contentVersion":"1.0.0.0",
              "parameters":{
                "clusterName":{"type":"string","defaultValue":"aks101","minLength":3,"metadata":{"description":"name"}},
                "location":{"type":"string","defaultValue":"[resourceGroup().location]"},
                "agentCount":{"type":"int","defaultValue":3,"minValue":1,"maxValue":50},
                "trusted":{"type":"bool","defaultValue":true},
                "secret":{"type":"securestring","defaultValue":"sesame"}},
              "variables":{"word":"[concat('open ', parameters('secret'))]","pool":"[concat(parameters('clusterName'), 'pool')]","tags":{"of":"[variables('pool')]"}},
              "resources":[
                {"type":"Microsoft.ContainerService/managedClusters","apiVersion":"2024-02-01",
                 "name":"[parameters('clusterName')]","location":"[parameters('location')]","tags":"[variables('tags')]",
                 "properties":{"agentPoolProfiles":[{"name":"np","count":"[parameters('agentCount')]",
                   "securityProfile":{"enableSecureBoot":"[parameters('trusted')]"}}],"note":"[[kept]"},
                 "resources":[{"type":"agentPools","apiVersion":"2024-02-01","name":"more","properties":{"count":1}}]},
                {"type":"Microsoft.ContainerService/managedClusters/agentPools","apiVersion":"2024-02-01",
                 "name":"[concat(parameters('clusterName'),'/other')]","condition":"[parameters('trusted')]",
                 "dependsOn":["[resourceId('Microsoft.ContainerService/managedClusters', parameters('clusterName'))]"],
                 "properties":{"count":2}}],
              "outputs":{"id":{"type":"string",
                "value":"[resourceId('Microsoft.ContainerService/managedClusters/agentPools', parameters('clusterName'), 'other')]"},
                "told":{"type":"string","value":"[variables('word')]"},
                "secret":{"type":"secureString","value":"x"}}},
             "parameters":{"agentcount":{"value":1}}}""";

    private static Template read(String properties) {
        return Template.read(Json.object(properties), PLACE);
    }

    @Test
    @DisplayName("is read with its parameters, variables and expressions, children after their parents")
    void quickStart() {
        Template template = read(QUICK_START);
        assertThat(template.resources())
                .extracting(Template.Resource::type)
                .containsExactly(ArmId.CLUSTER_TYPE, ArmId.POOL_TYPE, ArmId.POOL_TYPE);
        assertThat(template.resources())
                .extracting(Template.Resource::names)
                .containsExactly(List.of("aks101"), List.of("aks101", "more"), List.of("aks101", "other"));
        ObjectNode cluster = template.resources().getFirst().body();
        assertThat(Json.text(cluster)).isEqualTo("""
                {"location":"eastus","tags":{"of":"aks101pool"},"properties":{"agentPoolProfiles":[{"name":"np","count":1,\
                "securityProfile":{"enableSecureBoot":true}}],"note":"[kept]"}}""");
        assertThat(template.outputs().path("id").path("value").asString())
                .isEqualTo(
                        "/subscriptions/sub/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks101/agentPools/other");
        assertThat(template.parameters().path("agentCount").path("value").asInt())
                .isEqualTo(1);
        assertThat(Json.text(template.parameters()) + template.outputs())
                .as("a secret is not shown, nor what is made of it")
                .doesNotContain("sesame")
                .contains("\"told\":{\"type\":\"string\"}", "\"secret\":{\"type\":\"secureString\"}");
    }

    private static JsonNode value(String expression) {
        ObjectNode output = Json.newObject().put("type", "string").put("value", expression);
        ObjectNode template = Json.object(
                "{\"variables\":{\"list\":[1,{\"b\":\"c\"}],\"It\":\"x\",\"referring\":\"[reference('one').y]\"},"
                        + "\"resources\":[{\"type\":\"Microsoft.ContainerService/managedClusters\",\"apiVersion\":\"1\",\"name\":\"one\"}]}");
        template.putObject("outputs").set("o", output);
        ObjectNode properties = Json.newObject();
        properties.set("template", template);
        return Template.read(properties, PLACE).outputs().path("o").path("value");
    }

    @ParameterizedTest
    @DisplayName("evaluates what ARM's language says")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            [concat('a', 'it''s', 1)]                        | "'ait''s1'"
            [ concat ( ) ]                                   | "''"
            [variables('list')[1].b]                         | "'c'"
            [variables('list')[1]['b']]                      | "'c'"
            [variables('LIST')[0]]                           | "1"
            [toUpper(resourceGroup().name)]                  | "'RG'"
            [subscription().subscriptionId]                  | "'sub'"
            [concat(variables('list'), variables('list'))[2]] | "1"
            [resourceId('g','A.B/c','n')]                    | "'/subscriptions/sub/resourceGroups/g/providers/A.B/c/n'"
            [resourceId('s','g','A.B/c/d','n','m')]          | "'/subscriptions/s/resourceGroups/g/providers/A.B/c/n/d/m'"
            [format('{1}-{0} {{x}}', 'a', 2)]                | "'2-a {x}'"
            [[variables('it')]                               | "'[variables(''it'')]'"
            [equals('a', 'a')]                               | "true"
            [equals('a', 'A')]                               | "false"
            [equals(variables('list')[0], 1)]                | "true"
            [if(equals(1, 2), 'a', 'b')]                     | "'b'"
            [if(equals(1, 1), 'a', variables('none').x[7])]  | "'a'"
            [if(equals(1, 2), if(7, nonsense(), 1), 'b')]    | "'b'"
            [if(equals(1, 1), variables('list'), '')[1].b]   | "'c'"
            [string(7)]                                      | "'7'"
            [string('it')]                                   | "'it'"
            [not an expression                               | "'[not an expression'"
            """)
    void expressions(String expression, String expected) {
        JsonNode value = value(expression);
        String shown = value.isString() ? "'" + value.asString().replace("'", "''") + "'" : Json.text(value);
        assertThat(shown).isEqualTo(expected);
    }

    @Test
    @DisplayName("keeps which resource an output refers to, by name, symbolic name or id, and what of it")
    void references() {
        Template template = read("""
                {"template":{"parameters":{"n":{"type":"string","defaultValue":"one"},
                    "s":{"type":"securestring","defaultValue":"one"}},
                  "resources":{"aks":{"type":"Microsoft.ContainerService/managedClusters","apiVersion":"1",
                    "name":"[parameters('n')]"}},
                  "outputs":{
                    "controlPlaneFQDN":{"type":"string","value":"[reference(parameters('n')).fqdn]"},
                    "b":{"type":"string","value":"[reference('AKS').agentPoolProfiles[0]['name']]"},
                    "c":{"type":"object","value":"[reference(resourceId('Microsoft.ContainerService/managedClusters','ONE'),'1','full')]"},
                    "d":{"type":"string","value":"[reference(parameters('s')).fqdn]"}}}}""");
        String id = "/subscriptions/sub/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/one";
        assertThat(reference(template, "controlPlaneFQDN"))
                .isEqualTo(new TemplateReference(id, List.of("fqdn"), false));
        assertThat(reference(template, "b"))
                .isEqualTo(new TemplateReference(id, List.of("agentPoolProfiles", "0", "name"), false));
        assertThat(reference(template, "c")).isEqualTo(new TemplateReference(id, List.of(), true));
        assertThat(template.outputs().path("d").propertyNames())
                .as("which one a secret names is not told")
                .containsExactly("type");
        JsonNode resource = Json.object("{\"id\":\"i\",\"properties\":{\"agentPoolProfiles\":[{\"name\":\"np\"}]}}");
        assertThat(reference(template, "b").in(resource).asString()).isEqualTo("np");
        assertThat(reference(template, "controlPlaneFQDN").in(resource).isMissingNode())
                .isTrue();
        assertThat(reference(template, "c").in(resource)).isEqualTo(resource);
    }

    private static TemplateReference reference(Template template, String output) {
        return TemplateReference.read(template.outputs().path(output).path("reference"));
    }

    @ParameterizedTest
    @DisplayName("refuses what it does not know, and says what it is")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            [format('{1}', 'a')]           | "needs a string or number for {1}"
            [uniqueString('a')]            | function 'uniqueString' is not supported. Supported are: concat
            [equals('1', 1)]               | takes two strings, two whole numbers
            [equals(variables('list'), variables('list'))] | takes two strings, two whole numbers
            [equals(1)]                    | takes two strings, two whole numbers
            [string(variables('list'))]    | takes one string or whole number
            [if('true', 1, 2)]             | if takes true or false first
            [if(equals(1, 1), 1)]          | "',' is expected"
            [reference('x').y]             | reference('x') is not of a resource that this template deploys
            [concat(reference('one').y)]   | reference can only be an output's whole value
            [reference('one', '1', 'Half')] | can be 'Full', and is 'Half'
            [reference(1)]                 | reference takes strings
            [variables('referring')]       | reference can be used in outputs alone
            [parameters('none')]           | parameter 'none' is not found
            [variables('none')]            | variable 'none' is not found
            [variables('it').x]            | has no property 'x'
            [variables('list')[9]]         | has no element 9
            [variables('list')[-1]]        | has no element -1
            [concat('a']                   | "')' is expected at character"
            [concat('a)]                   | a string has no end
            [concat('a') b]                | the end is expected
            []                             | a name is expected
            [99999999999999999999]         | is no number
            [toLower(1)]                   | toLower takes strings, and was given a number
            [toLower('a','b')]             | takes 1 arguments, and was given 2
            [concat('a', resourceGroup())] | takes strings, or arrays alone, and was given a object
            [resourceId('A.B/c')]          | a name for each further part
            """)
    void refusesExpressions(String expression, String why) {
        assertThatThrownBy(() -> value(expression.equals("[]") ? "[ ]" : expression))
                .isInstanceOfSatisfying(
                        ArmException.class, e -> assertThat(e.error()).isEqualTo(ArmError.INVALID_TEMPLATE))
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @DisplayName("refuses templates that say more than Sigillo carries out, and parameters that do not fit")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {"template":{"resources":[{"type":"Microsoft.Network/virtualNetworks","apiVersion":"1","name":"v"}]}} | "'Microsoft.Network/virtualNetworks' is not supported in templates"
            {"template":{"resources":[{"type":"Microsoft.ContainerService/managedClusters","name":"v"}]}} | 'apiVersion' of a resource must be a string
            {"template":{"resources":[{"type":"Microsoft.ContainerService/managedClusters","apiVersion":"1","name":"v/w"}]}} | must have 1 parts
            {"template":{"resources":[{"type":"Microsoft.ContainerService/managedClusters","apiVersion":"1","name":"v","copy":{}}]}} | 'copy' of a template's resource is not supported
            {"template":{"resources":[],"functions":[{}]}} | User-defined functions
            {"template":{"resources":[],"novel":1}} | property 'novel' is not known
            {"template":{"resources":[7]}} | a resource must be an object, and is a number
            {"template":[]} | properties.template must be an object, and is a array
            {"templateLink":{"uri":"x"}} | this server fetches nothing
            {"template":{"resources":[],"parameters":{"p":{"type":"string"}}}} | 'p' is not provided
            {"template":{"resources":[],"parameters":{"p":{"type":"int"}}},"parameters":{"p":{"value":"1"}}} | must be of type int, and is a string
            {"template":{"resources":[],"parameters":{"p":{"type":"int","maxValue":3}}},"parameters":{"p":{"value":4}}} | outside its minValue and maxValue
            {"template":{"resources":[],"parameters":{"p":{"type":"int","maxValue":1e300}}},"parameters":{"p":{"value":4}}} | maxValue of parameter 'p' must be a whole number
            {"template":{"resources":[],"parameters":{"p":{"type":"string","allowedValues":["a"]}}},"parameters":{"p":{"value":"b"}}} | not one of those that are allowed
            {"template":{"resources":[],"parameters":{"p":{"type":"string"}}},"parameters":{"p":{"reference":{}}}} | key vaults
            {"template":{"resources":[]},"parameters":{"q":{"value":1}}} | no parameter q
            {"template":{"resources":[],"parameters":{"p":{"type":"novel"}}},"parameters":{"p":{"value":1}}} | type 'novel' of parameter 'p' is not known
            {"template":{"resources":[],"variables":{"a":"[variables('b')]","b":"[variables('a')]"},"outputs":{"o":{"type":"string","value":"[variables('a')]"}}}} | needs its own value
            """)
    void refuses(String properties, String why) {
        assertThatThrownBy(() -> read(properties))
                .isInstanceOf(ArmException.class)
                .hasMessageContaining(why);
    }

    @Test
    @DisplayName("a few lines that would grow without end, or call each other without end, are refused soon")
    void bombs() {
        ObjectNode doubling = Json.newObject().put("v0", "0123456789");
        ObjectNode chain = Json.newObject().put("v0", "x");
        for (int i = 1; i < 25; i++) {
            doubling.put("v" + i, "[concat(variables('v%1$d'), variables('v%1$d'))]".formatted(i - 1));
        }
        for (int i = 1; i < 200; i++) {
            chain.put("v" + i, "[variables('v" + (i - 1) + "')]");
        }
        assertThatThrownBy(() -> read(outputOf(doubling, 24))).hasMessageContaining("grow beyond");
        assertThatThrownBy(() -> read(outputOf(chain, 199))).hasMessageContaining("more than 32 deep");
        ObjectNode many = Json.newObject();
        for (int i = 0; i < 257; i++) {
            many.put("v" + i, "x");
        }
        assertThatThrownBy(() -> read(outputOf(many, 1))).hasMessageContaining("257 variables, at most 256");
        String nest = "[".repeat(25) + "]".repeat(25);
        ObjectNode nested =
                Json.object("{\"v0\":" + nest + ",\"v1\":" + nest.replace("[]", "[\"[variables('v0')]\"]") + "}");
        assertThatThrownBy(() -> read(outputOf(nested, 1))).hasMessageContaining("more than 32 deep");
        String deep = "[" + "concat(".repeat(5000) + ")".repeat(5000) + "]";
        assertThatThrownBy(() -> value(deep)).hasMessageContaining("nested more than 32 deep");
    }

    private static String outputOf(ObjectNode variables, int last) {
        ObjectNode template = Json.object("{\"resources\":[]}");
        template.set("variables", variables);
        template.putObject("outputs").putObject("o").put("type", "string").put("value", "[variables('v" + last + "')]");
        ObjectNode properties = Json.newObject();
        properties.set("template", template);
        return Json.text(properties);
    }
}
