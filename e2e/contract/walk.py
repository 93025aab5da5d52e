"""Schemathesis against the contract of a running server: walk.py ENDPOINT HOME CASES SEED.

It logs in as the owner of HOME, makes one resource group, and sends at least CASES requests made from /openapi.json,
right and wrong ones, in as many rounds as that takes. Its exit code is 0 if every reply was as the contract says.
"""

import json
import os
import re
import ssl
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

# So many requests a round for each operation; from 10,000 cases on also Schemathesis' own list of odd values.
EXAMPLES, LONG_EXAMPLES, LONG = 12, 100, 10_000
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
    "ignored_auth",
]
# Names take the place of made-up ones in every other request, or few would get beyond the first 404.
KNOWN = {
    "Group": ["rg", "RG", "other"],
    "Cluster": ["one", "two"],
    "Pool": ["nodepool1", "more"],
    "Location": ["eastus", "westeurope"],
    "Namespace": ["Microsoft.Compute"],
    "Tenant": ["organizations"],
    "Role": ["acdd72a7-3385-48ef-bd42-f606fba81ae7"],
    "Deployment": ["d1"],
    "Assignment": ["33333333-3333-3333-3333-333333333333"],
    "Principal": ["44444444-4444-4444-4444-444444444444"],
}


class Server:
    def __init__(self, endpoint, home):
        self.endpoint = endpoint
        self.authority = os.path.join(home, "ca.pem")
        self.tls = ssl.create_default_context(cafile=self.authority)
        with open(os.path.join(home, "credentials.json"), encoding="utf-8") as file:
            self.owner = json.load(file)
        form = {
            "grant_type": "client_credentials",
            "client_id": self.owner["clientId"],
            "client_secret": self.owner["clientSecret"],
        }
        reply = self.call("POST", "/adfs/oauth2/token", urllib.parse.urlencode(form), {})
        self.token = reply["access_token"]

    def call(self, method, path, body, headers):
        request = urllib.request.Request(self.endpoint + path, body.encode() or None, headers, method=method)
        with urllib.request.urlopen(request, context=self.tls) as reply:
            return json.loads(reply.read())

    def make_group(self):
        path = "/subscriptions/" + self.owner["subscription"] + "/resourceGroups/rg?api-version=2026-06-01"
        headers = {"Authorization": "Bearer " + self.token, "Content-Type": "application/json"}
        self.call("PUT", path, '{"location":"eastus"}', headers)

    def contract(self):
        """As served, with the known names, and with what deletes a thing after what is inside of it."""
        document = self.call("GET", "/openapi.json", "", {})
        parameters = document["components"]["parameters"]
        for name, values in KNOWN.items():
            parameters[name]["schema"] = either(values, parameters[name]["schema"])
        parameters["Subscription"]["schema"] = {"type": "string", "enum": [self.owner["subscription"]]}
        for name in ("GroupRequest", "ClusterRequest"):
            properties = document["components"]["schemas"][name]["properties"]
            properties["location"] = either(KNOWN["Location"], properties["location"])
        document["paths"] = dict(sorted(document["paths"].items(), key=lambda path: -path[0].count("/")))
        return document


def either(values, schema):
    return {"anyOf": [{"type": "string", "enum": values}, schema]}


def one_round(server, folder, long, seed):
    """How many requests were sent, and Schemathesis' exit code."""
    phases = "examples,coverage,fuzzing" if long else "examples,fuzzing"
    command = [
        os.path.join(os.path.dirname(sys.executable), "schemathesis"),
        *("--config-file", os.path.join(folder, "schemathesis.toml"), "run", os.path.join(folder, "openapi.json")),
        *("--url", server.endpoint, "--tls-verify", server.authority, "--checks", ",".join(CHECKS)),
        *("--phases", phases, "--max-examples", str(LONG_EXAMPLES if long else EXAMPLES), "--seed", str(seed)),
        *("--continue-on-failure", "--no-shrink", "--generation-database", "none", "--warnings", "off", "--no-color"),
    ]
    environment = {**os.environ, "SIGILLO_TOKEN": server.token}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    generated = re.search(r"(\d+) generated", done.stdout)
    if done.returncode != 0 or not generated:
        print(done.stdout + done.stderr)
    return int(generated.group(1)) if generated else 0, done.returncode if generated else done.returncode or 2


def main():
    endpoint, home, cases, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    sent, code = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "schemathesis.toml"), "w", encoding="utf-8") as file:
            # The token comes from the environment: neither in a file nor on a command line.
            file.write('headers = { Authorization = "Bearer ${SIGILLO_TOKEN}" }\n')
            file.write("[checks]\nnegative_data_rejection.expected-statuses = ")
            file.write("[400, 401, 403, 404, 405, 409, 412, 413, 414, 415, 429]\n")
        while sent < cases and code == 0:
            server = Server(endpoint, home)
            server.make_group()
            with open(os.path.join(folder, "openapi.json"), "w", encoding="utf-8") as file:
                json.dump(server.contract(), file)
            more, code = one_round(server, folder, cases >= LONG, seed)
            sent += more
            print(f"seed {seed}: {more} cases, exit code {code}", flush=True)
            seed += 1
    print(f"{sent} cases in all")
    sys.exit(code)


if __name__ == "__main__":
    main()
