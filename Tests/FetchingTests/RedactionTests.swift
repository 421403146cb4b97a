import Foundation
import Testing

@testable import Fetching

/// What is shown of texts that may hold a secret.
struct RedactionTests {
    private static let secret = "Zebra/Crossing+77 & more"

    @Test(arguments: [
        secret, secret.uppercased(), secret.lowercased(), percentEncoded(secret), percentEncoded(secret).lowercased(),
        "Zebra%2FCrossing%2B77+%26+more", Data(secret.utf8).base64EncodedString(),
        Data(("me:" + secret).utf8).base64EncodedString(), Data(("you:" + secret + ":").utf8).base64EncodedString(),
        Data(("we@x:" + secret + "!!").utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_"),
        "Zebra\\/Crossing+77 & more", "Zebra/Crossing+77 &amp; more",
        secret.utf8.map { String($0, radix: 16) }.joined(), String(secret.prefix(12)), String(secret.suffix(9)),
    ])
    func `a secret is found in every form, and in parts`(form: String) {
        let redactor = Redactor([Secret(Self.secret)])
        let shown = redactor.hiding("before <\(form)> after")
        #expect(shown.contains("***"))
        #expect(shown.hasPrefix("before <"))
        #expect(shown.hasSuffix("> after"))
        // Of what stood between, less is left than would tell anything.
        #expect(shown.utf8.count <= "before <***> after".utf8.count + 14, "\(shown)")
        #expect(!shown.lowercased().contains("crossing"))
    }

    @Test func `a short secret is hidden too, and ordinary text is not`() {
        let redactor = Redactor([Secret("s3cr")])
        #expect(redactor.hiding("user s3cr, and S3CR") == "user ***, and ***")
        #expect(redactor.hiding("nothing to see, é€😀") == "nothing to see, é€😀")
        #expect(Redactor().hiding("all of it") == "all of it")
    }

    @Test func `a secret that is learnt later is hidden from then on`() {
        let redactor = Redactor()
        redactor.learn([Secret("late-secret-1")])
        #expect(redactor.hiding("late-secret-1") == "***")
        #expect(redactor.finds(in: "x?y=LATE-secret-1&z"))
        #expect(!redactor.finds(in: "late-se"))
    }

    @Test(arguments: [
        ("{\"error\": \"no such view\"}", "{\"error\": \"no such view\"}"),
        ("{\"error\": \"token expired\"}", "{\"error\": \"token expired\"}"),
        ("\n\n  {\n  \"error\": \"x\"\n}", "\"error\": \"x\""),
        ("no\u{1B}[31m way\u{7}\nsecond", "no [31m way"), ("a\u{202E}b\u{200B}c", "abc"), ("", nil), ("{\n}\n", nil),
        ("<!doctype html><p>Sign in", nil), ("\u{FEFF}plain", "plain"),
        ("Authorization: Bearer abc", "Authorization: Bearer ***"),
        ("bad header 'X-Api-Key: 12345'", "bad header 'X-Api-Key: ***'"),
        ("password=swordfish rejected", "password=*** rejected"),
        ("wrong token abcdef123", "wrong token ***"), ("session_id 9 and session: joe", "session_id *** and session: ***"),
        ("jwt eyJhbGciOiJIUzI1NiJ9.e30.abc is old", "jwt *** is old"),
        ("request 7f3a9c1e2b4d5f60718293a4b5c6d7e8 failed", "request *** failed"),
        ("see https://joe:pw1@x.example/a?b=c&d=e now", "see https://joe:***@x.example/a?b=***&d=*** now"),
        ("no view at /api/v2/tickets/4711/audits", "no view at /api/v2/tickets/4711/audits"),
        ("client_secret \"AbcD\" is wrong", "client_secret \"***\" is wrong"),
    ])
    func `of a refusal one line is shown, without what looks like a credential`(body: String, shown: String?) {
        #expect(RefusalText.line(of: Array(body.utf8), Redactor()) == shown)
    }

    @Test func `a long line is cut, and a secret across the cut is hidden whole`() throws {
        let body = String(repeating: "text ", count: 38) + "swordfish-and-chips is what you sent"
        let line = try #require(RefusalText.line(of: Array(body.utf8), Redactor([Secret("swordfish-and-chips")])))
        #expect(line.count == RefusalText.mostShown)
        #expect(!line.contains("sword") && line.hasSuffix("…"))
    }

    @Test func `bytes that are no text show nothing dangerous`() {
        let line = RefusalText.line(of: [0xFF, 0x00, 0x41, 0xC3, 0x0A, 0x42], Redactor())
        #expect(line?.unicodeScalars.allSatisfy { $0.value >= 0x20 } == true)
    }
}
