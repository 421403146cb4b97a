import Checklists
import Foundation
import Language
import TestSupport
import Testing

/// `touchline explain`, as people read it.
struct ExplainTests {
    @Test func `the functions are all told, in a hundred columns`() async throws {
        let done = try await Program.run(["explain", "--functions"])
        #expect(done.code == 0, "\(done.err)")
        let lines = done.out.split(separator: "\n").map(String.init)
        for usage in FunctionTable.all.flatMap(\.usages) { #expect(lines.contains(usage), "\(usage)") }
        for word in ["Macros", "parseTime(", "tryTime(", "list.exists(e, bool) -> bool", "cel.bind(", "has(x.field) -> bool"] {
            #expect(done.out.contains(word), "\(word)")
        }
        for line in lines { #expect(line.unicodeScalars.count <= 100, "\(line)") }
    }

    @Test func `the templates are all told, in a hundred columns`() async throws {
        let done = try await Program.run(["explain", "--templates"])
        #expect(done.code == 0, "\(done.err)")
        let lines = done.out.split(separator: "\n").map(String.init)
        let words = lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
        for template in TemplateDescription.all {
            #expect(words.contains("\(template.name): \(template.form) \(template.meaning)"), "\(template.name)")
        }
        for line in lines { #expect(line.unicodeScalars.count <= 100, "\(line)") }
    }

    @Test(arguments: [
        (["response"], ["response: {after, expect", "every A is answered"]),
        (["substring"], ["string.substring(int) -> string", "string.substring(int, int) -> string", "e.g. "]),
        (["existsOne"], ["list.existsOne(e, bool) -> bool"]),
        (
            ["escalation/ESC-02"],
            [
                "escalation/ESC-02: Somebody answers your escalation in time", "critical, weight 3, target 95 %", "30m",
                "Why: Silence is filled with fear", "Module: ESC-101", "Guidance: Acknowledge before", "Good: ", "Poor: ",
                "Source: P4, P25", "(response: every A is answered by", "of the function 'escalation', where `kind ==",
                "Tests: 'a grave", "(fail)", "14d after it",
            ]
        ),
        (["ESC-02", "--checklist", "checklists/escalation.yaml"], ["escalation/ESC-02: "]),
        (
            ["small/r", "--checklist", "fixtures/lint/ok/defined-events.yaml"],
            ["small/r: R (Small 1.0.0)", "Measures which of 'escalated', 'resolved' happen"]
        ),
        (
            ["m", "--checklist", "fixtures/lint/ok/defined-events.yaml"],
            ["small/m: M", "the time from the first 'heard' to closing", "as far as it has come"]
        ),
        (["escalation/ESC-02", "-c", "fixtures/demo/touchline.yaml"], ["escalation/ESC-02: "]),
    ])
    func `a subject is explained`(arguments: [String], parts: [String]) async throws {
        let done = try await Program.run(["explain"] + arguments, in: Checkout.folder)
        #expect(done.code == 0, "\(done.err)")
        for part in parts { #expect(done.out.contains(part), "\(part) is not in\n\(done.out)") }
        for line in done.out.split(separator: "\n") { #expect(line.unicodeScalars.count <= 100, "\(line)") }
    }

    @Test(arguments: [
        (["respones"], "did you mean 'response'?"), (["ESC-2"], "did you mean 'ESC-02'?"),
        (["escalaton/ESC-02"], "did you mean 'escalation/ESC-02'?"),
        (["substr"], "there is no item, measure, code, template, function or preset 'substr'"),
        (["ESC-02", "--checklist", "nowhere"], "nowhere"), ([], "Name what to explain"),
    ])
    func `an unknown subject ends with 2 and the nearest name`(arguments: [String], message: String) async throws {
        let done = try await Program.run(["explain"] + arguments, in: Checkout.folder)
        #expect(done.code == 2)
        #expect(done.out == "")
        #expect(done.err.contains(message), "\(done.err)")
    }

    @Test func `an id that two checklists have is explained twice`() async throws {
        let shop = try Workshop()
        for id in ["one", "two"] {
            try shop.write("checklists/\(id).yaml", AuditTests.checklist.replacingOccurrences(of: "id: small", with: "id: \(id)"))
        }
        let done = try await Program.run(["explain", "A1"], in: shop.path)
        #expect(done.code == 0, "\(done.err)")
        #expect(done.out.contains("one/A1: ") && done.out.contains("two/A1: "))
    }

    @Test func `an item of customers says so`() async throws {
        let shop = try Workshop()
        try shop.write("c.yaml", AuditTests.checklist.replacingOccurrences(of: "id: small", with: "id: small\nunit: customer"))
        let done = try await Program.run(["explain", "A1", "--checklist", "c.yaml"], in: shop.path)
        #expect(done.code == 0, "\(done.err)")
        #expect(
            done.out.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains("customers, by their records"),
            "\(done.out)"
        )
    }

    @Test func `a wrong checklist is said with its place`() async throws {
        let shop = try Workshop()
        try shop.write("c.yaml", AuditTests.checklist.replacingOccurrences(of: "title: Small", with: "titel: Small"))
        let done = try await Program.run(["explain", "A1", "--checklist", "c.yaml"], in: shop.path)
        #expect(done.code == 2)
        #expect(done.err.contains("c.yaml:3:1: error[TL105]"), "\(done.err)")
    }
}
