/// Names in a query under which a secret is likely to stand.
enum SecretNames {
    private static let telling: Set<String> = [
        "token", "secret", "password", "passwd", "pwd", "pass", "passphrase", "signature", "sig", "hmac", "credential",
        "credentials", "session", "sessionid", "sid", "jwt", "assertion", "auth", "authorization", "apikey", "accesskey",
    ]
    /// Keys that open nothing.
    private static let harmlessKeys: Set<String> = [
        "sort", "order", "group", "partition", "primary", "foreign", "page", "project",
    ]

    /// Whether the name's last word tells of a secret: `token`, `X-Api-Key`, `accessToken`.
    static func holds(_ name: String) -> Bool {
        let words = words(of: name)
        guard let last = words.last else { return false }
        if last == "key" { return !harmlessKeys.contains(words.dropLast().last ?? "") }
        return telling.contains(last)
    }

    private static func words(of name: String) -> [String] {
        var words: [String] = []
        var wasSmall = false
        for character in name {
            guard character.isLetter || character.isNumber else {
                words.append("")
                wasSmall = false
                continue
            }
            if words.isEmpty || (character.isUppercase && wasSmall) { words.append("") }
            words[words.count - 1] += character.lowercased()
            wasSmall = !character.isUppercase
        }
        return words.filter { !$0.isEmpty }
    }
}

extension Source {
    /// What stands under such names in the URL of the config: the source's own, though not kept as a secret.
    var secretsInURL: [QueryValue] {
        [home, location].flatMap { place -> [QueryValue] in
            guard case .web(let address) = place else { return [] }
            return address.queryValues.filter { SecretNames.holds($0.name) && !$0.value.isEmpty }
        }
    }
}
