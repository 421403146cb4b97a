/// A stable name for one kind of mistake, such as `TL102`: what lint prints, what an editor links to, what a team silences.
///
/// Each room declares its own codes beside the code that reports them, in its range: TL101–149 YAML and structure,
/// TL150–169 sources, TL170–179 mappings, TL180–189 calendars, TL190–199 the rest of the config, TL201–249 expressions,
/// TL250–299 checklists, TL301–349 tests of checklists.
package struct Code: Hashable, Sendable, CustomStringConvertible {
    package let name: String
    /// What is wrong, in a few words, without the particulars.
    package let title: String

    package init(_ name: String, _ title: String) {
        self.name = name
        self.title = title
    }

    package var description: String { name }
}

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

    package init(_ code: Code, at position: Position, _ message: String, help: String? = nil, severity: Severity = .error) {
        self.code = code
        self.severity = severity
        self.position = position
        self.message = message
        self.help = help
    }

    /// `file:line:column: error[TL102]: message (help)`, the form of the contract.
    package var description: String {
        "\(position): \(severity.rawValue)[\(code)]: \(message)" + (help.map { " (\($0))" } ?? "")
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

    package init() {}

    /// Notes a diagnostic; the same one twice counts once.
    package func add(_ diagnostic: Diagnostic) {
        if seen.insert(diagnostic).inserted { found.append(diagnostic) }
    }

    package func error(_ code: Code, at position: Position, _ message: String, help: String? = nil) {
        add(Diagnostic(code, at: position, message, help: help))
    }

    package func warning(_ code: Code, at position: Position, _ message: String, help: String? = nil) {
        add(Diagnostic(code, at: position, message, help: help, severity: .warning))
    }

    package var hasErrors: Bool { found.contains { $0.severity == .error } }

    /// All of them by file, line and column; those of one place in the order they were found.
    package var sorted: [Diagnostic] {
        found.enumerated().sorted { a, b in
            a.element.position == b.element.position ? a.offset < b.offset : a.element.position < b.element.position
        }.map(\.element)
    }
}
