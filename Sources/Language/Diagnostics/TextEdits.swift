/// Fixes put into the text of a file: every line but those that they touch stays byte for byte.
package struct TextEdits: Sendable {
    /// Lines with their ends, as the file has them.
    private var lines: [String]
    /// A byte order mark, which belongs to no line.
    private let mark: String
    /// How many fixes were made.
    package private(set) var count = 0

    package init(_ text: String) {
        let isMarked = text.unicodeScalars.first == "\u{FEFF}"
        mark = isMarked ? "\u{FEFF}" : ""
        lines = Self.lines(of: isMarked ? String(text.unicodeScalars.dropFirst()) : text)
    }

    package var text: String { mark + lines.joined() }

    /// The lines of `SourceText`, with their ends.
    private static func lines(of text: String) -> [String] {
        var lines: [String] = []
        var start = text.startIndex
        var index = start
        while index < text.endIndex {
            let next = text.index(after: index)
            if text[index].isNewline, text[index] != "\u{B}", text[index] != "\u{C}" {
                lines.append(String(text[start..<next]))
                start = next
            }
            index = next
        }
        return lines + [String(text[start...])]
    }

    /// Makes the fixes whose words stand at their places; where two touch the same words the last is made.
    package mutating func make(_ fixes: [Fix]) {
        var taken: [Int: [Range<Int>]] = [:]
        // From behind, so that places before stay.
        for fix in fixes.sorted(by: { $0.position > $1.position }) {
            let (line, column) = (fix.position.line - 1, fix.position.column - 1)
            guard lines.indices.contains(line) else { continue }
            let scalars = Array(lines[line].unicodeScalars)
            let old = Array(fix.old.unicodeScalars)
            let range = column..<column + old.count
            guard range.upperBound <= scalars.count, Array(scalars[range]) == old,
                !taken[line, default: []].contains(where: { $0.overlaps(range) })
            else { continue }
            taken[line, default: []].append(range)
            var changed = String.UnicodeScalarView(scalars[..<column])
            changed.append(contentsOf: fix.new.unicodeScalars)
            changed.append(contentsOf: scalars[range.upperBound...])
            lines[line] = String(changed)
            count += 1
        }
    }
}

/// What became of a text that changed within its lines, as `diff -u` says it.
package enum UnifiedDiff {
    private static let context = 3

    /// Empty where nothing changed. Both texts must have the same number of lines: fixes never add or take any.
    /// Lines that `hiding` names, from 1, are not shown.
    package static func lines(from old: String, to new: String, file: String, hiding: (Int) -> Bool) -> [String] {
        let (before, after) = (split(old), split(new))
        guard before.count == after.count else { return [] }
        let changed = before.indices.filter { !before[$0].elementsEqual(after[$0]) }
        guard !changed.isEmpty else { return [] }
        var diff = ["--- a/\(file)", "+++ b/\(file)"]
        var rest = changed[...]
        while let first = rest.first {
            var last = first
            while let next = rest.first, next <= last + 2 * context + 1 {
                last = next
                rest = rest.dropFirst()
            }
            let range = max(0, first - context)..<min(before.count, last + context + 1)
            diff.append("@@ -\(range.lowerBound + 1),\(range.count) +\(range.lowerBound + 1),\(range.count) @@")
            diff += hunk(range, before, after, hiding)
        }
        return diff
    }

    /// At line feeds alone, each with its own, as diff does.
    private static func split(_ text: String) -> [Substring.UnicodeScalarView] {
        var lines: [Substring.UnicodeScalarView] = []
        var rest = Substring(text).unicodeScalars
        while let end = rest.firstIndex(of: "\n") {
            lines.append(rest[...end])
            rest = rest[rest.index(after: end)...]
        }
        return rest.isEmpty ? lines : lines + [rest]
    }

    private static func hunk(
        _ range: Range<Int>, _ before: [Substring.UnicodeScalarView], _ after: [Substring.UnicodeScalarView],
        _ hiding: (Int) -> Bool
    ) -> [String] {
        var lines: [String] = []
        var added: [String] = []
        for index in range {
            if hiding(index + 1) {
                lines += added + [" (not shown: the line may hold a secret)"]
                added = []
            } else if before[index].elementsEqual(after[index]) {
                lines += added + line(" ", before[index])
                added = []
            } else {
                lines += line("-", before[index])
                added += line("+", after[index])
            }
        }
        return lines + added
    }

    private static func line(_ sign: String, _ text: Substring.UnicodeScalarView) -> [String] {
        guard text.last == "\n" else { return [sign + String(text), "\\ No newline at end of file"] }
        return [sign + String(text.dropLast())]
    }
}
