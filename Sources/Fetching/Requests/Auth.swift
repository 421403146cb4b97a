import Language

/// How a source says who it is: with references to secrets, not with secrets. `Credentials` are what they become.
struct Auth: Sendable {
    enum Scheme: Sendable {
        case bearer(SecretReference)
        /// Without a password an empty one is sent, as systems with a key for a user want it.
        case basic(user: Name, password: SecretReference?)
        case header(name: String, value: SecretReference)
        case query(name: String, value: SecretReference)
        case oauth2(ClientCredentials)
    }

    /// What may stand in the config or be kept like a secret: the name of a user or of a client.
    enum Name: Sendable {
        case text(String)
        case kept(SecretReference)
    }

    /// OAuth 2.0 for programs: RFC 6749, 4.4.
    struct ClientCredentials: Sendable {
        let tokenURL: WebAddress
        let clientID: Name
        let clientSecret: SecretReference
        let scope: String?
    }

    /// PEM files, or secrets that hold PEM.
    struct ClientCertificate: Sendable {
        let certificate: SecretReference
        let key: SecretReference
    }

    let scheme: Scheme?
    /// May stand beside a scheme.
    let certificate: ClientCertificate?
}

extension Auth {
    private static let schemes = ["bearer", "basic", "header", "query", "oauth2"]

    /// Reads `auth`; nil where it is absent, or wrong and said so.
    static func load(_ mapping: inout YAMLMapping, folder: String, allowsHTTP: Bool) -> Auth? {
        let diagnostics = mapping.diagnostics
        guard let node = mapping.node("auth") else {
            // Nothing behind the key is a mistake: nobody would be told who asks.
            if mapping.keys.contains("auth") { diagnostics.error(.wrongAuth, at: mapping.node.position, "'auth' says nothing") }
            return nil
        }
        guard case .mapping = node.kind, var keys = YAMLMapping(node, "'auth'", diagnostics) else {
            // It may be a secret, so it is not repeated.
            diagnostics.error(.wrongAuth, at: node.position, "'auth' must be a mapping", help: "write '{bearer: {env: NAME}}'")
            return nil
        }
        let loader = AuthLoader(folder: folder, allowsHTTP: allowsHTTP, diagnostics: diagnostics)
        let certificate = loader.part("client_certificate", &keys).flatMap { loader.certificate($0) }
        let scheme = loader.scheme(&keys)
        keys.finish(hidingKeys: true)
        let named = keys.keys.filter(schemes.contains)
        for key in named + ["client_certificate"] where keys.keys.contains(key) && keys.node(key) == nil {
            diagnostics.error(.wrongAuth, at: node.position, "'\(key)' says nothing")
        }
        if named.count > 1 {
            diagnostics.error(
                .wrongAuth, at: node.position, "'auth' has more than one of \(schemes.joined(separator: ", "))",
                help: "keep one; only 'client_certificate' may stand beside it")
        } else if named.isEmpty, !keys.keys.contains("client_certificate") {
            diagnostics.error(
                .wrongAuth, at: node.position, "'auth' says no way of saying who asks",
                help: "write one of \((schemes + ["client_certificate"]).joined(separator: ", "))")
        }
        return Auth(scheme: scheme, certificate: certificate)
    }
}

/// Reads the ways of saying who asks.
private struct AuthLoader {
    let folder: String
    let allowsHTTP: Bool
    let diagnostics: Diagnostics

    func scheme(_ keys: inout YAMLMapping) -> Auth.Scheme? {
        var found: Auth.Scheme?
        if let node = keys.node("bearer") {
            found = SecretReference.load(node, "bearer", folder: folder, diagnostics).map { .bearer($0) }
        }
        if var basic = part("basic", &keys) {
            let user = name("user", &basic)
            if basic.keys.contains("password"), basic.node("password") == nil {
                diagnostics.error(
                    .wrongAuth, at: basic.node.position, "'password' says nothing", help: "leave it out for an empty one")
            }
            let password = basic.node("password").flatMap { SecretReference.load($0, "password", folder: folder, diagnostics) }
            basic.finish(hidingKeys: true)
            found = user.map { .basic(user: $0, password: password) }
        }
        if var header = part("header", &keys) {
            let name = headerName(&header)
            let value = SecretReference.load("value", of: &header, folder: folder)
            header.finish(hidingKeys: true)
            if let name, let value { found = .header(name: name, value: value) }
        }
        if var query = part("query", &keys) {
            let name = query.requiredText("name")
            let value = SecretReference.load("value", of: &query, folder: folder)
            query.finish(hidingKeys: true)
            if let name, let value { found = .query(name: name, value: value) }
        }
        if let oauth2 = part("oauth2", &keys) { found = clientCredentials(oauth2).map { .oauth2($0) } }
        return found
    }

    /// A way's own keys. What stands there instead of them may be a secret, so it is not repeated.
    func part(_ key: String, _ keys: inout YAMLMapping) -> YAMLMapping? {
        guard let node = keys.node(key) else { return nil }
        if case .mapping = node.kind { return YAMLMapping(node, "'\(key)'", diagnostics) }
        diagnostics.error(.wrongAuth, at: node.position, "'\(key)' must be a mapping")
        return nil
    }

    func certificate(_ mapping: YAMLMapping) -> Auth.ClientCertificate? {
        var mapping = mapping
        let certificate: SecretReference?
        // A certificate is shown to everyone: its path may stand as it is.
        if let node = mapping.required("certificate"), let path = node.text {
            certificate = SecretReference(
                .file(path.hasPrefix("/") || folder == "." ? path : folder + "/" + path), written: path, position: node.position)
        } else {
            certificate = mapping.node("certificate").flatMap {
                SecretReference.load($0, "certificate", folder: folder, diagnostics)
            }
        }
        let key = SecretReference.load("key", of: &mapping, folder: folder)
        mapping.finish(hidingKeys: true)
        guard let certificate, let key else { return nil }
        return Auth.ClientCertificate(certificate: certificate, key: key)
    }

    private func name(_ key: String, _ mapping: inout YAMLMapping) -> Auth.Name? {
        guard let node = mapping.required(key) else { return nil }
        if let text = node.text {
            if text.unicodeScalars.contains(where: { $0.value < 0x20 })
                || (key == "user" && text.utf8.contains(UInt8(ascii: ":")))
            {
                diagnostics.error(.wrongAuth, at: node.position, "'\(key)' holds a character that it cannot have")
                return nil
            }
            return .text(text)
        }
        return SecretReference.load(node, key, folder: folder, diagnostics).map { .kept($0) }
    }

    /// A name that a request may have and that means nothing else to the connection.
    private func headerName(_ mapping: inout YAMLMapping) -> String? {
        guard let node = mapping.required("name") else { return nil }
        let reserved = [
            "host", "content-length", "transfer-encoding", "connection", "accept-encoding", "cookie", "te", "upgrade",
        ]
        let allowed = Set("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        if let text = node.text, !text.isEmpty, text.utf8.allSatisfy(allowed.contains), !reserved.contains(text.lowercased()) {
            return text
        }
        // What is no such header may be the secret.
        let what = node.text.map { reserved.contains($0.lowercased()) } == true ? "\(node.summary) is no" : "this is no"
        diagnostics.error(.wrongAuth, at: node.position, "\(what) name for a header of a secret", help: "such as 'X-Api-Key'")
        return nil
    }

    private func clientCredentials(_ mapping: YAMLMapping) -> Auth.ClientCredentials? {
        var mapping = mapping
        let tokenURL = mapping.required("token_url").flatMap { tokenAddress($0) }
        let id = name("client_id", &mapping)
        let secret = SecretReference.load("client_secret", of: &mapping, folder: folder)
        let scope = mapping.text("scope")
        mapping.finish(hidingKeys: true)
        guard let tokenURL, let id, let secret else { return nil }
        return Auth.ClientCredentials(tokenURL: tokenURL, clientID: id, clientSecret: secret, scope: scope)
    }

    private func tokenAddress(_ node: YAMLNode) -> WebAddress? {
        guard let text = node.text, let address = WebAddress(text) else {
            diagnostics.error(.badURL, at: node.position, "the URL cannot be used", help: "write an https URL without spaces")
            return nil
        }
        if address.hadCredentials {
            diagnostics.error(.secretInURL, at: node.position, "the URL holds a user or a password", help: "use 'client_secret'")
        }
        address.refuseSecrets(at: node, diagnostics)
        if address.scheme == "http", !allowsHTTP, !address.isLoopback {
            diagnostics.error(
                .insecureURL, at: node.position, "plain http to '\(address.host)' can be read on the way",
                help: "use https, or set 'allow_http: true'")
        }
        return address
    }
}
