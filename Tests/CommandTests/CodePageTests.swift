import Checklists
import Foundation
import Language
import TestSupport
import Testing

/// Every code has a page, and what it shows as wrong and right is so.
struct CodePageTests {
    private struct Page: Decodable, Sendable {
        let code: String
        let title: String
        let why: String
        let fix: String
        let command: String?
        let wrong: Example
        let right: Example
    }

    private struct Example: Decodable, Sendable {
        let place: String
        let excerpt: String
        let files: [File]
    }

    private struct File: Decodable, Sendable {
        let name: String
        let text: String
    }

    private struct Reference: Decodable {
        let subjects: [Page]
    }

    /// Those that no command can say, and why.
    private static let unsaid = [
        // A file that says to be of another kind or version is TL190, before it is read as a checklist or as tests.
        "TL250", "TL306",
    ]

    private static func pages() async throws -> [Page] {
        let done = try await Program.run(["explain", "--codes", "--format", "json"])
        #expect(done.code == 0, "\(done.err)")
        return try JSONDecoder().decode(Reference.self, from: Data(done.out.utf8)).subjects
    }

    /// The codes that the command says of an example, in a folder of its own.
    private static func codes(of example: Example, by command: String) async throws -> Set<String> {
        let shop = try Workshop()
        for file in example.files { try shop.write(file.name, file.text) }
        let done = try await Program.run(command.split(separator: " ").map(String.init), in: shop.path)
        #expect([0, 1, 2, 3].contains(done.code), "\(command): \(done.err)")
        return Set((done.out + done.err).matches(of: /TL\d{3}/).map { String($0.output) })
    }

    @Test func `every code has its page, and every page its code`() async throws {
        let listed = try await Program.run(["explain", "--codes"]).out.split(separator: "\n").map { String($0.prefix(5)) }
        let pages = try await Self.pages()
        #expect(pages.map(\.code) == listed)
        for page in pages {
            #expect(page.why.hasSuffix(".") && page.fix.hasSuffix("."), "\(page.code)")
            // The one that is nested too deeply is cut off where the line ends.
            for line in (page.wrong.excerpt + "\n" + page.right.excerpt).split(separator: "\n") where page.code != "TL207" {
                #expect(line.unicodeScalars.count <= 92, "\(page.code): \(line)")
            }
            #expect(page.wrong.excerpt != page.right.excerpt || page.wrong.files.count < page.right.files.count, "\(page.code)")
        }
    }

    @Test func `a wrong example gives its code and nothing else, the right one nothing of it`() async throws {
        let pages = try await Self.pages()
        #expect(pages.filter { $0.command == nil }.map(\.code) == Self.unsaid)
        try await withThrowingTaskGroup(of: Void.self) { group in
            var waiting = pages[...]
            func start() {
                guard let page = waiting.popFirst() else { return }
                group.addTask {
                    guard let command = page.command else { return }
                    let wrong = try await Self.codes(of: page.wrong, by: command)
                    #expect(wrong == [page.code], "wrong example of \(page.code)")
                    let right = try await Self.codes(of: page.right, by: command)
                    #expect(right == [], "right example of \(page.code)")
                }
            }
            for _ in 0..<4 { start() }
            while try await group.next() != nil { start() }
        }
    }

    /// By the rooms that would say them, were the file not recognized as another one before.
    @Test func `what no command can say is said by the room that reads the file`() async throws {
        for page in try await Self.pages() where page.command == nil {
            for (example, expected) in [(page.wrong, [page.code]), (page.right, [])] {
                let diagnostics = Diagnostics()
                let text = example.files.map(\.text).joined()
                let own = """
                    touchline: checklist/1
                    id: example
                    title: An example
                    version: 1.0.0
                    activities: [escalated, acknowledged]
                    items: [{id: A1, title: Answered, check: {response: {after: escalated, expect: acknowledged, within: 1h}}}]
                    """
                let checklist = text.contains("tests/") ? own : text
                let checklists = ChecklistLoader.load(
                    files: [(name: "example.yaml", text: checklist)], diagnostics: diagnostics)
                if text.contains("tests/") {
                    _ = ChecklistTests.load(name: "tests.yaml", text: text, checklists: checklists, diagnostics: diagnostics)
                }
                #expect(Set(diagnostics.sorted.map(\.code.name)) == Set(expected), "\(page.code)")
            }
        }
    }

    @Test(arguments: ["TL204", "tl204"])
    func `a page tells what, why, a wrong and a right example, and what to do`(subject: String) async throws {
        let done = try await Program.run(["explain", subject])
        #expect(done.code == 0, "\(done.err)")
        #expect(
            done.out == """
                TL204: the types of an expression do not fit
                    An instant is no text and a length no number: what compares them would fail on every record.

                    Wrong, in an item:

                        when: 'opened > "2026-01-01"'

                    Right:

                        when: 'opened > timestamp("2026-01-01T00:00:00Z")'

                    Make one the type of the other: timestamp(…), duration(…), string(…), int(…).

                """)
    }

    @Test func `every page fits a hundred columns`() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var waiting = try await Self.pages()[...]
            func start() {
                guard let page = waiting.popFirst() else { return }
                group.addTask {
                    let done = try await Program.run(["explain", page.code])
                    #expect(done.out.hasPrefix("\(page.code): \(page.title)"))
                    for line in done.out.split(separator: "\n") { #expect(line.unicodeScalars.count <= 100, "\(line)") }
                }
            }
            for _ in 0..<4 { start() }
            while try await group.next() != nil { start() }
        }
    }

    @Test(arguments: [("TL2004", "did you mean 'TL204'?"), ("zendek", "did you mean 'zendesk'?")])
    func `an unknown code ends with 2 and the nearest name`(subject: String, help: String) async throws {
        let done = try await Program.run(["explain", subject])
        #expect(done.code == 2)
        #expect(done.err.contains(help), "\(done.err)")
    }
}
