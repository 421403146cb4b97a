import Checklists
import Foundation
import Language
import Scoring
import Testing

@testable import Reports

/// What a diff looks like in a pull request, whoever wrote what it tells.
struct DiffCommentTests {
    private static func figures(_ partners: Int = 1, met: Int, id: String = "p", sentence: String = "") throws -> AuditFigures {
        let all = (0..<partners).map { number -> PartnerResult in
            var tally = Tally()
            tally.add(.pass, .met, count: met)
            tally.add(.fail, .missed, count: 10)
            let item = ItemDescription(
                checklist: "c", checklistTitle: "C", version: "1", function: nil, id: "I", title: "Title", meaning: "")
            return PartnerResult(
                id: number == 0 ? id : "\(id)\(number)", name: "P", functions: [], records: 20,
                items: [Estimate.result(of: item, tally, worst: [])])
        }
        let flags =
            sentence.isEmpty
            ? []
            : [
                Flag(
                    id: "f", partner: id, checklist: "c", item: "I", kind: .peer, tier: .asserted, state: .new, n: 20,
                    effect: -0.1, low: -0.2, high: 0, q: 0.01, sentence: sentence, examples: [])
            ]
        let digest = "sha256:" + String(repeating: "0", count: 64)
        let audit = Audit(
            id: "0123456789ab", network: "Net @all", asOf: .init(seconds: 0),
            inputs: Audit.Inputs(history: digest, snapshot: digest, config: digest, checklists: []), sources: [],
            partners: all, flags: flags, items: [], caveats: [])
        return try AuditFigures(json: AuditJSON.bytes(audit))
    }

    private static func report(
        _ old: AuditFigures, _ new: AuditFigures, definitions: [DefinitionChange] = [], verdicts: [VerdictChange] = []
    ) -> DiffReport {
        DiffReport(
            subject: .checklists, oldName: "old", newName: "new", snapshot: "s",
            diff: AuditDiff(from: old, to: new, definitions: definitions), verdicts: VerdictChanges(list: verdicts))
    }

    private static let hostile = [
        "@everybody", "see #12 and a/b#3", "a|b", "`code` **bold** _it_ ~~no~~", "<img src=x onerror=alert(1)>", "</details>",
        "[link](https://evil.example)", "https://evil.example www.evil.example", "two\nlines\r\n| cell |", "\u{202E}gnp",
        "a@b.example", "$x$ \\| ![i](u)", "<!-- hidden", "&lt;b&gt;", "<code>", "{{ x }}",
    ]

    @Test(arguments: hostile)
    func `what others wrote shows as it is and does nothing`(text: String) throws {
        let definition = DefinitionChange(
            kind: .changed, checklist: text, item: text, title: text, oldVersion: text, newVersion: "2",
            words: [DefinitionChange.Words(name: text, old: text, new: nil)])
        let verdict = VerdictChange(
            partner: text, checklist: "c", item: text, unit: .record, from: .pass, to: .fail, count: 1, records: [text])
        let comment = DiffComment.text(
            Self.report(
                try Self.figures(met: 10, id: text), try Self.figures(met: 5, id: text, sentence: text),
                definitions: [definition], verdicts: [verdict]))
        let own: Set<String> = ["<code>", "</code>", "<br>", "<details>", "<summary>", "</summary>", "</details>"]
        let tags = comment.matches(of: /<[^>]*>?/).map { String($0.output) }
        #expect(Set(tags).isSubset(of: own), "\(tags)")
        #expect(tags.count { $0 == "<code>" } == tags.count { $0 == "</code>" })
        #expect(tags.count { $0 == "<details>" } == 2 && tags.count { $0 == "</details>" } == 2)
        // Nothing that Markdown or GitHub would read.
        let left = comment.replacing(/&#[0-9]+;/, with: "").replacing("###", with: "").replacing("**", with: "")
        for sign in ["@", "#", "`", "*", "_", "~", "[", "]", "{", "\\", "$", "://", "www.", "!"] {
            #expect(!left.contains(sign), "\(sign) in \(left)")
        }
        #expect(!comment.contains("&#64;everybody") || comment.contains("<code>&#64;everybody</code>"))
        // Every row of a table has as many cells as its head.
        for table in comment.components(separatedBy: "\n\n").filter({ $0.hasPrefix("|") }) {
            let cells = table.split(separator: "\n").filter { $0.hasPrefix("|") }.map { $0.count { $0 == "|" } }
            #expect(Set(cells).count == 1, "\(table)")
        }
    }

    @Test func `a comment never becomes too long, and what is left out is counted`() throws {
        let many = 5000
        let definitions = (0..<many).map { number in
            DefinitionChange(
                kind: .added, checklist: "c", item: "I\(number)", title: String(repeating: "long ", count: 2000),
                oldVersion: nil, newVersion: "1",
                words: [DefinitionChange.Words(name: "check", old: nil, new: String(repeating: "<&|@", count: 2000))])
        }
        let verdicts = (0..<many).map { number in
            VerdictChange(
                partner: "p", checklist: "c", item: "I\(number)", unit: .record, from: nil, to: .fail, count: 12,
                records: (0..<10).map { "record \($0)" })
        }
        let comment = DiffComment.text(
            Self.report(
                try Self.figures(many, met: 10), try Self.figures(many, met: 5, sentence: "short"), definitions: definitions,
                verdicts: verdicts))
        #expect(comment.utf8.count < 65_536 && comment.utf8.count > 50_000)
        let told = ["definitions", "rows", "rates"].map { what -> Int in
            let line = comment.split(separator: "\n").first {
                $0.hasSuffix("more \(what) are left out: the comment would be too long._")
            }
            return line.flatMap { Int($0.dropFirst().prefix { $0.isNumber }) } ?? -1
        }
        let rows = comment.split(separator: "\n").filter { $0.hasPrefix("| ") }
        // Four tables have a head; one flag is told.
        #expect(told.allSatisfy { $0 > 0 } && told.reduce(0, +) + rows.count - 4 - 1 == 3 * many)
        #expect(comment.contains("**Flags: 1**") && comment.contains("<summary>Rates: 5000</summary>"))
        #expect(comment.components(separatedBy: "<details>").count == comment.components(separatedBy: "</details>").count)
    }

    @Test func `flags are new, gone, of another tier or kept, and one that is fixed is none`() throws {
        func flags(_ told: [(String, String, String)]) throws -> AuditFigures {
            let list = told.map { item, tier, state in
                """
                {"id": "\(item)", "partner": "p", "checklist": "c", "item": "\(item)", "kind": "within", "dimension": "owner",
                 "tier": "\(tier)", "state": "\(state)", "n": 9, "effect": -0.1, "q": 0.01, "sentence": "s"}
                """
            }.joined(separator: ",")
            return try AuditFigures(
                json: Array(
                    """
                    {"touchline": "audit/1", "id": "a", "network": "n", "as_of": "t", "inputs": {"checklists": []}, "sources": [],
                     "partners": [], "flags": [\(list)]}
                    """.utf8))
        }
        let old = try flags([
            ("A", "watch", "new"), ("B", "asserted", "new"), ("C", "watch", "still"), ("D", "asserted", "fixed"),
            ("E", "asserted", "still"),
        ])
        let new = try flags([
            ("A", "asserted", "still"), ("C", "watch", "still"), ("D", "asserted", "back"), ("E", "asserted", "fixed"),
            ("F", "watch", "new"),
        ])
        let diff = AuditDiff(from: old, to: new)
        #expect(
            diff.flags.map { "\(($0.flag.new ?? $0.flag.old)?.item ?? "") \($0.kind.rawValue)" } == [
                "A tier", "B gone", "C kept", "D new", "E gone", "F new",
            ])
        #expect(diff.raisesAssertedFlag)
        #expect(!AuditDiff(from: new, to: new).raisesAssertedFlag)
        #expect(AuditDiff(from: new, to: new).summary([]) == nil)
        #expect(diff.summary([]) == "flags: 2 new, 2 gone, 1 of another tier")
    }

    @Test(arguments: [
        ("", "it is no JSON"), ("[]", "it is no 'audit/1'"), (#"{"touchline": "audit/1"}"#, "it has no 'id'"),
        (#"{"touchline": "audit/1", "id": 7}"#, "'id' is no text"),
        (
            #"{"touchline": "audit/1", "id": "a", "network": "n", "as_of": "t", "inputs": {"checklists": {}}}"#,
            "'checklists' is no list"
        ),
    ])
    func `what is no audit is told why`(text: String, why: String) {
        let problem = #expect(throws: AuditFigures.Problem.self) { try AuditFigures(json: Array(text.utf8)) }
        #expect(problem?.why == why)
    }
}
