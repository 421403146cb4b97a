import ArgumentParser
import Language
import Reports

/// The forms in which lint says what is wrong.
enum ProblemFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json, sarif, junit, github

    /// Writes all problems to standard output; `files` are those that were looked at.
    func write(_ problems: [Diagnostic], in diagnostics: Diagnostics, files: [String]) {
        switch self {
        case .text:
            for problem in problems {
                // The first line holds what somebody wrote; the others are one line of the file, whose tabs the caret counts on.
                for (index, line) in ProblemText.lines(of: problem, in: diagnostics).enumerated() {
                    Terminal.write(index == 0 ? line.printable : line)
                }
            }
        case .github:
            for problem in problems {
                Terminal.write(GitHubAnnotations.line(of: problem, in: diagnostics))
            }
        case .json: Terminal.write(ProblemJSON.bytes(of: problems, in: diagnostics))
        case .sarif: Terminal.write(ProblemSARIF.bytes(of: problems, in: diagnostics, version: Touchline.version))
        case .junit: Terminal.write(ProblemJUnit.report(of: problems, in: diagnostics, files: files).bytes)
        }
    }
}
