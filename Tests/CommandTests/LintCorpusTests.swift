import Foundation
import TestSupport
import Testing

/// What lint says of the files in `fixtures/lint`: of `err/NAME.yaml` exactly `err/NAME.expected`, of every file in `ok`
/// nothing.
///
/// A file that needs another one beside it names that in its first line: `# with parts/small.yaml`. `TOUCHLINE_RECORD=1` writes
/// what is expected anew, and fails.
struct LintCorpusTests {
    private static let folder = Checkout.folder + "/fixtures/lint"
    private static let records = ProcessInfo.processInfo.environment["TOUCHLINE_RECORD"] == "1"

    private static func names(_ kind: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(kind)").filter { $0.hasSuffix(".yaml") }.sorted()
    }

    private struct Run: Sendable {
        let name: String
        let result: Program.Result
    }

    /// Lints every file on its own, a few at a time, in the order of their names.
    private static func runs(_ kind: String) async throws -> [Run] {
        let names = try names(kind)
        var runs: [Run] = []
        try await withThrowingTaskGroup(of: Run.self) { group in
            var waiting = names[...]
            func start() {
                guard let name = waiting.popFirst() else { return }
                group.addTask {
                    let text = try Checkout.text("fixtures/lint/\(kind)/\(name)")
                    let more = text.prefix { $0 != "\n" }.wholeMatch(of: /# with (.+)/).map { String($0.1) }
                    let arguments = ["lint", name] + (more.map { [$0] } ?? [])
                    return Run(name: name, result: try await Program.run(arguments, in: "\(folder)/\(kind)"))
                }
            }
            for _ in 0..<4 { start() }
            while let run = try await group.next() {
                runs.append(run)
                start()
            }
        }
        return runs.sorted { $0.name < $1.name }
    }

    @Test func `each seeded defect is said exactly`() async throws {
        let runs = try await Self.runs("err")
        #expect(runs.count >= 150)
        for run in runs {
            let path = "\(Self.folder)/err/\(run.name.dropLast(5)).expected"
            #expect(!run.result.out.isEmpty, "nothing is said of \(run.name)")
            #expect(run.result.code == (run.result.out.contains(": error[") ? 1 : 0), "\(run.name): \(run.result.err)")
            if Self.records {
                try Data(run.result.out.utf8).write(to: URL(fileURLWithPath: path))
            } else {
                let expected = try String(contentsOfFile: path, encoding: .utf8)
                #expect(run.result.out == expected, "\(run.name)")
            }
        }
        if Self.records { Issue.record("recorded what lint says of fixtures/lint/err: review it as a diff") }
    }

    @Test func `every expectation has its file`() throws {
        let all = try FileManager.default.contentsOfDirectory(atPath: Self.folder + "/err")
        let names = Set(try Self.names("err").map { $0.dropLast(5) })
        for name in all where name.hasSuffix(".expected") { #expect(names.contains(name.dropLast(9)), "\(name)") }
    }

    @Test func `of clean files nothing is said`() async throws {
        let runs = try await Self.runs("ok")
        #expect(runs.count >= 40)
        for run in runs {
            #expect(run.result.out == "", "\(run.name)")
            #expect(run.result.code == 0, "\(run.name): \(run.result.err)")
        }
    }

    /// Those that no definition file alone can bring about.
    private static let elsewhere: Set<String> = [
        // Secrets are fetched by an audit, not by lint.
        "TL157",
        // A file that says to be of another kind is told as TL190, before anybody reads it as this one.
        "TL250", "TL306",
        // What `touchline test` finds out by running cases.
        "TL311", "TL312", "TL313", "TL314",
    ]

    @Test func `every code is shown by a defect`() async throws {
        let listed = try await Program.run(["explain", "--codes"]).out.split(separator: "\n").map { String($0.prefix(5)) }
        let expected = try Self.names("err").map { try Checkout.text("fixtures/lint/err/\($0.dropLast(5)).expected") }
        let shown = Set(expected.flatMap { $0.matches(of: /\[(TL\d+)\]/).map { String($0.1) } })
        #expect(Set(listed).subtracting(shown) == Self.elsewhere)
    }

    @Test func `what we ship is clean`() async throws {
        let shipped = ["checklists", "fixtures/demo/touchline.yaml"]
        let done = try await Program.run(["lint"] + shipped, in: Checkout.folder)
        #expect(done.out == "")
        #expect(done.code == 0)
        for name in try FileManager.default.contentsOfDirectory(atPath: Checkout.folder + "/fixtures/presets").sorted()
        where FileManager.default.fileExists(atPath: "\(Checkout.folder)/fixtures/presets/\(name)/source.yaml") {
            let shop = try Workshop()
            let source = try Checkout.text("fixtures/presets/\(name)/source.yaml")
            #expect(source.contains(name))
            try shop.write("checklists/escalation.yaml", Checkout.text("checklists/escalation.yaml"))
            try shop.write(
                "touchline.yaml",
                """
                touchline: config/1
                network: Presets
                checklists: [checklists]
                partners: [{id: northwind, functions: [implementation]}]
                sources:
                  - {id: desk, preset: \(name), partner: northwind, url: 'https://desk.example/first'}
                """)
            let done = try await Program.run(["lint", "touchline.yaml"], in: shop.path)
            #expect(done.out == "", "\(name)")
        }
    }
}
