import Foundation
import Language
import Testing

@testable import Fetching

/// Every way in which a text may hold a secret, or a part of one, without looking like it.
struct SecretFormTests {
    private static let secret = "Zebra-Crossing-77/+=x9Qw"
    private static let base64 = Data(secret.utf8).base64EncodedString()

    private static func each(_ text: some StringProtocol, _ form: (UInt8) -> String) -> String { text.utf8.map(form).joined() }

    /// A part of eight characters and more in another coat.
    static let coats: [(name: String, text: String)] = [
        ("all but its last letter", String(secret.dropLast())),
        ("its first eight letters", String(secret.prefix(8))),
        ("its last eight letters", String(secret.suffix(8))),
        ("its middle", String(secret.dropFirst(5).prefix(9))),
        ("other capitals", secret.uppercased()),
        ("escapes of JSON", each(secret) { "\\u00" + String($0, radix: 16) }),
        ("escapes of JSON in capitals", each(secret) { "\\u00" + String($0, radix: 16).uppercased() }),
        ("escapes of JSON within JSON", each(secret) { "\\\\u00" + String($0, radix: 16) }),
        ("escapes of JSON for some letters", secret.replacing("e", with: "\\u0065").replacing("-", with: "\\u002D")),
        ("escapes of a shell", each(secret) { "\\x" + String($0, radix: 16) }),
        ("octal escapes", each(secret) { "\\" + String(Int($0) + 0o1000, radix: 8).dropFirst() }),
        ("escapes with braces", each(secret) { "\\u{" + String($0, radix: 16) + "}" }),
        ("entities of HTML", each(secret) { "&#\($0);" }),
        ("hexadecimal entities", each(secret) { "&#x" + String($0, radix: 16) + ";" }),
        ("entities in capitals", each(secret) { "&#X" + String($0, radix: 16).uppercased() + ";" }),
        ("entities with zeros", each(secret) { "&#00\($0);" }),
        ("entities without their end", each(secret) { "&#\($0) " }),
        ("named entities", secret.replacing("+", with: "&plus;").replacing("=", with: "&equals;").replacing("/", with: "&sol;")),
        ("an entity of an entity", each(secret) { "&amp;#\($0);" }),
        ("percent", each(secret) { "%" + String($0, radix: 16) }),
        ("percent twice", each(secret) { "%25" + String($0, radix: 16) }),
        ("percent three times", each(secret) { "%2525" + String($0, radix: 16) }),
        ("percent within JSON", each(secret) { "\\u0025" + String($0, radix: 16) }),
        ("hex", each(secret) { String($0, radix: 16) }),
        ("hex in capitals", each(secret) { String($0, radix: 16).uppercased() }),
        ("hex with colons", each(secret) { String($0, radix: 16) + ":" }),
        ("base64", base64),
        ("base64 for URLs", base64.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")),
        ("base64 with something before", Data(("me:" + secret).utf8).base64EncodedString()),
        ("base64 with more before", Data(("user:" + secret + "?").utf8).base64EncodedString()),
        ("base64 of the encoded", Data(("me:" + percentEncoded(secret)).utf8).base64EncodedString()),
        ("a part of base64", String(base64.dropFirst(3).prefix(13))),
        ("base64 in lines", base64.enumerated().map { $0.offset % 10 == 9 ? "\($0.element)\r\n" : "\($0.element)" }.joined()),
        ("blanks between", secret.map { "\($0) " }.joined()),
        ("hyphens elsewhere", secret.replacing("-", with: "_")),
        ("in pieces with quotes", "'Zebra-C' + 'rossing' + '-77/+=x'"),
    ]

    @Test(arguments: coats.indices)
    func `eight letters in a row are found in whatever coat`(index: Int) {
        let (name, text) = Self.coats[index]
        let redactor = Redactor([Secret(Self.secret)])
        let shown = redactor.hiding("before <\(text)> after")
        #expect(redactor.finds(in: "https://cdn.example/x?y=\(text)"), "\(name)")
        #expect(shown.contains("***") && shown.hasPrefix("before <") && shown.hasSuffix("> after"), "\(name): \(shown)")
        #expect(!shown.lowercased().contains("crossing"), "\(name): \(shown)")
    }

    @Test func `letters that cannot be seen do not part a secret in a refusal`() {
        let redactor = Redactor([Secret(Self.secret)])
        for invisible in ["\u{200B}", "\u{00AD}", "\u{202E}", "\u{2066}"] {
            let body = "sent " + Self.secret.map { "\($0)\(invisible)" }.joined()
            let line = RefusalText.line(of: Array(body.utf8), redactor) ?? ""
            #expect(line == "sent ***", "\(line)")
        }
    }

    @Test(arguments: ["Zebra-C|rossing|-77/+=x", "Zebr 1 a-Cr 2 ossi 3 ng-7 4 7/+=", "1) zebra-c 2) rossing 3) -77/+=x"])
    func `of a refusal pieces of four letters are hidden`(pieces: String) {
        let line = RefusalText.line(of: Array("no: \(pieces)".utf8), Redactor([Secret(Self.secret)])) ?? ""
        for piece in ["zebr", "a-c", "ross", "ossi", "ng-7", "77/"] { #expect(!line.lowercased().contains(piece), "\(line)") }
    }

    @Test(arguments: [
        #"{"error": "bad key \u005a\u0065bra-Cr\u006fssing-77"}"#, "bad key &#90;ebra&#45;Crossing&#x2d;77",
        "bad key Zebra&amp;#45;Crossing-77", #"{\"error\": \"\\u005aebra-Crossing\"}"#,
    ])
    func `a refusal is shown as it is meant, without the secret`(body: String) {
        let line = RefusalText.line(of: Array(body.utf8), Redactor([Secret(Self.secret)])) ?? ""
        #expect(line.contains("***") && !line.lowercased().contains("ssing") && !line.contains("0065"), "\(line)")
    }

    @Test(arguments: [
        (#"Authorization: Bearer \u0061\u0062c"#, "Authorization: Bearer ***"),
        ("password&#61;sword&#102;ish", "password=***"), (#"{"a":"\u001b[31m\u202e\u0000x"}"#, #"{"a":" [31m x"}"#),
        (#"caf\u00e9 \ud83d\ude00 \ud800x"#, "café 😀 x"), ("a &lt;b&gt; &unknown; &#xFFFFFFFF;%41", "a <b> &unknown; %41"),
    ])
    func `what somebody else's credential may look like is hidden in escapes too`(body: String, shown: String) {
        #expect(RefusalText.line(of: Array(body.utf8), Redactor())?.replacing("  ", with: " ") == shown)
    }

    @Test func `ordinary text is left as it is`() {
        let redactor = Redactor([Secret(Self.secret), Secret("s3cr"), Secret("käse-und-brot-für-alle")])
        for text in [
            "https://desk.example/api/v2/tickets.json?page=12&per_page=100", "100% of \\n &amp; é€😀 &#x; \\u12 %zz",
            "the cross is on the other side of the zebra", "\u{1F468}\u{200D}\u{1F469}", "",
        ] {
            #expect(redactor.hiding(text) == text)
            #expect(!redactor.finds(in: text))
        }
        #expect(redactor.hiding("a käse-und-brot-für-alle b") == "a *** b")
    }

    @Test func `a key in many lines does not take ordinary refusals apart`() {
        let lines = (0..<30).map { row in
            String(
                (0..<64).map { "ABCDEFGHIJKLMNOPabcdefghijklmnop0123456789+/".map(String.init)[($0 * 7 + row * 13) % 44] }
                    .joined())
        }
        let pem = "-----BEGIN PRIVATE KEY-----\n" + lines.joined(separator: "\n") + "\n-----END PRIVATE KEY-----\n"
        let redactor = Redactor([Secret(pem)])
        #expect(
            RefusalText.line(of: Array("no private key is allowed to begin here".utf8), redactor)
                == "no private key is allowed to begin here")
        #expect(redactor.hiding(lines[3]) == "***")
    }
}
