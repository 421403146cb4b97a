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

    /// How many instructions it was compiled to.
    package var size: Int { Int(touchline_re2_size(regex)) }

    /// What a search costs: at worst every instruction is tried at every byte.
    func cost(of text: String) -> Int { text.utf8.count * (size + 64) >> 12 }

    /// What compiling costs, before it is known how large the result is.
    static func cost(ofPattern pattern: String) -> Int { 200 + pattern.utf8.count }

    deinit { touchline_re2_free(regex) }

    /// True where the pattern matches anywhere in the text. Safe on any thread.
    package func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { touchline_re2_matches(regex, $0.baseAddress, $0.count) }
        }
    }
}
