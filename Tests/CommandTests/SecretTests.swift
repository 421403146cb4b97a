import Foundation
import TestSupport
import Testing

/// Secrets from outside: where they may stand, when they are needed, and that nothing shows them.
struct SecretTests {
    private func shop(_ auth: String, url: String = "file:north.json") throws -> Workshop {
        let shop = try Workshop()
        let config = AuditTests.config([("north", url)])
        try shop.write(
            "touchline.yaml",
            config.replacing("    format: json\n", with: "    format: json\n    auth: \(auth)\n    limits: {retries: 0}\n"))
        try shop.write("checklists/small.yaml", AuditTests.checklist)
        try shop.write("north.json", AuditTests.page([AuditTests.ticket(1)]))
        return shop
    }

    @Test func `a secret that is not there ends with 2 and its place, before anything else`() async throws {
        let shop = try shop("{bearer: {env: TOUCHLINE_TEST_ABSENT}}")
        let done = try await Program.run(["audit", "--out", "out"], in: shop.path)
        #expect(done.code == 2)
        #expect(
            done.err.contains(
                "touchline.yaml:11:20: error[TL157]: the environment variable 'TOUCHLINE_TEST_ABSENT' is not set"), "\(done.err)")
        #expect(shop.bytes("out/audit.json") == nil)
        #expect(shop.bytes(".touchline/history.sqlite") == nil)
    }

    @Test func `lint needs no secret, and refuses one that stands in the config`() async throws {
        let named = try shop("{bearer: {env: TOUCHLINE_TEST_ABSENT}}")
        let sound = try await Program.run(["lint", "touchline.yaml"], in: named.path)
        #expect(sound.code == 0, "\(sound.err)")
        let written = try shop("{bearer: hunter2-hunter2}")
        let literal = try await Program.run(["lint", "touchline.yaml"], in: written.path)
        #expect(literal.code == 1)
        #expect(literal.out.contains("touchline.yaml:11:20: error[TL156]: 'bearer' is a secret"), "\(literal.out)")
        #expect(!(literal.out + literal.err).contains("hunter2"))
        withExtendedLifetime((named, written)) {}
    }

    @Test func `no output of an audit holds the secret`() async throws {
        let shop = try shop("{query: {name: key, value: {env: TOUCHLINE_TEST_KEY}}}", url: "http://127.0.0.1:1/hunter2-hunter2")
        let done = try await Program.run(
            ["audit", "--out", "out"], in: shop.path, environment: ["TOUCHLINE_TEST_KEY": "hunter2-hunter2"])
        #expect(done.code == 3)
        #expect(done.out.contains("source 'north-desk' is failed: "), "\(done.out)")
        #expect(done.out.contains("http://127.0.0.1:1/***"))
        #expect(!(done.out + done.err).contains("hunter2"))
        for name in try FileManager.default.subpathsOfDirectory(atPath: shop.path + "/out") {
            let bytes = shop.bytes("out/" + name) ?? Data()
            #expect(bytes.range(of: Data("hunter2".utf8)) == nil, "\(name)")
        }
    }
}
