import Foundation
import TestSupport
import Testing

/// `touchline test`: its forms, its exit codes, and mutants.
struct TestCommandTests {
    private static let checklist = """
        touchline: checklist/1
        id: small
        title: Small
        version: 1.0.0
        values: {severity: [S1, S2]}
        activities: [escalated, acknowledged, resolved]
        items:
          - {id: A1, title: Answered, check: {response: {after: escalated, expect: acknowledged, within: {S1: 1h, otherwise: 8h}}}}
          - {id: A2, title: Solved, when: 'severity == "S1"', check: {existence: resolved}}

        """

    private static let tests = """
        touchline: tests/1
        checklist: small
        cases:
          - name: in time
            timeline: escalated 1h acknowledged closed
            record: {severity: S1}
            expect: {A1: pass, A2: fail}
          - name: "too <late>"
            timeline: escalated 1h 1s acknowledged closed
            record: {severity: S1}
            expect: {A1: pass}

        """

    private static func shop() throws -> Workshop {
        let shop = try Workshop()
        try shop.write("small.yaml", checklist)
        try shop.write("tests/small.yaml", tests)
        return shop
    }

    @Test func `text names what passes, what fails and what no case exercises`() async throws {
        let shop = try Self.shop()
        let done = try await Program.run(["test", ".", "--coverage"], in: shop.path)
        #expect(done.code == 1)
        let lines = done.out.split(separator: "\n").map(String.init)
        #expect(lines[0] == "ok    small: in time")
        #expect(lines[1] == "FAIL  small: too <late> (tests/small.yaml:8:5)")
        #expect(lines[2].hasPrefix("      A1: expected pass, got fail: 'escalated' at 2026-01-05T09:00:00Z"), "\(lines[2])")
        #expect(
            lines[3] == "tests of small 1.0.0 exercise 0 of 2 items (0 %), 0 of 1 conditions (0 %), 1 of 2 rows (50 %), "
                + "2 of 3 activities (66 %)")
        #expect(
            lines[4...8].map { $0.prefix { $0 != "(" } } == [
                "      A1: no case makes it fail ", "      A2: no case makes it pass ", "      A2 when: is never false ",
                "      A1 check.response.within.otherwise: no case comes to this row ", "      resolved: never happens ",
            ])
        #expect(lines.last == "1 passed, 1 failed")
        #expect(done.err.contains("warning[TL301]: no test makes the item 'A1' of 'small' fail"), "\(done.err)")
    }

    @Test func `quiet says only what fails`() async throws {
        let shop = try Self.shop()
        let done = try await Program.run(["test", ".", "--quiet"], in: shop.path)
        #expect(done.code == 1)
        #expect(done.out.hasPrefix("FAIL  small: too <late>") && !done.out.contains("in time"))
        #expect(!done.out.contains("exercise"))
    }

    @Test func `junit has a case a case, json says the same for programs`() async throws {
        let shop = try Self.shop()
        let junit = try await Program.run(["test", "small.yaml", "tests", "--format", "junit"], in: shop.path)
        #expect(junit.code == 1)
        #expect(
            junit.out.hasPrefix(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"touchline test\" tests=\"4\" failures=\"1\""),
            "\(junit.out)")
        #expect(junit.out.contains("<testcase name=\"in time\" classname=\"small\" file=\"tests/small.yaml\" line=\"4\"/>"))
        #expect(
            junit.out.contains("<testcase name=\"too &lt;late&gt;\" classname=\"small\" file=\"tests/small.yaml\" line=\"8\">"))
        #expect(junit.out.contains("<failure type=\"TL313\" message=\"A1: expected pass, got fail: 'escalated' at"))

        let json = try await Program.run(["test", "small.yaml", "tests", "--format", "json"], in: shop.path)
        #expect(json.code == 1)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [String: Any])
        #expect(object["touchline"] as? String == "test/1")
        let cases = try #require(object["cases"] as? [[String: Any]])
        #expect(cases.map { $0["passed"] as? Bool } == [true, false])
        let mismatch = try #require((cases[1]["mismatches"] as? [[String: Any]])?.first)
        #expect(mismatch["item"] as? String == "A1" && mismatch["line"] as? Int == 11 && mismatch["column"] as? Int == 14)
        let coverage = try #require((object["coverage"] as? [[String: Any]])?.first)
        #expect((coverage["activities"] as? [String: Int]) == ["covered": 2, "all": 3, "percent": 66])
    }

    @Test func `annotations and SARIF stand at the expectation that does not hold`() async throws {
        let shop = try Self.shop()
        let github = try await Program.run(["test", "small.yaml", "tests", "--format", "github"], in: shop.path)
        #expect(github.code == 1)
        #expect(github.out.contains("::error file=tests/small.yaml,line=11,col=14,"), "\(github.out)")
        #expect(github.out.contains("title=TL313::too <late>: A1: expected pass, got fail: "), "\(github.out)")
        let sarif = try await Program.run(["test", "small.yaml", "tests", "--format", "sarif"], in: shop.path)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(sarif.out.utf8)) as? [String: Any])
        let results = (object["runs"] as? [[String: Any]])?.first?["results"] as? [[String: Any]]
        #expect(results?.compactMap { $0["ruleId"] as? String }.contains("TL313") ?? false)
    }

    @Test func `mutants that survive are named with a case, and the pasted cases kill them`() async throws {
        let shop = try Self.shop()
        let good = Self.tests.replacingOccurrences(of: "expect: {A1: pass}", with: "expect: {A1: fail}")
        try shop.write("tests/small.yaml", good)
        let before = try await Program.run(["test", "--mutate", "."], in: shop.path)
        #expect(before.code == 1)
        #expect(
            before.err.contains("small.yaml:9:10: error[TL301]: no test makes the item 'A2' of 'small' pass"), "\(before.err)")
        #expect(
            before.out.contains(
                "SURVIVED  small: A1 check.response.within.otherwise = 4h, in the place of 8h (small.yaml:8:"),
            "\(before.out)")
        let cases = Self.proposals(in: before.out)
        #expect(!cases.isEmpty)
        let passing = "  - {name: solved, timeline: escalated resolved, record: {severity: S1}, expect: {A2: pass}}\n"
        try shop.write("tests/small.yaml", good + cases + passing)
        let after = try await Program.run(["test", "--mutate", "."], in: shop.path)
        #expect(after.code == 0, "\(after.out)\(after.err)")
        #expect(after.out.contains("mutants of small 1.0.0: "))
        #expect(!after.out.contains("survived"))
        let again = try await Program.run(["test", "--mutate", "."], in: shop.path)
        #expect(again.out == after.out)
    }

    /// The lines that are meant to be pasted.
    private static func proposals(in output: String) -> String {
        var lines: [Substring] = []
        var isCase = false
        for line in output.split(separator: "\n") {
            if line.hasPrefix("  - name: ") { isCase = true } else if !line.hasPrefix("    ") { isCase = false }
            if isCase, !line.hasPrefix("      ") { lines.append(line) }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    @Test func `a survivor is a failure in every format`() async throws {
        let shop = try Self.shop()
        try shop.write("tests/small.yaml", Self.tests.replacingOccurrences(of: "expect: {A1: pass}", with: "expect: {A1: fail}"))
        for (format, part) in [
            ("junit", "<failure type=\"TL314\" message=\"no test kills the mutant\">this case would:"),
            ("json", "\"fate\": \"survived\""), ("sarif", "\"ruleId\": \"TL314\""),
            ("github", "title=TL314::no test kills the mutant 'A1 "),
        ] {
            let done = try await Program.run(["test", "--mutate", ".", "--format", format], in: shop.path)
            #expect(done.code == 1)
            #expect(done.out.contains(part), "\(format): \(done.out)")
        }
    }

    @Test func `the tests of the shipped checklists kill every mutant of them, or say why not`() async throws {
        let done = try await Program.run(["test", "--mutate", "checklists"], in: Checkout.folder)
        #expect(done.code == 0, "\(done.out)\(done.err)")
        #expect(done.out.contains("130 of 131 killed, 1 listed as equivalent"), "\(done.out)")
    }

    @Test func `a checklist without tests has no proof`() async throws {
        let shop = try Workshop()
        try shop.write("small.yaml", Self.checklist)
        let done = try await Program.run(["test", "--mutate", "small.yaml"], in: shop.path)
        #expect(done.code == 1)
        #expect(
            done.err.contains("small.yaml:8:10: error[TL301]: no test makes the item 'A1' of 'small' pass or fail"), "\(done.err)"
        )
        #expect(try await Program.run(["test", "small.yaml"], in: shop.path).code == 2)
    }

    // MARK: The README

    private static func block(of readme: String, containing text: String) throws -> String {
        let blocks = readme.components(separatedBy: "```")
        let block = try #require(blocks.first { $0.contains(text) })
        return block.hasPrefix("yaml\n") ? String(block.dropFirst(5)) : String(block.dropFirst())
    }

    @Test func `the README's tests of checklists pass`() async throws {
        let shop = try Workshop()
        try shop.write("checklists/escalation.yaml", try Checkout.text("checklists/escalation.yaml"))
        try shop.write("tests.yaml", try Self.block(of: try Checkout.text("README.md"), containing: "touchline: tests/1"))
        let done = try await Program.run(["test", "."], in: shop.path)
        #expect(done.code == 0, "\(done.out)\(done.err)")
        #expect(done.out.hasSuffix("3 passed, 0 failed\n"), "\(done.out)")
    }

    @Test func `the README's survivor is what is said without the case that kills it`() async throws {
        let shop = try Workshop()
        try shop.write("checklists/escalation.yaml", try Checkout.text("checklists/escalation.yaml"))
        let tests = try Checkout.text("checklists/tests/escalation.yaml")
        let cases = tests.components(separatedBy: "\n\n").filter { !$0.contains("name: an S2 acknowledged after two hours") }
        try shop.write("checklists/tests/escalation.yaml", cases.joined(separator: "\n\n"))
        let done = try await Program.run(["test", "--mutate", "--quiet", "checklists"], in: shop.path)
        #expect(done.code == 1)
        let listing = try Self.block(of: try Checkout.text("README.md"), containing: "SURVIVED  escalation")
        #expect(done.out.contains(listing), "\(done.out)")
    }
}
