/// Something that a person wrote wrong: where, what was found, what would be right. Collected, never thrown.
package struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
    package enum Severity: String, Hashable, Sendable {
        case error, warning
    }

    package let code: Code
    package let severity: Severity
    package let position: Position
    /// Lower case, no full stop, values in single quotes.
    package let message: String
    /// What would be right, such as the nearest valid name; nil where nobody can tell.
    package let help: String?
    /// A change of the text that is safe to make; nil where there is none.
    package let fix: Fix?

    /// Letters that would steer a terminal are shown as escapes; lines may end.
    package init(
        _ code: Code, at position: Position, _ message: String, help: String? = nil, severity: Severity = .error,
        fix: Fix? = nil
    ) {
        self.code = code
        self.severity = severity
        self.position = position
        self.message = message.printableLines
        self.help = help?.printableLines
        self.fix = fix
    }

    /// `file:line:column: error[TL102]: message (help)`, the form of the contract, on one line.
    package var description: String {
        let text = "\(position): \(severity.rawValue)[\(code)]: \(message)" + (help.map { " (\($0))" } ?? "")
        return text.printable
    }
}

/// A change that makes a text right without another one's say: on one line, the words from a place on become others.
package struct Fix: Hashable, Sendable {
    package let position: Position
    package let old: String
    package let new: String

    package init(at position: Position, _ old: String, to new: String) {
        self.position = position
        self.old = old
        self.new = new
    }
}

/// A place in a text that somebody wrote. Lines and columns count from 1; columns count Unicode scalars.
package struct Position: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let file: String
    package let line: Int
    package let column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    package var description: String { "\(file):\(line):\(column)" }

    package static func < (a: Position, b: Position) -> Bool {
        (a.file, a.line, a.column) < (b.file, b.line, b.column)
    }
}

/// The diagnostics of one load, gathered from every room that reads a part of it.
package final class Diagnostics {
    private var found: [Diagnostic] = []
    private var seen: Set<Diagnostic> = []
    private var texts: [String: SourceText] = [:]
    private var concealed: [String: Set<Int>] = [:]

    package init() {}

    /// Notes a diagnostic; the same one twice counts once.
    package func add(_ diagnostic: Diagnostic) {
        if seen.insert(diagnostic).inserted { found.append(diagnostic) }
    }

    package func error(_ code: Code, at position: Position, _ message: String, help: String? = nil, fix: Fix? = nil) {
        add(Diagnostic(code, at: position, message, help: help, fix: fix))
    }

    package func warning(_ code: Code, at position: Position, _ message: String, help: String? = nil) {
        add(Diagnostic(code, at: position, message, help: help, severity: .warning))
    }

    /// All that was found elsewhere, and the texts it speaks of.
    package func add(_ other: Diagnostics) {
        for diagnostic in other.found { add(diagnostic) }
        texts.merge(other.texts) { own, _ in own }
        concealed.merge(other.concealed) { $0.union($1) }
    }

    /// Keeps a text that diagnostics speak of, for the line at their place.
    package func note(_ source: SourceText) { texts[source.file] = source }

    /// The line may hold a secret: it is not shown.
    package func conceal(_ position: Position) { concealed[position.file, default: []].insert(position.line) }

    package func isConcealed(_ line: Int, of file: String) -> Bool { concealed[file]?.contains(line) ?? false }

    /// The line at a place, without its end; nil where its text was not read or must not be shown.
    package func line(at position: Position) -> Substring? {
        guard !isConcealed(position.line, of: position.file), let text = texts[position.file],
            text.lines.indices.contains(position.line - 1)
        else { return nil }
        return text.lines[position.line - 1]
    }

    package var hasErrors: Bool { found.contains { $0.severity == .error } }

    /// All of them by file, line and column; those of one place in the order they were found.
    package var sorted: [Diagnostic] {
        found.enumerated().sorted { a, b in
            a.element.position == b.element.position ? a.offset < b.offset : a.element.position < b.element.position
        }.map(\.element)
    }
}
