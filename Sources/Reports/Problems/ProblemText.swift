package import Language

/// Diagnostics for people at a terminal: what is wrong, then the line with a caret below the place.
///
/// ```
/// c.yaml:3:1: error[TL105]: the checklist has no key 'titel' (did you mean 'title'?)
///    3 | titel: Small
///      | ^~~~~
/// ```
package enum ProblemText {
    /// Longer lines are shown around the place.
    private static let width = 110

    package static func lines(of problem: Diagnostic, in diagnostics: Diagnostics) -> [String] {
        let place = ProblemPlace(problem.position, in: diagnostics)
        let number = String(problem.position.line)
        let margin = String(repeating: " ", count: max(0, 4 - number.count))
        if diagnostics.isConcealed(problem.position.line, of: problem.position.file) {
            return [problem.description, "\(margin)\(number) | (not shown: the line may hold a secret)"]
        }
        guard let line = place.line else { return [problem.description] }
        var letters = Array(line.unicodeScalars)
        var first = problem.position.column - 1
        let length = min(place.endColumn - problem.position.column, width)
        var (before, after) = ("", "")
        if letters.count > width {
            let start = max(0, min(first - width / 2, letters.count - width))
            let end = min(letters.count, start + width)
            before = start > 0 ? "…" : ""
            after = end < letters.count ? "…" : ""
            letters = Array(letters[start..<end])
            first -= start
        }
        let empty = String(repeating: " ", count: margin.count + number.count)
        letters = letters.map { $0.steers && $0 != "\t" ? "\u{FFFD}" : $0 }
        let shown = String(String.UnicodeScalarView(letters))
        let blanks = before.map { _ in " " }.joined() + letters.prefix(first).map(blank).joined()
        let marked = letters.dropFirst(first).prefix(length).map { columns(of: $0) }.reduce(0, +)
        return [
            problem.description, "\(margin)\(number) | \(before)\(shown)\(after)",
            "\(empty) | \(blanks)^\(String(repeating: "~", count: max(0, marked - 1)))",
        ]
    }

    /// As wide on a terminal as the letter; a tab stays one, so that the caret stands right whatever a tab is there.
    private static func blank(_ scalar: Unicode.Scalar) -> String {
        scalar == "\t" ? "\t" : String(repeating: " ", count: columns(of: scalar))
    }

    /// How many columns of a terminal a letter takes: none for marks that stand on another, two for East Asian wide ones
    /// and pictures (Unicode Standard Annex 11, the ranges that matter).
    private static func columns(of scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        let wide: [ClosedRange<UInt32>] = [
            0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
        ]
        return wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }
}
