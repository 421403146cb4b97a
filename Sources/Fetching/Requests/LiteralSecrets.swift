import Language

extension WebAddress {
    /// Names in a query under which nothing but a secret stands.
    private static let telling: Set<String> = [
        "api_key", "apikey", "api-key", "access_token", "auth_token", "token", "secret", "client_secret", "password", "passwd",
    ]

    /// Refuses secrets that are written into the query of a URL in the config. They are not repeated.
    func refuseSecrets(at node: YAMLNode, _ diagnostics: Diagnostics) {
        _ = removing { name, value in
            if Self.telling.contains(name.lowercased()), !value.isEmpty, !value.hasPrefix("{") {
                diagnostics.error(
                    .secretInURL, at: node.position, "a secret seems to stand in the URL, as '\(name)'",
                    help: "use 'auth: {query: {name: \(name), value: {env: NAME}}}'")
            }
            return false
        }
    }
}
