import Foundation
import TestSupport
import Testing

/// The words that people type, and what they get back.
struct CommandLineTests {
    @Test(arguments: ["audit", "check", "diff", "explain", "init", "lint", "test"])
    func `help of every command has an example`(command: String) async throws {
        let done = try await Program.run([command, "--help"])
        #expect(done.code == 0)
        #expect(done.out.contains("Example: touchline \(command)") || done.out.contains("| touchline \(command)"))
    }

    @Test(arguments: [
        ["audti"], ["audit", "--no-such"], ["audit", "--as-of", "yesterday"], ["audit", "--fail-on", "sometimes"],
    ])
    func `wrong usage ends with 2`(arguments: [String]) async throws {
        let done = try await Program.run(arguments)
        #expect(done.code == 2)
        #expect(done.out == "")
        #expect(!done.err.isEmpty)
    }

    @Test(arguments: [["audit", "-c", "nowhere.yaml"], ["lint", "nowhere"], ["test", "nowhere"]])
    func `a file that is not there ends with 2 and is named`(arguments: [String]) async throws {
        let shop = try Workshop()
        let done = try await Program.run(arguments, in: shop.path)
        #expect(done.code == 2)
        #expect(done.err.contains("nowhere"))
    }

    @Test func `lint says every problem of every file and ends with 1`() async throws {
        let shop = try Workshop()
        try shop.write("a.yaml", AuditTests.checklist.replacingOccurrences(of: "title: Small", with: "titel: Small"))
        try shop.write(
            "b.yaml",
            AuditTests.checklist.replacingOccurrences(of: "within: 1h", with: "within: 1 hour").replacingOccurrences(
                of: "id: small", with: "id: other"))
        try shop.write("c.yaml", "not: ours\n")
        let done = try await Program.run(["lint", "."], in: shop.path)
        #expect(done.code == 1)
        #expect(done.out.contains("a.yaml:3:1: error[TL105]"), "\(done.out)")
        #expect(done.out.contains("b.yaml:10:"), "\(done.out)")
        #expect(!done.out.contains("c.yaml"))
    }

    @Test func `the shipped checklists are clean and their tests pass`() async throws {
        let lint = try await Program.run(["lint", "checklists", "fixtures/demo/touchline.yaml"], in: Checkout.folder)
        #expect(lint.code == 0, "\(lint.out)")
        #expect(lint.out == "")
        let test = try await Program.run(["test", "checklists"], in: Checkout.folder)
        #expect(test.code == 0, "\(test.out)")
        #expect(test.out.hasSuffix(" 0 failed\n"))
    }

    @Test func `a failing test is named with what was expected and ends with 1`() async throws {
        let shop = try Workshop()
        try shop.write("small.yaml", AuditTests.checklist)
        try shop.write(
            "tests/small.yaml",
            """
            touchline: tests/1
            checklist: small
            cases:
              - name: never answered
                as_of: 2026-02-01T00:00:00Z
                record: {partner: p, id: "1", opened: 2026-01-05T09:00:00Z, closed: 2026-01-06T09:00:00Z, events: [[2026-01-05T09:00:00Z, escalated]]}
                expect: {A1: pass}
            """)
        let done = try await Program.run(["test", "."], in: shop.path)
        #expect(done.code == 1)
        #expect(done.out.contains("never answered"))
        #expect(done.out.contains("fail"))
        #expect(done.out.hasSuffix("0 passed, 1 failed\n"))
    }

    @Test func `check reads records and writes verdicts, and names a line that is no record`() async throws {
        let shop = try Workshop()
        try shop.write("small.yaml", AuditTests.checklist)
        let record = #"""
            {"partner":"p","id":"7","opened":"2026-01-05T09:00:00Z","closed":"2026-01-06T09:00:00Z","events":[{"at":"2026-01-05T09:00:00Z","activity":"escalated"}]}
            """#
        let good = try await Program.run(
            ["check", "--checklist", "small.yaml", "--as-of", "2026-02-01T00:00:00Z"], in: shop.path, input: record + "\n")
        #expect(good.code == 0, "\(good.err)")
        #expect(
            good.out.hasPrefix(#"{"partner":"p","record":"7","checklist":"small","item":"A1","verdict":"fail""#), "\(good.out)")
        let bad = try await Program.run(
            ["check", "--checklist", "small.yaml", "--as-of", "2026-02-01T00:00:00Z"], in: shop.path,
            input: record + "\n{\"id\":\"8\"}\n")
        #expect(bad.code == 3)
        #expect(bad.out == good.out)
        #expect(bad.err.contains("/2"), "\(bad.err)")
    }

    /// Runs `check` over lines with one item that allows no `acknowledged`, and one that wants it first.
    private func check(_ lines: [String]) async throws -> (verdicts: [String], result: Program.Result) {
        let shop = try Workshop()
        try shop.write(
            "c.yaml",
            """
            touchline: checklist/1
            id: c
            title: C
            version: 1.0.0
            activities: [escalated, acknowledged]
            items:
              - {id: A1, title: None, check: {absence: acknowledged}}
              - {id: A2, title: First, check: {first: acknowledged}}
            """)
        let done = try await Program.run(
            ["check", "--checklist", "c.yaml", "--as-of", "2026-02-01T00:00:00Z", "--verdicts", "all"], in: shop.path,
            input: lines.joined(separator: "\n") + "\n")
        let verdicts = try done.out.split(separator: "\n").map { line -> String in
            let json = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            return "\(json["record"] ?? "") \(json["item"] ?? "") \(json["verdict"] ?? "")"
        }
        return (verdicts, done)
    }

    @Test func `events of a canonical record are judged in the order of time`() async throws {
        let (verdicts, done) = try await check([
            #"{"partner":"p","id":"1","closed":"2026-01-06T09:00:00Z","events":[{"at":"2026-01-05T10:00:00Z","activity":"escalated"},{"at":"2026-01-05T09:00:00Z","activity":"acknowledged"}]}"#
        ])
        #expect(done.code == 0, "\(done.err)")
        #expect(verdicts == ["1 A1 fail", "1 A2 pass"])
    }

    @Test func `an event that cannot be read is named, and unreadable events pass nothing`() async throws {
        let (verdicts, done) = try await check([
            #"{"partner":"p","id":"1","closed":"2026-01-06T09:00:00Z","events":[{"at":"garbage","activity":"acknowledged"}]}"#,
            #"{"partner":"p","id":"2","closed":"2026-01-06T09:00:00Z","events":"no"}"#,
        ])
        #expect(done.code == 3)
        #expect(done.err.contains("stdin/1: no at"), "\(done.err)")
        #expect(verdicts.filter { $0.hasPrefix("2") } == ["2 A1 not_observable", "2 A2 not_observable"])
    }

    @Test func `one bad line costs no other line its verdicts`() async throws {
        let (verdicts, done) = try await check([
            #"{"partner":"p","id":"1","closed":"2026-01-06T09:00:00Z","events":[]}"#, "garbage",
            #"{"partner":"p","id":"3","closed":"2026-01-06T09:00:00Z","events":[]}"#,
        ])
        #expect(done.code == 3)
        #expect(verdicts == ["1 A1 pass", "1 A2 fail", "3 A1 pass", "3 A2 fail"])
        #expect(done.err.contains("line 2"), "\(done.err)")
    }
}
