import Language
import Testing

@testable import Fetching

/// A secret in the place of its name, of a key, or of anything else in `auth`: said with its place, and not repeated.
struct PastedSecretTests {
    static let secrets = [
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a", "AKIAIOSFODNN7EXAMPLE", "hunter2", "p@ss w0rd!", "correct-horse-battery",
    ]

    /// `@` is the secret.
    static let places = [
        "auth: {bearer: {env: '@'}}", "auth: {bearer: {file: '@'}}", "auth: {bearer: '@'}", "auth: {bearer: ['@']}",
        "auth: {bearer: {'@': x}}", "auth: {'@': x}", "auth: {bearer: {env: X, '@': y}}", "auth: '@'", "auth: ['@']",
        "auth: {bearer: {env: ['@']}}", "auth: {bearer: {env: {'@': 1}}}", "auth: {'bearer @': }", "auth: {basic: '@'}",
        "auth: {basic: {user: me, password: '@'}}", "auth: {basic: {user: {env: '@'}, password: {env: '@'}}}",
        "auth: {basic: {user: me, '@': {env: X}}}", "auth: {header: {name: 'Bearer @', value: {env: X}}}",
        "auth: {header: {name: X-Api-Key, value: '@'}}", "auth: {header: {X-Api-Key: '@'}}", "auth: {header: {'@': x}}",
        "auth: {query: {name: key, value: '@'}}", "auth: {query: {name: key, value: {env: '@'}}}", "auth: {query: {'@': key}}",
        "auth: {oauth2: {token_url: 'https://x/t', client_id: me, client_secret: '@'}}",
        "auth: {oauth2: {token_url: 'https://x/t?client_secret=@', client_id: me, client_secret: {env: X}}}",
        "auth: {oauth2: {token_url: '@', client_id: me, client_secret: {env: X}}}",
        "auth: {oauth2: {token_url: 'https://me:@@x/t', client_id: me, client_secret: {env: X}}}",
        "auth: {client_certificate: {certificate: 'c.pem', key: '@'}}",
        "auth: {client_certificate: {certificate: '@', key: {env: '@'}}}",
        "auth: {client_certificate: {certificate: 'c.pem', key: {file: '@'}}}", "origins: ['cdn.example?token=@']",
    ]

    @Test(arguments: places, secrets)
    func `it is not repeated`(place: String, secret: String) throws {
        let diagnostics = Diagnostics()
        let text = "{id: a, url: 'https://x/', format: json, \(place.replacing("@", with: secret))}"
        let node = try #require(YAMLDocument.read(text, file: "f", diagnostics: diagnostics))
        var mapping = try #require(YAMLMapping(node, "a source", diagnostics))
        let source = Source.load(&mapping, configFolder: "conf")
        mapping.finish()
        _ = source?.unlocked(environment: [:], diagnostics: diagnostics)
        let said = diagnostics.sorted.map(\.description).joined(separator: "\n")
        #expect(said.contains("f:1:"), "\(said)")
        #expect(!said.contains(secret), "\(said)")
        for part in secret.split(whereSeparator: { "_@! ".contains($0) }) where part.count > 6 {
            #expect(!said.contains(part), "\(said)")
        }
    }

    @Test(arguments: [
        ("{env: NORTHWIND_TOKEN}", "the environment variable 'NORTHWIND_TOKEN' is not set"),
        ("{env: TOKEN2}", "the environment variable 'TOKEN2' is not set"),
        ("{file: secrets/north.txt}", "the file 'conf/secrets/north.txt' cannot be read as text"),
        ("{file: /run/secrets/north_wind-2}", "the file '/run/secrets/north_wind-2' cannot be read as text"),
        ("{evn: NORTHWIND_TOKEN}", "'bearer' has no key 'evn' (did you mean 'env'?)"),
    ])
    func `what looks like a name is named`(reference: String, said: String) throws {
        let diagnostics = Diagnostics()
        let node = try #require(
            YAMLDocument.read(
                "{id: a, url: 'https://x/', format: json, auth: {bearer: \(reference)}}", file: "f", diagnostics: diagnostics))
        var mapping = try #require(YAMLMapping(node, "a source", diagnostics))
        _ = Source.load(&mapping, configFolder: "conf")?.unlocked(environment: [:], diagnostics: diagnostics)
        #expect(diagnostics.sorted.map(\.description).contains { $0.contains(said) }, "\(diagnostics.sorted)")
    }

    @Test func `a line that is not YAML is not quoted`() {
        let diagnostics = Diagnostics()
        let text = "touchline: config/1\nsources:\n  - auth: {bearer: 'hunter2-hunter2\u{1}'}\n"
        #expect(YAMLDocument.read(text, file: "f", diagnostics: diagnostics) == nil)
        #expect(diagnostics.sorted.map(\.description) == ["f:3:36: error[TL101]: control characters are not allowed"])
    }
}
