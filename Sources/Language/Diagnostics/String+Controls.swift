extension String {
    /// The text for people, on one line unless lines are kept: what a terminal would obey (control letters, and those that turn the direction of
    /// writing) is shown as `\\u{1b}`.
    package func withVisibleControls(keepingLines: Bool = false) -> String {
        guard unicodeScalars.contains(where: \.isControl) else { return self }
        var shown = ""
        for scalar in unicodeScalars {
            if scalar.isControl, scalar != "\n" || !keepingLines {
                shown += scalar == "\n" ? "\\n" : scalar == "\t" ? "\\t" : "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}

extension Unicode.Scalar {
    /// C0 and C1, the separators of lines and paragraphs, and the marks that turn the direction of writing.
    package var isControl: Bool {
        value < 0x20 || (0x7F...0x9F).contains(value) || (0x2028...0x202E).contains(value) || (0x2066...0x2069).contains(value)
    }
}
