import CRE2

/// A compiled regular expression: RE2's syntax, time linear in the text.
package final class RE2: @unchecked Sendable {
    private let regex: OpaquePointer

    /// Throws the reason where the pattern is not sound.
    package init(_ pattern: String) throws(EvaluationError) {
        var pattern = pattern
        let compiled = pattern.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { touchline_re2_new($0.baseAddress, $0.count) }
        }
        guard let compiled else { throw EvaluationError(.other, "no memory for a regular expression") }
        if let reason = touchline_re2_error(compiled) {
            let text = String(cString: reason)
            touchline_re2_free(compiled)
            throw EvaluationError(.other, "bad regular expression: \(text)")
        }
        regex = compiled
    }

    deinit { touchline_re2_free(regex) }

    /// True where the pattern matches anywhere in the text. Safe on any thread.
    package func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { touchline_re2_matches(regex, $0.baseAddress, $0.count) }
        }
    }
}
