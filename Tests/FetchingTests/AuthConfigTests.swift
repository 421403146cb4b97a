import Foundation
import Language
import Testing

@testable import Fetching

/// What `auth` may say, and what is said where it is wrong or a secret is not there.
struct AuthConfigTests {
    private func load(_ keys: String) -> (Source?, Diagnostics) {
        let diagnostics = Diagnostics()
        let text = "id: a\nurl: https://x/\nformat: json\n\(keys)\n"
        guard let node = YAMLDocument.read(text, file: "f", diagnostics: diagnostics),
            var mapping = YAMLMapping(node, "a source", diagnostics)
        else { return (nil, diagnostics) }
        let source = Source.load(&mapping, configFolder: "conf")
        mapping.finish()
        return (source, diagnostics)
    }

    @Test(arguments: [
        "auth: {bearer: {env: T}}", "auth: {bearer: {file: token}}", "auth: {basic: {user: me, password: {env: T}}}",
        "auth: {basic: {user: {env: T}}}", "auth: {header: {name: X-Api-Key, value: {env: T}}}",
        "auth: {query: {name: key, value: {env: T}}}", "auth: {client_certificate: {certificate: c.pem, key: {file: c.key}}}",
        "auth: {oauth2: {token_url: 'https://x/token', client_id: me, client_secret: {env: T}, scope: a b}}",
        "auth: {oauth2: {token_url: 'http://127.0.0.1/t', client_id: {env: I}, client_secret: {env: T}}}",
        "auth: {bearer: {env: T}, client_certificate: {certificate: {env: C}, key: {env: K}}}", "ca_file: authorities.pem",
    ])
    func `every way of saying who asks needs no secret to be checked`(keys: String) {
        let (source, diagnostics) = load(keys)
        #expect(source != nil)
        #expect(diagnostics.sorted.isEmpty, "\(diagnostics.sorted)")
    }

    @Test(arguments: [
        (
            "auth: {bearer: hunter2}",
            "f:4:16: error[TL156]: 'bearer' is a secret and must not stand in the config (write '{env: NAME}' or '{file: PATH}')"
        ),
        (
            "auth: {basic: {user: me, password: 'hunter2'}}",
            "f:4:36: error[TL156]: 'password' is a secret and must not stand in the config (write '{env: NAME}' or '{file: PATH}')"
        ),
        (
            "auth: {header: {name: X-Key, value: hunter2}}",
            "f:4:37: error[TL156]: 'value' is a secret and must not stand in the config (write '{env: NAME}' or '{file: PATH}')"
        ),
        (
            "auth: {query: {name: key, value: hunter2}}",
            "f:4:34: error[TL156]: 'value' is a secret and must not stand in the config (write '{env: NAME}' or '{file: PATH}')"
        ),
        (
            "auth: {oauth2: {token_url: 'https://x/t', client_id: me, client_secret: hunter2}}",
            "f:4:73: error[TL156]: 'client_secret' is a secret and must not stand in the config (write '{env: NAME}' or '{file: PATH}')"
        ),
        (
            "auth: {client_certificate: {certificate: c.pem, key: hunter2}}",
            "f:4:54: error[TL156]: 'key' is a secret and must not stand in the config (write '{env: NAME}' or '{file: PATH}')"
        ),
        ("auth: hunter2", "f:4:7: error[TL158]: 'auth' must be a mapping (write '{bearer: {env: NAME}}')"),
        ("auth: {basic: 'me:hunter2'}", "f:4:15: error[TL158]: 'basic' must be a mapping"),
        (
            "auth: {bearer: {env: A, file: B}}",
            "f:4:16: error[TL158]: 'bearer' needs exactly one of 'env' and 'file' (write '{env: NAME}' or '{file: PATH}')"
        ),
        (
            "auth: {bearer: {env: A}, query: {name: b, value: {env: B}}}",
            "f:4:7: error[TL158]: 'auth' has more than one of bearer, basic, header, query, oauth2 (keep one; only 'client_certificate' may stand beside it)"
        ),
        ("auth:", "f:1:1: error[TL158]: 'auth' says nothing"),
        ("auth: {bearer: }", "f:4:7: error[TL158]: 'bearer' says nothing"),
        ("auth: {bearer: {env: A}, client_certificate: ~}", "f:4:7: error[TL158]: 'client_certificate' says nothing"),
        (
            "auth: {bearer: {env: }}",
            "f:4:16: error[TL158]: 'bearer' needs exactly one of 'env' and 'file' (write '{env: NAME}' or '{file: PATH}')"
        ),
        ("auth: {baerer: {env: A}}", "f:4:8: error[TL105]: 'auth' has no key 'baerer' (did you mean 'bearer'?)"),
        (
            "auth: {header: {name: Host, value: {env: A}}}",
            "f:4:23: error[TL158]: 'Host' is no name for a header of a secret (such as 'X-Api-Key')"
        ),
        (
            "auth: {header: {name: 'a: b', value: {env: A}}}",
            "f:4:23: error[TL158]: this is no name for a header of a secret (such as 'X-Api-Key')"
        ),
        (
            "auth: {oauth2: {token_url: 'http://x/t', client_id: me, client_secret: {env: T}}}",
            "f:4:28: error[TL151]: plain http to 'x' can be read on the way (use https, or set 'allow_http: true')"
        ),
        (
            "auth: {oauth2: {token_url: 'https://u:hunter2@x/t', client_id: me, client_secret: {env: T}}}",
            "f:4:28: error[TL155]: the URL holds a user or a password (use 'client_secret')"
        ),
        ("auth: {basic: {password: {env: T}}}", "f:4:15: error[TL106]: 'basic' needs the key 'user'"),
        (
            "auth: {basic: {user: 'a:b', password: {env: T}}}",
            "f:4:22: error[TL158]: 'user' holds a character that it cannot have"
        ),
    ])
    func `what is wrong is said with its place, and no secret is repeated`(keys: String, expected: String) {
        let said = load(keys).1.sorted.map(\.description)
        #expect(said.contains(expected), "\(said)")
        #expect(!said.joined().contains("hunter2"))
    }

    @Test(arguments: [
        ("auth: {bearer: {env: ABSENT}}", "f:4:16: error[TL157]: the environment variable 'ABSENT' is not set"),
        ("auth: {bearer: {env: EMPTY}}", "f:4:16: error[TL157]: the environment variable 'EMPTY' is empty"),
        (
            "auth: {bearer: {env: TWO}}",
            "f:4:16: error[TL157]: the environment variable 'TWO' holds a line end or another control character"
        ),
        ("auth: {bearer: {file: absent.txt}}", "f:4:16: error[TL157]: the file 'conf/absent.txt' cannot be read as text"),
        ("ca_file: absent.pem", "f:4:10: error[TL157]: the file 'conf/absent.pem' cannot be read"),
        (
            "auth: {client_certificate: {certificate: {env: PEM}, key: {env: GOOD}}}",
            "f:4:59: error[TL157]: there is no PEM with 'PRIVATE KEY' in it"
        ),
        (
            "auth: {client_certificate: {certificate: {env: PEM}, key: {env: LOCKED}}}",
            "f:4:59: error[TL157]: the key is encrypted, and nobody can be asked for its passphrase (decrypt it, and guard the file)"
        ),
    ])
    func `a secret that is not there is said with its place`(keys: String, expected: String) throws {
        let (source, diagnostics) = load(keys)
        let environment = [
            "EMPTY": "", "TWO": "hunter2\r\nX: y", "GOOD": "hunter2", "PEM": "-----BEGIN CERTIFICATE-----\nAA==\n",
            "LOCKED": "-----BEGIN ENCRYPTED PRIVATE KEY-----\nhunter2",
        ]
        #expect(try #require(source).unlocked(environment: environment, diagnostics: diagnostics) == nil)
        #expect(diagnostics.sorted.map(\.description) == [expected])
    }

    @Test func `a secret in a file ends before its line end`() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "secret-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        for text in ["hunter2", "hunter2\n", "hunter2\r\n"] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            let (source, diagnostics) = load("auth: {bearer: {file: \(path)}}")
            let unlocked = try #require(source).unlocked(environment: [:], diagnostics: diagnostics)
            #expect(unlocked?.credentials?.headers.first?.value.revealed == "Bearer hunter2")
        }
    }

    @Test func `no way of printing a source shows its secret`() throws {
        let (source, diagnostics) = load("auth: {basic: {user: me, password: {env: T}}}")
        let unlocked = try #require(source?.unlocked(environment: ["T": "hunter2"], diagnostics: diagnostics))
        var dumped = ""
        dump(unlocked, to: &dumped)
        for shown in ["\(unlocked)", String(reflecting: unlocked), dumped] {
            #expect(!shown.contains("hunter2"))
            #expect(!shown.contains(Data("me:hunter2".utf8).base64EncodedString()))
        }
        #expect(dumped.contains("***") || dumped.contains("Secret"))
    }
}
