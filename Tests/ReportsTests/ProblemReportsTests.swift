import Foundation
import Language
import Testing

@testable import Reports

/// The forms of diagnostics: each read back by whoever reads such a thing.
struct ProblemReportsTests {
    private static let text = """
        title: Small
        when: 'sevrity == "日本" && x'
        \tauth: secret-word
        % odd,name: 1
        """

    /// Problems as a file may have them, with names that every form must escape.
    private static func sample() -> (problems: [Diagnostic], all: Diagnostics) {
        let all = Diagnostics()
        let file = "dir with space/50%,a:b.yaml"
        all.note(SourceText(file: file, text: text))
        all.error(
            .unknownName, at: Position(file: file, line: 2, column: 8), "undeclared reference to 'sevrity'",
            help: "did you mean 'severity'?")
        all.warning(.unknownName, at: Position(file: file, line: 2, column: 27), "100% wrong,\nsays: the \"checker\" <&>")
        all.error(
            .unknownKey, at: Position(file: file, line: 1, column: 1), "no key 'title'",
            fix: Fix(at: Position(file: file, line: 1, column: 1), "title", to: "titles"))
        all.error(.wrongShape, at: Position(file: file, line: 3, column: 2), "'auth' must be a mapping")
        all.conceal(Position(file: file, line: 3, column: 2))
        all.error(.yamlSyntax, at: Position(file: "nowhere.yaml", line: 7, column: 1), "the file is not YAML")
        return (all.sorted, all)
    }

    @Test func `text shows the line with a caret below the place, as wide as the word`() {
        let (problems, all) = Self.sample()
        let file = "dir with space/50%,a:b.yaml"
        #expect(
            problems.flatMap { ProblemText.lines(of: $0, in: all) } == [
                "\(file):1:1: error[TL105]: no key 'title'", "   1 | title: Small", "     | ^~~~~",
                "\(file):2:8: error[TL203]: undeclared reference to 'sevrity' (did you mean 'severity'?)",
                "   2 | when: 'sevrity == \"日本\" && x'", "     |        ^~~~~~~",
                "\(file):2:27: warning[TL203]: 100% wrong,\\u{A}says: the \"checker\" <&>",
                "   2 | when: 'sevrity == \"日本\" && x'",
                "     |                             ^",
                "\(file):3:2: error[TL104]: 'auth' must be a mapping", "   3 | (not shown: the line may hold a secret)",
                "nowhere.yaml:7:1: error[TL101]: the file is not YAML",
            ])
    }

    private static let lines: [(text: String, column: Int, shown: String, caret: String?)] = [
        ("a\tb: x", 3, "   1 | a\tb: x", "     |  \t^"), ("e\u{301}\u{301}: x", 6, "   1 | e\u{301}\u{301}: x", "     |    ^"),
        ("k: 'it x'", 4, "   1 | k: 'it x'", "     |    ^~~~~~"), ("", 1, "   1 | ", "     | ^"),
        (String(repeating: "y ", count: 100) + "z", 201, "   1 | … y", nil),
        ("k: \u{200B}x", 5, "   1 | k: \u{FFFD}x", "     |     ^"),
    ]

    @Test(arguments: lines.indices)
    func `the caret stands below its letter`(index: Int) {
        let row = Self.lines[index]
        let all = Diagnostics()
        all.note(SourceText(file: "f", text: row.text))
        all.error(.yamlSyntax, at: Position(file: "f", line: 1, column: row.column), "wrong")
        let lines = ProblemText.lines(of: all.sorted[0], in: all)
        #expect(lines[1].hasPrefix(row.shown))
        if let caret = row.caret { #expect(lines[2] == caret) }
        for line in lines { #expect(line.unicodeScalars.count < 130) }
    }

    @Test func `annotations of GitHub keep to their line, whatever is in them`() {
        let (problems, all) = Self.sample()
        let lines = problems.map { GitHubAnnotations.line(of: $0, in: all) }
        #expect(
            lines[0]
                == "::error file=dir with space/50%25%2Ca%3Ab.yaml,line=1,col=1,endColumn=6,title=TL105::no key 'title'")
        #expect(
            lines[2].hasSuffix(
                "line=2,col=27,endColumn=28,title=TL203::100%25 wrong,%0Asays: the \"checker\" <&>"), "\(lines[2])")
        #expect(lines[2].hasPrefix("::warning "))
        for line in lines {
            #expect(!line.contains("\n") && !line.contains("\r"))
            #expect(!line.contains("secret-word"))
        }
    }

    @Test func `a line end within a message cannot end an annotation`() {
        let all = Diagnostics()
        all.error(.yamlSyntax, at: Position(file: "a\nb.yaml", line: 1, column: 1), "x")
        #expect(GitHubAnnotations.line(of: all.sorted[0], in: all).contains("file=a%0Ab.yaml,"))
    }

    @Test func `JSON has every field of every problem`() throws {
        let (problems, all) = Self.sample()
        let bytes = ProblemJSON.bytes(of: problems, in: all)
        let root = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        #expect(root["touchline"] as? String == "lint/1")
        let list = try #require(root["problems"] as? [[String: Any]])
        #expect(list.map { $0["code"] as? String } == ["TL105", "TL203", "TL203", "TL104", "TL101"])
        #expect(list.map { $0["line"] as? Int } == [1, 2, 2, 3, 7])
        #expect(list.map { $0["end_column"] as? Int } == [6, 15, 28, 3, 2])
        #expect(list[0]["fix"] as? String == "titles")
        #expect(list[1]["help"] as? String == "did you mean 'severity'?")
        #expect(list[1]["fix"] is NSNull)
        #expect(list[2]["severity"] as? String == "warning")
        #expect(!String(decoding: bytes, as: UTF8.self).contains("secret-word"))
    }

    /// What the schema of SARIF 2.1.0 asks of the parts that we write: required properties, their types, the values that
    /// are allowed, and no property that it does not know.
    @Test func `SARIF has the shape that its schema asks for`() throws {
        let (problems, all) = Self.sample()
        let bytes = ProblemSARIF.bytes(of: problems, in: all, version: "0.1.0")
        let root = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        try SARIFShape.check(root)
        let run = try #require((root["runs"] as? [[String: Any]])?.first)
        #expect(run["columnKind"] as? String == "unicodeCodePoints")
        let results = try #require(run["results"] as? [[String: Any]])
        #expect(results.map { $0["ruleId"] as? String } == ["TL105", "TL203", "TL203", "TL104", "TL101"])
        #expect(results.map { $0["level"] as? String } == ["error", "error", "warning", "error", "error"])
        #expect(!String(decoding: bytes, as: UTF8.self).contains("secret-word"))
        #expect(String(decoding: bytes, as: UTF8.self).contains("dir%20with%20space/50%25%2Ca%3Ab.yaml"))
    }

    @Test func `SARIF of nothing is a run without results`() throws {
        let bytes = ProblemSARIF.bytes(of: [], in: Diagnostics(), version: "0.1.0")
        let root = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        try SARIFShape.check(root)
        #expect(((root["runs"] as? [[String: Any]])?.first?["results"] as? [Any])?.isEmpty == true)
    }

    @Test func `JUnit has a suite a file, and a clean file passes`() {
        let (problems, all) = Self.sample()
        let xml = String(decoding: ProblemJUnit.report(of: problems, in: all, files: ["clean.yaml"]).bytes, as: UTF8.self)
        #expect(xml.contains(#"<testsuite name="clean.yaml" tests="1" failures="0""#), "\(xml)")
        #expect(xml.contains(#"<testsuites name="touchline lint" tests="6" failures="4" errors="0" skipped="1""#), "\(xml)")
        #expect(xml.contains("&lt;&amp;&gt;"))
        #expect(!xml.contains("secret-word"))
    }
}

/// The part of the SARIF 2.1.0 schema (OASIS, Errata 01) that our logs use.
private enum SARIFShape {
    indirect enum Shape: Sendable {
        case text, count, list(Shape), object(required: [String: Shape], optional: [String: Shape]), oneOf([String])
    }

    private static let message = Shape.object(required: ["text": .text], optional: [:])
    private static let artifact = Shape.object(required: ["uri": .text], optional: [:])
    private static let region = Shape.object(
        required: ["startLine": .count],
        optional: ["startColumn": .count, "endLine": .count, "endColumn": .count, "snippet": message])
    private static let rule = Shape.object(required: ["id": .text], optional: ["shortDescription": message, "help": message])
    private static let location = Shape.object(
        required: [
            "physicalLocation": .object(required: ["artifactLocation": artifact], optional: ["region": region])
        ], optional: [:])
    private static let replacement = Shape.object(required: ["deletedRegion": region], optional: ["insertedContent": message])
    private static let fix = Shape.object(
        required: [
            "artifactChanges": .list(
                .object(required: ["artifactLocation": artifact, "replacements": .list(replacement)], optional: [:]))
        ], optional: ["description": message])
    private static let result = Shape.object(
        required: ["message": message],
        optional: [
            "ruleId": .text, "ruleIndex": .count, "level": .oneOf(["none", "note", "warning", "error"]),
            "locations": .list(location),
            "fixes": .list(fix),
        ])
    private static let driver = Shape.object(required: ["name": .text], optional: ["version": .text, "rules": .list(rule)])
    private static let log = Shape.object(
        required: [
            "version": .oneOf(["2.1.0"]),
            "runs": .list(
                .object(
                    required: ["tool": .object(required: ["driver": driver], optional: [:])],
                    optional: ["columnKind": .oneOf(["utf16CodeUnits", "unicodeCodePoints"]), "results": .list(result)])),
        ], optional: ["$schema": .text])

    static func check(_ value: Any) throws { try check(value, log, at: "$") }

    private static func check(_ value: Any, _ shape: Shape, at path: String) throws {
        switch shape {
        case .text: #expect(value is String, "\(path)")
        case .count: #expect((value as? Int).map { $0 >= 0 } == true, "\(path)")
        case .oneOf(let values): #expect((value as? String).map(values.contains) == true, "\(path)")
        case .list(let element):
            for (index, one) in try #require(value as? [Any], "\(path)").enumerated() {
                try check(one, element, at: "\(path)[\(index)]")
            }
        case .object(let required, let optional):
            let object = try #require(value as? [String: Any], "\(path)")
            for (key, part) in object.sorted(by: { $0.key < $1.key }) {
                let known = try #require(required[key] ?? optional[key], "\(path).\(key) is no property")
                try check(part, known, at: "\(path).\(key)")
            }
            for key in required.keys { #expect(object[key] != nil, "\(path).\(key) is missing") }
        }
    }
}
