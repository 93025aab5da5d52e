package dev.sigillo.pki;

import java.net.InetAddress;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** The keys of a server that may show another identity at each handshake. Never a client's. */
final class ShownKeys extends X509ExtendedKeyManager {
    /** A handshake asks for an alias and, at once, for what is behind it; this many may be between the two. */
    private static final int REMEMBERED = 64;

    private final Shown shown;
    private final Map<String, TlsIdentity> byAlias = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, TlsIdentity> eldest) {
            return size() > REMEMBERED;
        }
    });

    ShownKeys(Shown shown) {
        this.shown = shown;
    }

    private @Nullable String alias(String keyType, String peer) {
        TlsIdentity identity = shown.to(peer);
        if (!identity.key().getAlgorithm().equals(keyType)) {
            return null;
        }
        String alias = identity.certificate().getSerialNumber().toString(16);
        byAlias.put(alias, identity);
        return alias;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        InetAddress peer = socket == null ? null : socket.getInetAddress();
        return alias(keyType, peer == null ? "" : peer.getHostAddress());
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        String peer = engine == null ? null : engine.getPeerHost();
        return alias(keyType, peer == null ? "" : peer);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        TlsIdentity identity = byAlias.get(alias);
        return identity == null ? null : identity.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        TlsIdentity identity = byAlias.get(alias);
        return identity == null ? null : identity.key();
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = alias(keyType, "");
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
