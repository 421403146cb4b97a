extension Unicode.Scalar {
    /// Whether a terminal, or whoever reads a text on it, is steered by it: control characters, and those that turn the
    /// direction of a text or cannot be seen.
    package var steers: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
        default: false
        }
    }
}

extension String {
    /// As a line that a terminal may be given, whoever wrote it: what would steer it is shown as `\u{202E}`.
    package var printable: String { printable { _ in false } }

    /// The same for many lines.
    package var printableLines: String { printable { $0 == "\n" || $0 == "\t" } }

    private func printable(_ isKept: (Unicode.Scalar) -> Bool) -> String {
        guard unicodeScalars.contains(where: { $0.steers && !isKept($0) }) else { return self }
        var shown = UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar.steers, !isKept(scalar) {
                shown.append(contentsOf: "\\u{\(String(scalar.value, radix: 16, uppercase: true))}".unicodeScalars)
            } else {
                shown.append(scalar)
            }
        }
        return String(shown)
    }
}
