import Foundation
import TestSupport
import Testing

/// `touchline lint --fix`: the safe fixes, and nothing but them.
struct LintFixTests {
    private static let wrong = """
        touchline: checklist/1   # a checklist
        id: small
        titel:   Small
        version: 1.0.0
        activities: [escalated, acknowledged]
        items:
          # Comments stay, and so does layout.
          - id: A1
            title: 'Answered'
            "tarpet": 0.9
            when: severity == 'S1'   # grave
            check: {responce: {after: escalated, expect: acknowledged}}
          - {id: A2, title: Known, when: kind == "a", check: {holds: opened < closed}}

        """

    private static let right = """
        touchline: checklist/1   # a checklist
        id: small
        title:   Small
        version: 1.0.0
        activities: [escalated, acknowledged]
        items:
          # Comments stay, and so does layout.
          - id: A1
            title: 'Answered'
            "target": 0.9
            when: 'severity == ''S1'''   # grave
            check: {response: {after: escalated, expect: acknowledged}}
          - {id: A2, title: Known, when: 'kind == "a"', check: {holds: 'opened < closed'}}

        """

    @Test func `expressions are quoted and keys corrected, comments and layout stay`() async throws {
        let shop = try Workshop()
        try shop.write("small.yaml", Self.wrong)
        let done = try await Program.run(["lint", "--fix", "small.yaml"], in: shop.path)
        #expect(done.code == 0, "\(done.out)")
        #expect(done.out == "")
        #expect(done.err.contains("fixed 1 file"))
        #expect(shop.bytes("small.yaml").map { String(decoding: $0, as: UTF8.self) } == Self.right)
    }

    @Test func `a dry run shows a diff that patch can apply, and changes nothing`() async throws {
        let shop = try Workshop()
        try shop.write("small.yaml", Self.wrong)
        let done = try await Program.run(["lint", "--fix", "--dry-run", "small.yaml"], in: shop.path)
        #expect(done.code == 1)
        #expect(done.out.hasPrefix("--- a/small.yaml\n+++ b/small.yaml\n@@ -1,13 +1,13 @@\n"), "\(done.out)")
        #expect(done.out.contains("-titel:   Small\n+title:   Small\n"))
        #expect(shop.bytes("small.yaml") == Data(Self.wrong.utf8))
        #expect(try Patch.apply(done.out, to: Self.wrong) == Self.right)
        let again = try await Program.run(["lint", "--dry-run", "small.yaml"], in: shop.path)
        #expect(again.code == 2)
    }

    @Test(arguments: [
        // Two names are near; the name is there already; what is left of the expression is none; the key is in a text.
        "whe: 'kind == \"x\"'", "titel: Another\n    title: One", "when: only the grave ones", "why: 'tarpet: 1'",
        "colour: red",
    ])
    func `what can mean several things is left alone`(line: String) async throws {
        let shop = try Workshop()
        let text = """
            touchline: checklist/1
            id: small
            title: Small
            version: 1.0.0
            activities: [escalated]
            items:
              - id: A1
                \(line.contains("title") ? "level: major" : "title: One")
                \(line)
                check: {existence: escalated}

            """
        try shop.write("small.yaml", text)
        _ = try await Program.run(["lint", "--fix", "small.yaml"], in: shop.path)
        #expect(shop.bytes("small.yaml") == Data(text.utf8))
    }

    @Test func `a fix that would bring more to light than it mends is not made`() async throws {
        let shop = try Workshop()
        // As `enablement` it would have two wrong keys.
        let text = AuditTests.checklist.replacingOccurrences(
            of: "check:", with: "enablment: {modul3x: 1, guidancexx: 2, nothing: 3}\n    check:")
        try shop.write("small.yaml", text)
        _ = try await Program.run(["lint", "--fix", "small.yaml"], in: shop.path)
        #expect(shop.bytes("small.yaml") == Data(text.utf8))
    }

    @Test func `a literal secret near a fix is not shown`() async throws {
        let shop = try Workshop()
        try shop.write("small.yaml", AuditTests.checklist)
        try shop.write(
            "touchline.yaml",
            """
            touchline: config/1
            network: N
            checklists: [small.yaml]
            sources:
              - id: desk
                auth: {bearer: hunter2-hunter2}
                url: https://me:hunter2-hunter2@desk.example/x
                partner: p
                fromat: json
                map: {id: it.id}

            """)
        for arguments in [["--fix", "--dry-run"]] + ["text", "json", "sarif", "junit", "github"].map({ ["--format", $0] }) {
            let done = try await Program.run(["lint", "touchline.yaml"] + arguments, in: shop.path)
            #expect(done.code == 1)
            #expect(!(done.out + done.err).contains("hunter2"), "\(arguments): \(done.out)")
            #expect(done.out.contains("touchline.yaml"))
        }
    }

    /// Over every file of the corpus, each in a folder of its own.
    @Test func `fixing any file makes it no worse, and fixing it again changes nothing`() async throws {
        let folder = Checkout.folder + "/fixtures/lint/err"
        let shop = try Workshop()
        try FileManager.default.removeItem(atPath: shop.path)
        try FileManager.default.copyItem(atPath: folder, toPath: shop.path)
        let before = try await Program.run(["lint", ".", "--format", "json", "--quiet"], in: shop.path)
        let diff = try await Program.run(["lint", ".", "--fix", "--dry-run"], in: shop.path)
        let fixed = try await Program.run(["lint", ".", "--fix", "--format", "json"], in: shop.path)
        #expect(fixed.err.contains("fixed "))
        #expect(try problems(fixed.out) <= problems(before.out))
        var changed = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where name.hasSuffix(".yaml") {
            let old = try #require(
                FileManager.default.contents(atPath: "\(folder)/\(name)").map { String(decoding: $0, as: UTF8.self) })
            let new = try #require(shop.bytes(name).map { String(decoding: $0, as: UTF8.self) })
            if old == new { continue }
            changed += 1
            #expect(diff.out.split(separator: "\n").contains("+++ b/\(name)"), "\(name)")
            // Nothing but the words of some lines is another: the same number of lines, the same comments.
            let (oldLines, newLines) = (old.split(separator: "\n"), new.split(separator: "\n"))
            #expect(oldLines.count == newLines.count)
            #expect(comments(old) == comments(new), "\(name)")
        }
        #expect(changed >= 20)
        let again = try await Program.run(["lint", ".", "--fix", "--dry-run"], in: shop.path)
        #expect(again.out == "")
        #expect(again.code == 0)
    }

    /// Errors weigh more than warnings.
    private func problems(_ json: String) throws -> Int {
        let root = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let list = try #require(root["problems"] as? [[String: Any]])
        return list.reduce(0) { $0 + ($1["severity"] as? String == "error" ? 10_000 : 1) }
    }

    private func comments(_ text: String) -> [Substring] {
        text.split(separator: "\n").compactMap { line in line.firstRange(of: " #").map { line[$0.lowerBound...] } }
    }
}

/// A unified diff put into a text, as `patch` does.
private enum Patch {
    static func apply(_ diff: String, to text: String) throws -> String {
        var result: [Substring] = []
        let old = text.split(separator: "\n", omittingEmptySubsequences: false)
        var next = 0
        for line in diff.split(separator: "\n").dropFirst(2) {
            if let head = line.wholeMatch(of: /@@ -(\d+),\d+ \+\d+,\d+ @@/) {
                let start = try #require(Int(head.1)) - 1
                result += old[next..<start]
                next = start
                continue
            }
            switch line.first {
            case "+": result.append(line.dropFirst())
            case "-":
                #expect(old[next] == line.dropFirst())
                next += 1
            default:
                #expect(old[next] == line.dropFirst())
                result.append(old[next])
                next += 1
            }
        }
        return (result + old[next...]).joined(separator: "\n")
    }
}
