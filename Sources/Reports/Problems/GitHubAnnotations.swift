package import Language

/// Diagnostics as workflow commands of GitHub Actions, which shows them at their lines of a pull request.
package enum GitHubAnnotations {
    package static func line(of problem: Diagnostic, in diagnostics: Diagnostics) -> String {
        let position = problem.position
        let properties = [
            ("file", position.file), ("line", String(position.line)), ("col", String(position.column)),
            ("endColumn", String(ProblemPlace(position, in: diagnostics).endColumn)), ("title", problem.code.name),
        ]
        let message = problem.message + (problem.help.map { " (\($0))" } ?? "")
        let words = properties.map { "\($0)=\(escaped($1, also: [":", ","]))" }.joined(separator: ",")
        return "::\(problem.severity.rawValue) \(words)::\(escaped(message))"
    }

    /// `%`, and the ends of lines, would end the command; in a property `:` and `,` would as well.
    private static func escaped(_ text: String, also more: Set<Unicode.Scalar> = []) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%", "\r", "\n": escaped += percent(scalar)
            case _ where more.contains(scalar): escaped += percent(scalar)
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func percent(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "%" + (digits.count < 2 ? "0" : "") + digits
    }
}
